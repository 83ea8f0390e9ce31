package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// library keeps what many decisions of one transaction, or many parts of a page, look up again and
// again: settings, account, prices and products. It lives as long as that transaction or snapshot,
// so nothing in it goes stale.
type library struct {
	rooms map[billing.Scope]*libraryRoom
}

type libraryRoom struct {
	settings *billing.Settings
	account  *billing.Account
	prices   map[string]*billing.Price
	products map[string]*billing.Product
	offered  map[string][]*billing.Price // by portal configuration
	// itemsHeld says that all pending items of the batch's customers are locked.
	itemsHeld bool
}

// Settings are those of the reader's account and mode, for pages. Inside a View they, and what
// follows here, are read once and must not be changed.
func (a *App) Settings(q store.Querier) (*billing.Settings, error) {
	return shared(q).loadSettings(q)
}

// Prices are those of some ids, for pages.
func (a *App) Prices(q store.Querier, ids []string) (map[string]*billing.Price, error) {
	return fetch(q, store.Prices, shared(q).prices, ids)
}

// Products are those of some ids, for pages.
func (a *App) Products(q store.Querier, ids []string) (map[string]*billing.Product, error) {
	return fetch(q, store.Products, shared(q).products, ids)
}

type libraryKey struct{}

// withLibrary lets the commands of a batch share what they look up.
func withLibrary(ctx context.Context) context.Context {
	return context.WithValue(ctx, libraryKey{}, &library{map[billing.Scope]*libraryRoom{}})
}

// emptyLibrary is for the beginning of a transaction, which may be its second try.
func emptyLibrary(tx *store.Tx) {
	clear(tx.Context().Value(libraryKey{}).(*library).rooms)
}

// shared is the library's room for an account's mode; outside a batch, one that is thrown away.
func shared(q store.Querier) *libraryRoom {
	l, ok := q.Context().Value(libraryKey{}).(*library)
	if ok && l.rooms[q.Scope()] != nil {
		return l.rooms[q.Scope()]
	}
	room := &libraryRoom{prices: map[string]*billing.Price{},
		products: map[string]*billing.Product{}, offered: map[string][]*billing.Price{}}
	if ok {
		l.rooms[q.Scope()] = room
	}
	return room
}

func (r *libraryRoom) loadSettings(q store.Querier) (_ *billing.Settings, err error) {
	if r.settings == nil {
		r.settings, err = store.LoadSettings(q)
	}
	return r.settings, err
}

func (r *libraryRoom) loadAccount(q store.Querier) (_ *billing.Account, err error) {
	if r.account == nil {
		r.account, err = store.Account(q, q.Scope().Account)
	}
	return r.account, err
}

// fetch reads those of a collection that the library lacks, and answers the ones asked for.
func fetch[T any](q store.Querier, c *store.Collection[T], have map[string]*T,
	ids []string) (map[string]*T, error) {
	if missing := lacking(have, ids); len(missing) > 0 {
		found, err := c.Many(q, missing)
		if err != nil {
			return nil, err
		}
		for id, v := range found {
			have[id] = v
		}
	}
	out := make(map[string]*T, len(ids))
	for _, id := range ids {
		if v := have[id]; v != nil {
			out[id] = v
		}
	}
	return out, nil
}

// lacking are the ids that the library does not have.
func lacking[T any](have map[string]*T, ids []string) (missing []string) {
	for _, id := range ids {
		if have[id] == nil {
			missing = append(missing, id)
		}
	}
	return missing
}
