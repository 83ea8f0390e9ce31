// Package calendar turns a billing anchor and an interval into periods.
//
// It owns instants: boundaries of periods, short months, anchors that fall on a chosen day. It
// owns no billing and never asks what time it is: every instant is an argument, in unix seconds,
// and all of it happens in UTC.
//
// It promises that periods are half-open and tile time without gap or overlap, and that they are
// counted from the original anchor: 31 January is followed by 29 February and then by 31 March.
package calendar
