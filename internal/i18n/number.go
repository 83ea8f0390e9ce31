package i18n

import (
	"strconv"
	"strings"
)

// Number writes a whole number with the locale's separators.
func (z *Localizer) Number(n int64) string {
	text := strconv.FormatInt(n, 10)
	if positive, negative := strings.CutPrefix(text, "-"); negative {
		return z.data.Minus + z.number(positive, "")
	}
	return z.number(text, "")
}

// Percent writes a percentage given as a decimal number: "12.5" is 12.5%, "20.00" is 20%. Text that
// is no decimal number is returned as it came.
func (z *Localizer) Percent(decimal string) string {
	d, ok := parseDecimal(decimal)
	if !ok {
		return decimal
	}
	text := strings.Replace(z.data.Percent, "0", z.number(d.whole, d.fractionOf(0)), 1)
	if d.negative {
		return z.data.Minus + text
	}
	return text
}

// Quote puts a text between the locale's quotation marks.
func (z *Localizer) Quote(text string) string {
	return z.data.Quotes[0] + text + z.data.Quotes[1]
}

// number groups the digits before the decimal separator and adds those after it.
func (z *Localizer) number(whole, fraction string) string {
	text := whole
	if len(whole) >= 3+z.data.GroupMin {
		text = z.group(whole)
	}
	if fraction != "" {
		text += z.data.Decimal + fraction
	}
	return text
}

// group cuts from the right: three digits, then groups of three, or of two in India.
func (z *Localizer) group(whole string) string {
	text := ""
	for size := 3; len(whole) > size; size = z.data.GroupSecond {
		cut := len(whole) - size
		text = z.data.Group + whole[cut:] + text
		whole = whole[:cut]
	}
	return whole + text
}

// decimal is a number as its digits, exact at any length.
type decimal struct {
	negative bool
	whole    string // at least one digit, no leading zeros
	fraction string
}

// parseDecimal reads "-12.50". Exponents, signs of plus and empty text are refused.
func parseDecimal(text string) (decimal, bool) {
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, hasPoint := strings.Cut(digits, ".")
	if whole == "" || hasPoint && fraction == "" || !allDigits(whole+fraction) {
		return decimal{}, false
	}
	d := decimal{whole: trimZeros(whole), fraction: fraction}
	d.negative = negative && strings.Trim(whole+fraction, "0") != "" // there is no minus zero
	return d, true
}

func allDigits(text string) bool {
	return strings.Trim(text, "0123456789") == ""
}

// trimZeros drops leading zeros but keeps one digit.
func trimZeros(whole string) string {
	if rest := strings.TrimLeft(whole, "0"); rest != "" {
		return rest
	}
	return "0"
}

// scaled divides by ten as often as told.
func (d decimal) scaled(digits int) decimal {
	padded := d.whole
	if missing := digits + 1 - len(padded); missing > 0 {
		padded = strings.Repeat("0", missing) + padded
	}
	cut := len(padded) - digits
	d.whole, d.fraction = trimZeros(padded[:cut]), padded[cut:]+d.fraction
	return d
}

// fractionOf is the digits after the point: at least minDigits of them, the rest only while not
// zero.
func (d decimal) fractionOf(minDigits int) string {
	text := strings.TrimRight(d.fraction, "0")
	if missing := minDigits - len(text); missing > 0 {
		text += strings.Repeat("0", missing)
	}
	return text
}
