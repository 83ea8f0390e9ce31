// Package simulator is what a customer sees of the payment simulator: a card form, and the page
// where a bank would ask for authentication. It runs on a listener of its own, in test mode only.
//
// It owns these pages and nothing else: what a card does and what becomes of a charge is decided
// in gateway/simulator. It reads and sets no cookie, because cookies are shared between ports,
// and knows the customer by the token in the address.
//
// It promises that a card number typed here is handed to the simulator and never written into a
// page, an address or a log, unless it is a published one; that the customer is only ever sent on
// to an origin on the list; and that everything works without JavaScript, of which there is none.
package simulator
