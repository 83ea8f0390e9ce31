// Package gateway is the boundary between billing and whoever moves the money.
//
// It owns the words both sides use: attempts, requests, results, instruments, notifications, and
// the interface every adapter implements. It does not own retries, scheduling, currency
// conversion, or Stripe's PaymentIntent, SetupIntent, Refund and Dispute objects: those are ours
// and are driven by Results.
//
// It promises three things. Nothing here can hold a card number. The zero Outcome is Unknown, so
// a forgotten assignment never reads as a failure. And an error never means "declined": it means
// that the call broke, and unless it wraps ErrNotSent or ErrInvalid the money may have moved.
package gateway
