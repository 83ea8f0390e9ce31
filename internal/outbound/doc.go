// Package outbound sends requests to addresses that somebody else typed in, such as webhook
// endpoints, without letting them reach what only this machine can reach.
//
// It owns the guard that refuses addresses, the client that asks the guard at each connection, and
// the signature that lets a receiver know who sent a body. It does not own what is sent, when it
// is tried again, or whose address it is: it knows no nouns.
//
// It promises: an address is judged when it is dialled, so neither a name that resolves to
// something else later nor another way to write an address gets around the guard; no redirect is
// followed, no proxy of the environment is used, nothing takes longer than its time limit, and no
// more than 64 KiB of an answer are read.
package outbound
