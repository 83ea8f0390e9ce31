package app

import (
	"errors"
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/pricing"
	"github.com/portico-billing/portico/internal/store"
)

// PortalRefusal is why a subscription cannot be changed in the portal.
type PortalRefusal string

// The refusals. PortalRefused is what customers cannot do anything about.
const (
	PortalPayFirst    PortalRefusal = "pay_first"
	PortalKeepFirst   PortalRefusal = "keep_first"
	PortalInvoiceOnly PortalRefusal = "invoice_only"
	PortalRefused     PortalRefusal = "other"
)

// PortalOffer is what a customer may change of a subscription: one item, to one of some prices.
// The pages show it and the command holds to it.
type PortalOffer struct {
	Refusal  PortalRefusal // "": a change is possible
	Item     *billing.SubscriptionItem
	Price    *billing.Price              // of the item, today
	Prices   []*billing.Price            // on offer, the present one among them
	Products map[string]*billing.Product // of the prices
	cfg      *billing.PortalConfiguration
}

// PortalOffer reads what the configuration offers for a subscription.
func (a *App) PortalOffer(q store.Querier, cfg *billing.PortalConfiguration,
	sub *billing.Subscription) (*PortalOffer, error) {
	o := &PortalOffer{cfg: cfg, Refusal: portalRefusal(cfg, sub)}
	if o.Refusal != "" {
		return o, nil
	}
	prices, err := a.Prices(q, priceIDs(sub))
	if err != nil {
		return nil, err
	}
	if o.Item = portalItem(cfg, sub, prices); o.Item == nil {
		o.Refusal = PortalRefused
		return o, nil
	}
	o.Price = prices[o.Item.Price.ID]
	if err := a.fillOffer(q, o, sub); err != nil {
		return nil, err
	}
	if len(o.Prices) < 2 && !o.adjustable(o.Price) {
		o.Refusal = PortalRefused
	}
	return o, nil
}

// portalRefusal judges by the state of the subscription alone.
func portalRefusal(cfg *billing.PortalConfiguration, sub *billing.Subscription) PortalRefusal {
	switch {
	case !PortalAllows(cfg, PortalDeedChange), sub.Status.Ended(),
		sub.Status == billing.SubscriptionPaused:
		return PortalRefused
	case sub.Status == billing.SubscriptionPastDue, sub.Status == billing.SubscriptionUnpaid,
		sub.Status == billing.SubscriptionIncomplete:
		return PortalPayFirst
	case sub.CancelAtPeriodEnd || sub.CancelAt != nil:
		return PortalKeepFirst
	case sub.CollectionMethod != billing.ChargeAutomatically:
		return PortalInvoiceOnly
	}
	return ""
}

func priceIDs(sub *billing.Subscription) []string {
	var ids []string
	for _, it := range sub.Items.Data {
		ids = append(ids, it.Price.ID)
	}
	return ids
}

// portalItem is the one item whose product the configuration names (any, while it names none).
// With several of them nobody could say which one is meant: then there is none.
func portalItem(cfg *billing.PortalConfiguration, sub *billing.Subscription,
	prices map[string]*billing.Price) *billing.SubscriptionItem {
	var found *billing.SubscriptionItem
	for i := range sub.Items.Data {
		it := &sub.Items.Data[i]
		price := prices[it.Price.ID]
		if price == nil || !licensed(price) || portalProduct(cfg, price) == nil {
			continue
		}
		if found != nil {
			return nil
		}
		found = it
	}
	return found
}

func licensed(p *billing.Price) bool {
	return p.Recurring != nil && p.Recurring.UsageType != billing.UsageMetered &&
		p.CustomUnitAmount == nil
}

// portalProduct is what the configuration says about a price's product; nil when it is not
// offered. A configuration that names no products offers them all, in any quantity.
func portalProduct(cfg *billing.PortalConfiguration,
	price *billing.Price) *billing.PortalProduct {
	products := cfg.Features.SubscriptionUpdate.Products
	if len(products) == 0 {
		return &billing.PortalProduct{Product: price.Product.ID,
			AdjustableQuantity: billing.AdjustableQuantity{Enabled: true, Minimum: 1}}
	}
	for i := range products {
		if products[i].Product == price.Product.ID {
			return &products[i]
		}
	}
	return nil
}

// fillOffer reads the prices on offer with their products, the cheapest first.
func (a *App) fillOffer(q store.Querier, o *PortalOffer, sub *billing.Subscription) error {
	o.Prices = []*billing.Price{o.Price}
	if mayUpdate(o.cfg, "price") {
		all, err := pricesOffered(q, o.cfg)
		if err != nil {
			return err
		}
		for _, p := range all {
			if p.ID != o.Price.ID && o.offers(sub, p) {
				o.Prices = append(o.Prices, p)
			}
		}
	}
	var ids []string
	for _, p := range o.Prices {
		ids = append(ids, p.Product.ID)
	}
	var err error
	if o.Products, err = a.Products(q, ids); err != nil {
		return err
	}
	o.Prices = slices.DeleteFunc(o.Prices, func(p *billing.Price) bool {
		product := o.Products[p.Product.ID]
		return product == nil || !product.Active && p.ID != o.Price.ID
	})
	slices.SortStableFunc(o.Prices, func(x, y *billing.Price) int {
		one, _ := RecurringAmount(x, sub.Currency, 1)
		other, _ := RecurringAmount(y, sub.Currency, 1)
		return int(min(max(one-other, -1), 1))
	})
	return nil
}

// pricesOffered are the recurring prices of the products that a configuration names (any, while
// it names none). A page asks for each of its subscriptions; they are read once.
func pricesOffered(q store.Querier, cfg *billing.PortalConfiguration) ([]*billing.Price, error) {
	room := shared(q)
	if all, ok := room.offered[cfg.ID]; ok {
		return all, nil
	}
	conds := append([]store.Cond{store.Eq("type", billing.PriceRecurring)}, onOffer(cfg)...)
	all, err := store.Prices.All(q, conds...)
	if err == nil {
		room.offered[cfg.ID] = all
	}
	return all, err
}

// toReadOffered is for pricesOffered.
func toReadOffered(cfg *billing.PortalConfiguration) store.Need {
	return store.Prices.ToListBy("type", []string{billing.PriceRecurring}, onOffer(cfg)...)
}

// onOffer is which recurring prices a configuration offers.
func onOffer(cfg *billing.PortalConfiguration) []store.Cond {
	conds := []store.Cond{store.Eq("active", true)}
	if named := cfg.Features.SubscriptionUpdate.Products; len(named) > 0 {
		var products []string
		for _, p := range named {
			products = append(products, p.Product)
		}
		conds = append(conds, store.In("product", products...))
	}
	return conds
}

// offers says that customers may switch to a price. The items of one subscription share their
// interval, so with several of them only prices of that interval are offered.
func (o *PortalOffer) offers(sub *billing.Subscription, p *billing.Price) bool {
	_, converts := p.CurrencyOptions[sub.Currency]
	product := portalProduct(o.cfg, p)
	switch {
	case !p.Active, !licensed(p), p.Currency != sub.Currency && !converts, product == nil:
		return false
	case len(sub.Items.Data) > 1 && !sameInterval(p, o.Price):
		return false
	}
	named := len(o.cfg.Features.SubscriptionUpdate.Products) > 0
	return !named || slices.Contains(product.Prices, p.ID)
}

func sameInterval(a, b *billing.Price) bool {
	return a.Recurring.Interval == b.Recurring.Interval &&
		a.Recurring.IntervalCount == b.Recurring.IntervalCount
}

// Find is a price on offer; nil when it is not.
func (o *PortalOffer) Find(price string) *billing.Price {
	for _, p := range o.Prices {
		if p.ID == price {
			return p
		}
	}
	return nil
}

// Quantity bounds how many of a price the customer may choose; most 0 is no limit. ok is false
// when the quantity stays as it is.
func (o *PortalOffer) Quantity(p *billing.Price) (least, most int64, ok bool) {
	if !o.adjustable(p) {
		return 0, 0, false
	}
	bounds := portalProduct(o.cfg, p).AdjustableQuantity
	if bounds.Maximum != nil {
		most = *bounds.Maximum
	}
	return max(bounds.Minimum, 1), most, true
}

func (o *PortalOffer) adjustable(p *billing.Price) bool {
	product := portalProduct(o.cfg, p)
	return mayUpdate(o.cfg, "quantity") && product != nil && product.AdjustableQuantity.Enabled
}

// RecurringAmount is what a price asks for a quantity each period, in minor units, before
// discounts and tax. ok is false when that depends on what is used.
func RecurringAmount(p *billing.Price, currency string, quantity int64) (minor int64, ok bool) {
	if p.Recurring == nil || p.Recurring.UsageType == billing.UsageMetered {
		return 0, false
	}
	exact, err := new(invoicing.Book).WholeTotal(p, currency, quantity)
	if err != nil {
		return 0, false
	}
	return money.RoundLineTotal(exact)
}

// PriceFormula says how a price comes to its sum for a quantity, where that is not a unit amount
// for each: see invoicing.Formula.
func PriceFormula(z *i18n.Localizer, p *billing.Price, currency string, quantity int64) string {
	return invoicing.Formula(z, p, currency, quantity)
}

// UnitAmountDecimal is what one unit of a price costs, in decimals of the minor unit; "" where
// there is no such thing, as with tiers.
func UnitAmountDecimal(p *billing.Price, currency string) string {
	return text(pricing.UnitAmountDecimal(p, currency))
}

// Packages is how many packages a quantity of a price takes; 0 of what is not sold in any.
func Packages(p *billing.Price, quantity int64) int64 {
	if p.TransformQuantity == nil {
		return 0
	}
	return pricing.Packages(p.TransformQuantity, quantity)
}

// err makes a refusal into the caller's error.
func (r PortalRefusal) err() error {
	switch r {
	case PortalPayFirst:
		return billing.Invalid("", "Pay the open invoice first.").WithCode(string(r))
	case PortalKeepFirst:
		return billing.Invalid("", "The subscription is set to be canceled. Keep it first.").
			WithCode(string(r))
	case "":
		return errors.New("app: nothing was refused")
	}
	return notAllowed(string(PortalDeedChange))
}
