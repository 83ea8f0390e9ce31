// Package money is minor units, exact decimals and every named rounding.
//
// It owns currencies (their digits, minimum and maximum charge), sums of one currency, exact
// decimals for unit amounts and rates, and the only places where a fraction becomes an integer.
// It does not format money for people; that is i18n.
//
// It promises that no operation loses a fraction silently and that a result which does not fit
// is an error, never a wrapped number.
package money
