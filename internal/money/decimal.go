package money

import (
	"bytes"
	"fmt"
	"math/big"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// Decimal is an exact decimal such as a percentage. It is a JSON number on the wire and never
// passes through a binary fraction. The zero value is 0.
type Decimal struct{ text string } // normalised: no exponent, no trailing zeros

// ParseDecimal reads "12.5", "-0.25" or "1e2" exactly.
func ParseDecimal(s string) (Decimal, error) {
	d, _, err := apd.NewFromString(s)
	if err != nil || d.Form != apd.Finite || d.Exponent > 64 || d.Exponent < -64 {
		return Decimal{}, fmt.Errorf("money: invalid decimal %q", s)
	}
	d.Reduce(d)
	return Decimal{d.Text('f')}, nil
}

// MustDecimal is ParseDecimal for constants.
func MustDecimal(s string) Decimal {
	d, err := ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return d
}

// String is the shortest way to write the decimal: "12.5", never "12.50".
func (d Decimal) String() string {
	if d.text == "" {
		return "0"
	}
	return d.text
}

// Rat is the exact value.
func (d Decimal) Rat() *big.Rat {
	r, _ := new(big.Rat).SetString(d.String())
	return r
}

// Sign is -1, 0 or 1.
func (d Decimal) Sign() int { return d.Rat().Sign() }

// Places is the number of digits after the point.
func (d Decimal) Places() int {
	_, fraction, _ := strings.Cut(d.text, ".")
	return len(fraction)
}

// MarshalJSON writes a JSON number.
func (d Decimal) MarshalJSON() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalJSON reads a JSON number, or a string that holds one.
func (d *Decimal) UnmarshalJSON(b []byte) error {
	v, err := ParseDecimal(string(bytes.Trim(b, `"`)))
	if err == nil {
		*d = v
	}
	return err
}
