package i18n

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/portico-billing/portico/internal/i18n/cldr"
)

// zeroDecimal are the currencies whose API amounts are whole units. UGX and ISK have no decimals in
// life and two in the API, so they are not here.
const zeroDecimal = " BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF "

// threeDecimal are the currencies whose API amounts are thousandths.
const threeDecimal = " BHD JOD KWD OMR TND "

// CurrencyDigits is how many decimals the minor unit of the API stands for.
func CurrencyDigits(currency string) int {
	code := " " + strings.ToUpper(currency) + " "
	switch {
	case strings.Contains(zeroDecimal, code):
		return 0
	case strings.Contains(threeDecimal, code):
		return 3
	default:
		return 2
	}
}

// Money writes an amount of minor units, as "€29.00" or "29,00 €".
func (z *Localizer) Money(amountMinor int64, currency string) string {
	return z.Decimal(strconv.FormatInt(amountMinor, 10), currency)
}

// Sum is Money with a true minus: the hyphen that some languages' data has is too short beside
// figures and breaks off at the end of a line.
func (z *Localizer) Sum(amountMinor int64, currency string) string {
	return strings.Replace(z.Money(amountMinor, currency), "-", "\u2212", 1)
}

// Decimal writes an amount that may hold fractions of the minor unit, as unit prices do: "0.5" of
// USD is "$0.005". It shows the decimals usual for the currency, and more when they are not zero.
// Text that is no decimal number is returned as it came.
func (z *Localizer) Decimal(amountDecimalMinor string, currency string) string {
	d, ok := parseDecimal(amountDecimalMinor)
	if !ok {
		return amountDecimalMinor
	}
	code := strings.ToUpper(currency)
	digits := CurrencyDigits(code)
	d = d.scaled(digits)
	fraction := d.fractionOf(cldr.CurrencyDigits(code))
	if len(fraction) > cldr.CurrencyDigits(code) {
		fraction = d.fractionOf(digits) // "1,500.50", not "1,500.5"
	}
	return z.currency(z.number(d.whole, fraction), d.negative, code)
}

// currency sets a number and the symbol of its currency into the locale's pattern.
func (z *Localizer) currency(number string, negative bool, code string) string {
	symbol, ok := z.data.Symbols[code]
	if !ok {
		symbol = code
	}
	pattern := z.data.Currency
	if touches(pattern.Positive, symbol) {
		pattern = z.data.CurrencyAlpha
	}
	text := pattern.Positive
	if negative {
		text = strings.Replace(pattern.Negative, "-", z.data.Minus, 1)
	}
	text = strings.Replace(text, "0", number, 1)
	return strings.Replace(text, "¤", symbol, 1)
}

// touches tells whether the symbol would stand against the number with a letter.
func touches(pattern, symbol string) bool {
	first, _ := utf8.DecodeRuneInString(symbol)
	last, _ := utf8.DecodeLastRuneInString(symbol)
	return strings.Contains(pattern, "¤0") && unicode.IsLetter(last) ||
		strings.Contains(pattern, "0¤") && unicode.IsLetter(first)
}
