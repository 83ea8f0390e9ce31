// Package store keeps the nouns, and everything that is counted, queued or summed about them, in
// SQLite or PostgreSQL.
//
// A noun is one row: the document that the API shows, the private state that it does not show,
// and the few promoted columns that the database must understand (identity, filters, references,
// due times). Collections say how; there is one file per noun. What is unbounded or must balance
// lives in plain tables with hand-written SQL: events, deliveries, jobs, the ledger and so on.
//
// It owns both engines, the migrations, the unit of work (what Lock loaded or Insert added is
// saved at commit, with the events that tell of it) and the translation of the engines' errors.
// It owns no rule: it never decides what a noun becomes, and it never asks the time.
//
// It promises that a Write is atomic; that every public change is followed by a snapshot of the
// noun in the same transaction; that nothing reads across accounts or modes unless it says so;
// and that both engines behave alike (storetest).
package store
