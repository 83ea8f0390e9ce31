// Package worker does what happens because time has passed: subscriptions that renew, drafts that
// become final, payments that are tried again or asked about, test clocks on their way, events
// delivered to webhook endpoints, jobs, and the pruning of what is old.
//
// It owns when each of these is looked for, how many are done at a time, and how long one that
// failed is left alone. It does not own what any of them means: every piece of work is one verb of
// the command room, which looks again whether the work is due and is the only one that writes.
//
// It promises: what fails does not stop what comes after it; an endpoint that hangs delays no
// other; two workers on one database do nothing twice that matters, because work is either looked
// at again under a lock or held by a lease; and when Run ends, nothing of it is left running.
//
// Known deficiencies: an event may reach an endpoint twice, when a worker dies between the answer
// and its record, and events reach an endpoint only nearly in order.
package worker
