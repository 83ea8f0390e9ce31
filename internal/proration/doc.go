// Package proration computes what a change inside a period credits and debits.
//
// It owns the share of a period that is left, to the second, and the two bases of a credit:
// classic credits the current price, flexible credits what was really debited. It owns no
// decision whether a change prorates and makes no lines; lifecycle does.
//
// It promises that the price of the whole quantity is prorated and rounded once per line, never
// per unit and never after netting, and that a credit never exceeds its debit.
package proration
