// Package pricing turns a price and a quantity into an exact amount.
//
// It owns the billing schemes: per unit, packages, graduated and volume tiers, and which of a
// price's currencies is used. It owns no rounding, discount or tax: amounts are exact fractions
// of a minor unit, and whoever puts them on a line rounds them once.
//
// It promises that what Validate accepts can be priced for every quantity from 0 up, in each of
// its currencies.
package pricing
