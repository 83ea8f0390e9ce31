// Package sim lives through years of billing in seconds, with everything that can go wrong going
// wrong: requests and answers that are lost, money that moves late, notifications that come twice
// or never, clients that ask again, and crashes at the worst moment.
//
// Which invariant is checked where stands in docs/invariants.md.
//
// It owns a House that can be crashed, customers who act at random, and an auditor who keeps
// books of its own and does its own arithmetic. It owns no rule of billing: what the auditor
// wants are invariants. Only tests use it.
//
// It promises that the same seed lives the same life, on SQLite and on PostgreSQL, so that
// whatever it finds can be looked at again.
package sim
