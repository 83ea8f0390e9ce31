package app

import (
	"fmt"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/pricing"
	"github.com/portico-billing/portico/internal/store"
)

// chosenPrice is how a request says what something costs: by a price, or by the data of one.
type chosenPrice struct {
	ID    *string
	Data  *PriceDataParams
	Param string // where it says so
}

// itemPrice is the active price that is named, or a new one from price_data.
func (a *App) itemPrice(tx *store.Tx, c chosenPrice, now int64) (*billing.Price, error) {
	param := c.Param + "[price]"
	switch {
	case c.ID != nil && c.Data != nil:
		return nil, billing.Invalid(param, "You may only specify one of these "+
			"parameters: price, price_data.").WithCode("parameters_exclusive")
	case c.ID != nil:
		p, err := referred(tx, store.Prices, *c.ID, param)
		if err == nil && !p.Active {
			err = billing.Invalid(param, "The price specified is inactive. This field "+
				"only accepts active prices.")
		}
		return p, err
	case c.Data == nil:
		return nil, billing.Missing(param)
	}
	return a.adHocPrice(tx, c.Data, c.Param+"[price_data]", now)
}

// oneTimePrice is itemPrice for what is charged once.
func (a *App) oneTimePrice(tx *store.Tx, c chosenPrice, now int64) (*billing.Price, error) {
	price, err := a.itemPrice(tx, c, now)
	if err == nil && price.Type != billing.PriceOneTime {
		err = billing.Invalid(c.Param+"[price]", "The price specified is set to "+
			"`type=recurring` but this field only accepts prices with `type=one_time`.")
	}
	return price, err
}

// adHocPrice makes a price that is not in the catalogue.
func (a *App) adHocPrice(tx *store.Tx, d *PriceDataParams, param string,
	now int64) (*billing.Price, error) {
	if _, err := referred(tx, store.Products, d.Product, param+"[product]"); err != nil {
		return nil, err
	}
	currency := lower(d.Currency)
	if !money.ValidCurrency(currency) {
		return nil, billing.Invalid(param+"[currency]", "Invalid currency: %s.", d.Currency)
	}
	if d.UnitAmount != nil && d.UnitAmountDecimal != nil {
		return nil, below(exclusive("unit_amount", "unit_amount_decimal"), param)
	}
	p := &billing.Price{
		ID: a.IDs.New("price"), Object: "price", BillingScheme: billing.SchemePerUnit,
		Created: now, Currency: currency, Livemode: tx.Scope().Livemode,
		Product: billing.To[billing.Product](d.Product), Type: billing.PriceOneTime,
		TaxBehavior: new(billing.TaxUnspecified), UnitAmount: d.UnitAmount,
		UnitAmountDecimal: d.UnitAmountDecimal,
	}
	if d.TaxBehavior != nil {
		p.TaxBehavior = d.TaxBehavior
	}
	if d.UnitAmount != nil {
		p.UnitAmountDecimal = new(fmt.Sprint(*d.UnitAmount))
	}
	if r := d.Recurring; r != nil {
		p.Type = billing.PriceRecurring
		p.Recurring = &billing.Recurring{Interval: r.Interval, IntervalCount: 1,
			UsageType: billing.UsageLicensed}
		if r.IntervalCount != nil {
			p.Recurring.IntervalCount = *r.IntervalCount
		}
	}
	if err := pricing.Validate(p); err != nil {
		return nil, below(err, param)
	}
	store.Prices.Insert(tx, p)
	return p, store.Prices.Emit(tx, p, "price.created")
}

// addingItems adds the items of add_invoice_items to a subscription: one-time prices that ride on
// the next invoice.
type addingItems struct {
	*App
	Subscription *billing.Subscription
	Customer     *billing.Customer
	Now          int64
}

// all inserts the items. They are told by whoever knows where among the events.
func (a addingItems) all(tx *store.Tx,
	ps []AddInvoiceItemParams) (items []*billing.InvoiceItem, err error) {
	for i, p := range ps {
		item, err := a.one(tx, p, fmt.Sprintf("add_invoice_items[%d]", i))
		if err != nil {
			return nil, err
		}
		store.InvoiceItems.Insert(tx, item)
		items = append(items, item)
	}
	return items, nil
}

func (a addingItems) one(tx *store.Tx, p AddInvoiceItemParams,
	param string) (*billing.InvoiceItem, error) {
	price, err := a.oneTimePrice(tx, chosenPrice{p.Price, p.PriceData, param}, a.Now)
	if err != nil {
		return nil, err
	}
	quantity := int64(1)
	assign(&quantity, p.Quantity)
	item, err := a.pricedItem(tx, pricedItem{Price: price, Quantity: quantity, Now: a.Now,
		Customer: a.Customer, Currency: a.Subscription.Currency, Metadata: p.Metadata,
		Subscription: a.Subscription.ID})
	if err != nil {
		return nil, err
	}
	assign(&item.Discountable, p.Discountable)
	if item.TaxRates, err = a.taxRates(tx, p.TaxRates.Value, param+"[tax_rates]"); err != nil {
		return nil, err
	}
	item.Discounts, err = a.redeem(tx, redemption{Params: p.Discounts, Now: a.Now,
		Customer: a.Customer.ID, InvoiceItem: item.ID, Currency: item.Currency,
		Param: param + "[discounts]"})
	return item, err
}

// tellItems emits that items were made.
func tellItems(tx *store.Tx, items []*billing.InvoiceItem) error {
	for _, it := range items {
		if err := store.InvoiceItems.Emit(tx, it, "invoiceitem.created"); err != nil {
			return err
		}
	}
	return nil
}

// pricedItem is what an invoice item with a price is made from.
type pricedItem struct {
	Price        *billing.Price
	Quantity     int64
	Now          int64
	Customer     *billing.Customer
	Currency     string
	Metadata     billing.Metadata
	Subscription string
}

func (a *App) pricedItem(tx *store.Tx, m pricedItem) (*billing.InvoiceItem, error) {
	total, err := pricing.Total(m.Price, m.Currency, m.Quantity)
	if err != nil {
		return nil, err
	}
	amount, ok := money.RoundLineTotal(total)
	if !ok {
		return nil, billing.Invalid("quantity", "The amount is too large to be billed.").
			WithCode("amount_too_large")
	}
	book, err := a.load(tx, newShelf().price(m.Price.ID), m.Now)
	if err != nil {
		return nil, err
	}
	it := a.newInvoiceItem(m.Customer, amount, m.Currency, m.Now)
	it.Description = &book.ProductOf(m.Price).Name
	it.Pricing = invoicing.PricingOf(m.Price, m.Currency)
	it.Quantity, it.QuantityDecimal = m.Quantity, fmt.Sprint(m.Quantity)
	it.Metadata = m.Metadata
	if m.Subscription != "" {
		it.Parent = itemParent(m.Subscription)
	}
	return it, nil
}

func itemParent(subscription string) *billing.InvoiceItemParent {
	return &billing.InvoiceItemParent{Type: "subscription_details",
		SubscriptionDetails: &billing.InvoiceItemSubscription{Subscription: subscription}}
}

func (a *App) newInvoiceItem(cus *billing.Customer, amount int64, currency string,
	now int64) *billing.InvoiceItem {
	return &billing.InvoiceItem{
		ID: a.IDs.New("ii"), Object: "invoiceitem", Amount: amount, NetAmount: amount,
		Currency: currency, Customer: billing.To[billing.Customer](cus.ID), Date: now,
		Discountable: true, Livemode: cus.Livemode, Period: billing.Period{Start: now, End: now},
		Quantity: 1, QuantityDecimal: "1", TestClock: cus.TestClock,
		Private: billing.InvoiceItemPrivate{Created: now},
	}
}
