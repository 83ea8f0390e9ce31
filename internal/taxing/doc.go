// Package taxing computes the taxes of lines.
//
// It owns inclusive and exclusive rates, exemption, and where fractions of tax are rounded. It
// owns no rates (they are nouns) and no lookup of what is owed where.
//
// It promises that line taxes sum to the totals per rate, that an inclusive price is its net and
// its taxes to the last minor unit, and that the tax of a credit is the negative of the tax of
// what it credits.
package taxing
