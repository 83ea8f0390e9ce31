package app

import (
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// What a page of the portal shows of many subscriptions, and the previews of what each will
// charge, is asked for here in as few round trips as it can be. Who reads it afterwards finds it;
// what is missing here only takes longer.

// PortalNeeds are what a page about a customer's subscriptions can ask for before it knows them.
func PortalNeeds(customer string) []store.Need {
	of := []string{customer}
	return []store.Need{store.Subscriptions.ToListBy("customer", of),
		store.PaymentMethods.ToListBy("customer", of),
		store.Invoices.ToListBy("customer", of, UnpaidInvoices()),
		store.InvoiceItems.ToListBy("customer", of, store.Eq("pending", true)),
		store.ToReadAccount()}
}

// UnpaidInvoices are the states in which an invoice can be paid.
func UnpaidInvoices() store.Cond {
	return store.In("status", string(billing.InvoiceOpen), string(billing.InvoiceUncollectible))
}

// PortalRead is what PrepareSubscriptions reads for.
type PortalRead struct {
	Customer      *billing.Customer
	Subscriptions []*billing.Subscription
	Configuration *billing.PortalConfiguration
}

// PrepareSubscriptions reads, in two round trips, what subscriptions are for, what is taken off
// and put on, and what they may be changed to; and what else the page is going to need.
func (a *App) PrepareSubscriptions(q *store.View, p PortalRead, more ...store.Need) error {
	room, s := shared(q), newShelf().customer(p.Customer)
	offers := false
	for _, sub := range p.Subscriptions {
		s.subscription(sub)
		offers = offers || portalRefusal(p.Configuration, sub) == ""
	}
	if offers = offers && mayUpdate(p.Configuration, "price"); offers {
		more = append(more, toReadOffered(p.Configuration))
	}
	if err := store.Prefetch(q, slices.Concat(s.needs(room), more)...); err != nil {
		return err
	}
	if _, err := room.loadAccount(q); err != nil {
		return err // a preview reads it, where what was prefetched for the page is not seen
	}
	prices, err := a.Prices(q, keys(s.prices))
	if err != nil {
		return err
	}
	products := map[string]bool{}
	for _, price := range prices {
		products[price.Product.ID] = true
	}
	if offers {
		offered, err := pricesOffered(q, p.Configuration)
		if err != nil {
			return err
		}
		for _, price := range offered {
			products[price.Product.ID] = true
		}
	}
	_, err = a.Products(q, keys(products))
	return err
}
