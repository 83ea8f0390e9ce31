package money

import (
	"strconv"
	"strings"
)

// Amount is a sum in the minor unit of one currency.
type Amount struct {
	Minor    int64
	Currency string // lower-case ISO 4217
}

// String writes the sum for the messages of the API, as "0.50 usd". People read what i18n writes.
func (a Amount) String() string {
	digits, sign, minor := Digits(a.Currency), "", strconv.FormatInt(a.Minor, 10)
	if a.Minor < 0 {
		sign, minor = "-", minor[1:]
	}
	if digits == 0 {
		return sign + minor + " " + a.Currency
	}
	minor = strings.Repeat("0", max(0, digits+1-len(minor))) + minor
	point := len(minor) - digits
	return sign + minor[:point] + "." + minor[point:] + " " + a.Currency
}
