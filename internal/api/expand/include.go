package expand

import (
	"reflect"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// field names a field that is absent unless it is asked for.
type field struct {
	noun reflect.Type
	path string
}

// inclusion is a hidden field of one or more objects, and what to expand below it.
type inclusion struct {
	fill    func(store.Querier, []any) error
	objects []reflect.Value
	below   []*node
}

// hidden are the fields that are absent unless asked for, and how they are filled in for all
// objects of a level at once.
var hidden = map[field]func(store.Querier, []any) error{
	{reflect.TypeFor[billing.Charge](), "refunds"}:          each(includeRefunds),
	{reflect.TypeFor[billing.Coupon](), "applies_to"}:       each(includeAppliesTo),
	{reflect.TypeFor[billing.Coupon](), "currency_options"}: each(includeCouponCurrencies),
	{reflect.TypeFor[billing.Customer](), "cash_balance"}: each(
		includeCashBalance),
	{reflect.TypeFor[billing.Customer](), "invoice_credit_balance"}: each(
		includeInvoiceCredit),
	{reflect.TypeFor[billing.Customer](), "sources"}:            each(includeSources),
	{reflect.TypeFor[billing.Customer](), "subscriptions"}:      each(includeSubscriptions),
	{reflect.TypeFor[billing.Customer](), "tax_ids"}:            each(includeTaxIDs),
	{reflect.TypeFor[billing.Invoice](), "confirmation_secret"}: each(includeConfirmationSecret),
	{reflect.TypeFor[billing.Invoice](), "payments"}:            each(includePayments),
	{reflect.TypeFor[billing.Price](), "currency_options"}:      each(includeCurrencies),
	{reflect.TypeFor[billing.Price](), "tiers"}:                 each(includeTiers),
	{reflect.TypeFor[billing.PortalConfiguration](),
		"features.subscription_update.products"}: each(includePortalProducts),
}

// each gives a filler its objects with their type.
func each[T any](fill func(store.Querier, []*T) error) func(store.Querier, []any) error {
	return func(q store.Querier, objects []any) error {
		typed := make([]*T, len(objects))
		for i, object := range objects {
			typed[i] = object.(*T)
		}
		return fill(q, typed)
	}
}

// want collects a hidden field; false when the path is none.
func (w *walk) want(object reflect.Value, path string, below *node) bool {
	at := field{object.Type().Elem(), path}
	fill, ok := hidden[at]
	if !ok {
		return false
	}
	if w.wanted[at] == nil {
		w.wanted[at] = &inclusion{fill: fill}
	}
	w.wanted[at].objects = append(w.wanted[at].objects, object)
	w.wanted[at].below = append(w.wanted[at].below, below)
	return true
}

// include fills the hidden fields of a level in, and goes on below them in the next.
func (w *walk) include() error {
	for at, inc := range w.wanted {
		objects := make([]any, len(inc.objects))
		for i, object := range inc.objects {
			objects[i] = object.Interface()
		}
		if err := inc.fill(w.q, objects); err != nil {
			return err
		}
		if at.path == "features.subscription_update.products" {
			continue // plain ids
		}
		for i, object := range inc.objects {
			if index, ok := fieldsOf(at.noun)[at.path]; ok && len(inc.below[i].names) > 0 {
				w.visit(object.Elem().FieldByIndex(index),
					place{object: object, path: at.path, node: inc.below[i]})
			}
		}
	}
	return nil
}

// shownMax is how many objects a nested list holds; the rest is a request away.
const shownMax = 10

// nested is the first page of a nested list.
func nested[T any](all []*T, url string) *billing.List[T] {
	list := &billing.List[T]{Object: "list", URL: url, HasMore: len(all) > shownMax}
	for _, v := range all[:min(len(all), shownMax)] {
		list.Data = append(list.Data, *v)
	}
	return list
}

// children are nouns that refer to a parent in a column of their table.
type children[T any] struct {
	nouns  *store.Collection[T]
	column string
	parent func(*T) string
}

// of reads the children of several parents, shown, by parent.
func (c children[T]) of(q store.Querier, parents []string) (map[string][]*T, error) {
	all, err := c.nouns.All(q, store.In(c.column, parents...))
	if err != nil {
		return nil, err
	}
	if all, err = c.nouns.ShowAll(q, all); err != nil {
		return nil, err
	}
	grouped := map[string][]*T{}
	for _, v := range all {
		grouped[c.parent(v)] = append(grouped[c.parent(v)], v)
	}
	return grouped, nil
}

// stored are nouns of which Show cuts something off.
type stored[T any] struct {
	nouns *store.Collection[T]
	id    func(*T) string
}

// restore reads the nouns again, as they are stored, and lets put show more of them.
func (s stored[T]) restore(q store.Querier, objects []*T, put func(shown, whole *T)) error {
	whole, err := s.nouns.Many(q, ids(objects, s.id))
	if err != nil {
		return err
	}
	for _, object := range objects {
		if v := whole[s.id(object)]; v != nil {
			put(object, v)
		}
	}
	return nil
}

func ids[T any](objects []*T, id func(*T) string) []string {
	all := make([]string, len(objects))
	for i, object := range objects {
		all[i] = id(object)
	}
	return all
}
