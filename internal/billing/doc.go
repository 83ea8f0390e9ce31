// Package billing is the dictionary of the house: one file per noun, in the shape in which
// Stripe's API (version 2026-08-26.dahlia) shows it. What is stored, snapshotted into events
// and answered over HTTP is the same struct; there is no mapping layer.
//
// It owns the fields of every noun, the status types with their tables of allowed moves, id
// prefixes, the caller's Error, and the Actor who asks. It owns no rule that computes money
// (see pricing, discounting, taxing, proration, invoicing) and no decision (see lifecycle).
//
// It promises that a noun encodes to JSON and back without loss, that absent references are
// null, and that lists and hashes which Stripe always sends are never null. What the API must
// not show lives in a Private field, which never enters the JSON.
package billing

// APIVersion is the one version that is stored and answered, whatever a client sends.
const APIVersion = "2026-08-26.dahlia"
