package sim

import (
	"net/url"
	"strconv"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
)

// goods are the recurring prices of every life: flat, tiered, packaged, free, with fractions of a
// minor unit, in currencies with and without decimals, with and without tax in them.
var goods = [][]string{
	{"currency=usd", "unit_amount=2900", "recurring[interval]=month"},
	{"currency=usd", "unit_amount=9900", "recurring[interval]=month"},
	{"currency=usd", "unit_amount=999", "recurring[interval]=month", "tax_behavior=inclusive"},
	{"currency=usd", "unit_amount=29000", "recurring[interval]=year"},
	{"currency=usd", "unit_amount=700", "recurring[interval]=week"},
	{"currency=usd", "unit_amount=4500", "recurring[interval]=month",
		"recurring[interval_count]=3"},
	{"currency=usd", "unit_amount_decimal=12.345", "recurring[interval]=month"},
	{"currency=usd", "unit_amount=0", "recurring[interval]=month"},
	{"currency=usd", "billing_scheme=tiered", "tiers_mode=graduated",
		"recurring[interval]=month", "tiers[0][up_to]=2", "tiers[0][unit_amount]=1000",
		"tiers[1][up_to]=inf", "tiers[1][unit_amount]=800", "tiers[1][flat_amount]=150"},
	{"currency=usd", "billing_scheme=tiered", "tiers_mode=volume", "recurring[interval]=month",
		"tiers[0][up_to]=3", "tiers[0][unit_amount]=1200", "tiers[1][up_to]=inf",
		"tiers[1][unit_amount_decimal]=999.5"},
	{"currency=usd", "unit_amount=1500", "recurring[interval]=month",
		"transform_quantity[divide_by]=3", "transform_quantity[round]=up"},
	{"currency=eur", "unit_amount=2500", "recurring[interval]=month"},
	{"currency=eur", "unit_amount=7990", "recurring[interval]=month", "tax_behavior=inclusive"},
	{"currency=eur", "unit_amount=55000", "recurring[interval]=year"},
	{"currency=jpy", "unit_amount=1000", "recurring[interval]=month"},
	{"currency=jpy", "unit_amount=3333", "recurring[interval]=month"},
}

// furnish makes the catalogue and chooses the settings.
func (l *Life) furnish() {
	l.Helper()
	for i, words := range goods {
		name := strconv.Itoa(i)
		l.must("/v1/products", values("name=Plan "+name, "id=prod_"+name))
		price := l.must("/v1/prices", values(append(words, "product=prod_"+name)...))
		c := price.text("currency")
		l.prices[c] = append(l.prices[c], price.text("id"))
	}
	l.must("/v1/products", values("name=Setup", "id=prod_setup"))
	l.onceOnly = append(l.onceOnly, l.Make("/v1/prices", "product=prod_setup", "currency=usd",
		"unit_amount=4999"))
	for _, words := range [][]string{
		{"percent_off=25", "duration=repeating", "duration_in_months=3"},
		{"amount_off=500", "currency=usd", "duration=once",
			"currency_options[eur][amount_off]=450"},
		{"percent_off=12.5", "duration=forever", "max_redemptions=3"},
		{"percent_off=100", "duration=once"},
		{"amount_off=1333", "currency=usd", "duration=forever"},
		{"percent_off=33.33", "duration=forever", "applies_to[products][0]=prod_1"},
	} {
		l.coupons = append(l.coupons, l.Make("/v1/coupons", words...))
	}
	for _, words := range [][]string{
		{"display_name=VAT", "percentage=19", "inclusive=false"},
		{"display_name=GST", "percentage=7.7", "inclusive=true"},
		{"display_name=City", "percentage=2.125", "inclusive=false"},
	} {
		l.rates = append(l.rates, l.Make("/v1/tax_rates", words...))
	}
	l.settle()
}

// settle chooses how this business treats those who do not pay, and how it rounds.
func (l *Life) settle() {
	l.Helper()
	l.must("/v1/portico/settings", values(
		"dunning[subscription_outcome]="+l.one([]string{"cancel", "mark_unpaid",
			"leave_past_due"}),
		"dunning[invoice_outcome]="+l.one([]string{"leave_open", "mark_uncollectible"}),
		"tax[rounding]="+l.one([]string{"line_item", "invoice"}),
		"webhooks[allowed_hosts][0]=127.0.0.1", "events[retention_days]=365"))
}

// spy is another account in the same house. Nothing of anybody else's is ever shown to it, and
// nobody else sees anything of its own (I41).
type spy struct {
	*Life
	key, account string
	own          []string
}

// invite lets strangers in: another account, and endpoints that listen.
func (l *Life) invite() {
	l.Helper()
	made, err := l.App.CreateAccount(l.Context(), app.AccountCreateParams{Name: "Spy",
		Country: "US", SecretKey: "sk_test_spying0000000001"})
	if err != nil {
		l.Fatal(err)
	}
	l.spy = &spy{Life: l, key: made.TestKey, account: made.Account.ID}
	if l.dice.IntN(3) == 0 {
		l.hooks = newReceiver(l.House)
		l.audit.Look()
		l.hooks.listen("all", l.Key, "*").from = len(l.audit.log)
		l.hooks.listen("invoices", l.Key, "invoice.paid", "invoice.finalized",
			"customer.subscription.updated").from = len(l.audit.log)
		l.spy.as(func() { l.hooks.listen("spy", l.spy.key, "*") })
		l.Seen.note("a life with webhooks")
	}
	l.spy.as(func() {
		customer := l.Make("/v1/customers", "name=Spy", "email=spy@example.com")
		l.spy.own = append(l.spy.own, customer, l.Make("/v1/products", "name=Spyglass"))
	})
}

// as does something with the spy's key.
func (s *spy) as(do func()) {
	key, scope := s.House.Key, s.House.Scope
	s.House.Key, s.House.Scope = s.key, billing.Scope{Account: s.account}
	do()
	s.House.Key, s.House.Scope = key, scope
}

// heard sees that an answer to somebody else names nothing of the spy's.
func (s *spy) heard(a Answer) {
	s.Helper()
	for _, id := range append([]string{s.account}, s.own...) {
		if containsID(a.Raw, id) {
			s.Errorf("I41: an answer holds %s of another account: %s", id, a.Raw)
		}
	}
}

// look tries to read one of everything that is not the spy's.
func (s *spy) look() {
	s.Helper()
	s.as(func() {
		asked := map[string]bool{}
		for _, id := range s.audit.order {
			kind, _ := s.audit.objects[id]["object"].(string)
			path := paths[kind]
			if path == "" || asked[kind] {
				continue
			}
			asked[kind] = true
			if a := s.Get(path+id, nil); a.Status != 404 {
				s.Errorf("I41: another account gets %d %s", a.Status, a.Raw)
			}
			list := s.Get(path[:len(path)-1], url.Values{})
			data, _ := list.Body["data"].([]any)
			for _, o := range data {
				if mine, _ := dig(o, "id").(string); s.audit.objects[mine] != nil {
					s.Errorf("I41: another account's list shows %s", mine)
				}
			}
		}
		s.Seen.note("another account that looks")
	})
}
