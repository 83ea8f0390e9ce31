// Package view holds the pages of the customer portal and of the hosted invoice, as templates.
//
// It owns one struct per page, the sentences that say what happens next, and the addresses of the
// portal. The structs hold plain values (minor units and a currency, times in the account's zone,
// states), never words: every word comes from the catalogue in the customer's language while the
// page is written. It does not own what may be done: the struct says what is offered, the command
// behind the address decides. It never reads the store, the request, or the time of day.
//
// It promises that every page works without JavaScript and that a GET never changes anything.
package view
