package app

import (
	"context"
	"errors"
	"math/big"
	"strconv"
	"strings"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/lifecycle"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/store"
)

// InvoiceItemCreateParams make a sum that waits for an invoice, or goes onto a draft.
type InvoiceItemCreateParams struct {
	Amount            *int64                             `form:"amount"`
	Currency          *string                            `form:"currency"`
	Customer          string                             `form:"customer"`
	Description       *string                            `form:"description"`
	Discountable      *bool                              `form:"discountable"`
	Discounts         billing.Optional[[]DiscountParams] `form:"discounts"`
	Invoice           *string                            `form:"invoice"`
	Metadata          MetadataParams                     `form:"metadata"`
	Period            *PeriodParams                      `form:"period"`
	PriceData         *PriceDataParams                   `form:"price_data"`
	Pricing           *PricingParams                     `form:"pricing"`
	Quantity          *int64                             `form:"quantity"`
	Subscription      *string                            `form:"subscription"`
	TaxBehavior       *string                            `form:"tax_behavior"`
	TaxRates          []string                           `form:"tax_rates"`
	UnitAmountDecimal *string                            `form:"unit_amount_decimal"`
}

// quantity is how many there are; one, unless the request says otherwise.
func (p InvoiceItemCreateParams) quantity() int64 {
	quantity := int64(1)
	assign(&quantity, p.Quantity)
	return quantity
}

// PeriodParams are the time that an item is for.
type PeriodParams struct {
	End   int64 `form:"end"`
	Start int64 `form:"start"`
}

func (p PeriodParams) period() (billing.Period, error) {
	if p.End < p.Start {
		return billing.Period{}, billing.Invalid("period[end]", "The end of the period must not "+
			"be before its start.")
	}
	return billing.Period{Start: p.Start, End: p.End}, nil
}

// PricingParams name the price of an item.
type PricingParams struct {
	Price *string `form:"price"`
}

// price is the id that was sent, if any.
func (p *PricingParams) price() *string {
	if p == nil {
		return nil
	}
	return p.Price
}

// CreateInvoiceItem makes a sum that waits for the customer's next invoice.
func (a *App) CreateInvoiceItem(ctx context.Context, c Caller,
	p InvoiceItemCreateParams) (*billing.InvoiceItem, error) {
	if p.Customer == "" {
		return nil, billing.Missing("customer")
	}
	var it *billing.InvoiceItem
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		cus, err := lockReferred(tx, store.Customers, p.Customer, "customer")
		if err != nil {
			return nil, err
		}
		now, err := a.now(tx, c, cus)
		if err != nil {
			return nil, err
		}
		if it, err = a.makeItem(tx, cus, p, now); err != nil {
			return nil, err
		}
		if err := fixCurrency(cus, it.Currency); err != nil {
			return nil, err
		}
		store.InvoiceItems.Insert(tx, it)
		if p.Invoice != nil {
			if err := a.putOnDraft(tx, c, it, *p.Invoice); err != nil {
				return nil, err
			}
		}
		return it, store.InvoiceItems.Emit(tx, it, "invoiceitem.created")
	})
	return it, err
}

func (a *App) makeItem(tx *store.Tx, cus *billing.Customer, p InvoiceItemCreateParams,
	now int64) (it *billing.InvoiceItem, err error) {
	if p.quantity() < 0 {
		return nil, billing.Invalid("quantity", "Quantity must not be negative.")
	}
	switch {
	case p.Pricing.price() != nil, p.PriceData != nil:
		it, err = a.itemWithPrice(tx, cus, p, now)
	case p.UnitAmountDecimal != nil:
		it, err = a.itemWithUnit(cus, *p.UnitAmountDecimal, p.quantity(), now)
	case p.Amount != nil && p.quantity() != 1:
		return nil, billing.Invalid("quantity", "`quantity` multiplies a price or "+
			"`unit_amount_decimal`. With `amount` it can only be 1.")
	case p.Amount != nil:
		it = a.newInvoiceItem(cus, *p.Amount, "", now)
		it.Pricing = plainPricing(*p.Amount)
	default:
		return nil, billing.Invalid("amount", "One of the following params should be provided "+
			"for this request: amount, pricing, price_data or unit_amount_decimal.")
	}
	if err != nil {
		return nil, err
	}
	if it.Currency == "" {
		if it.Currency, err = a.itemCurrency(tx, cus, p.Currency); err != nil {
			return nil, err
		}
	}
	return it, a.fillItem(tx, it, p, now)
}

func (a *App) itemWithPrice(tx *store.Tx, cus *billing.Customer, p InvoiceItemCreateParams,
	now int64) (*billing.InvoiceItem, error) {
	price, err := a.oneTimePrice(tx, chosenPrice{p.Pricing.price(), p.PriceData, "pricing"}, now)
	if e, ok := errors.AsType[*billing.Error](err); ok { // price_data stands beside pricing here
		if rest, found := strings.CutPrefix(e.Param, "pricing[price_data]"); found {
			e.Param = "price_data" + rest
			e.Message = strings.Replace(e.Message, "pricing[price_data]", "price_data", 1)
		}
	}
	if err != nil {
		return nil, err
	}
	return a.pricedItem(tx, pricedItem{Price: price, Quantity: p.quantity(), Now: now,
		Customer: cus, Currency: price.Currency})
}

func (a *App) itemWithUnit(cus *billing.Customer, unit string, quantity,
	now int64) (*billing.InvoiceItem, error) {
	d, err := money.ParseDecimal(unit)
	if err != nil || d.Places() > 12 {
		return nil, billing.Invalid("unit_amount_decimal", "Invalid decimal: %s", unit)
	}
	amount, ok := money.RoundLineTotal(new(big.Rat).Mul(d.Rat(), big.NewRat(quantity, 1)))
	if !ok {
		return nil, billing.Invalid("unit_amount_decimal", "The amount is too large to be billed.").
			WithCode("amount_too_large")
	}
	it := a.newInvoiceItem(cus, amount, "", now)
	it.Quantity, it.QuantityDecimal = quantity, strconv.FormatInt(quantity, 10)
	it.Pricing = &billing.Pricing{Type: "price_details", UnitAmountDecimal: new(d.String())}
	return it, nil
}

// plainPricing is that of an item which is given as a sum.
func plainPricing(amountMinor int64) *billing.Pricing {
	return &billing.Pricing{Type: "price_details",
		UnitAmountDecimal: new(strconv.FormatInt(amountMinor, 10))}
}

func (a *App) itemCurrency(tx *store.Tx, cus *billing.Customer, asked *string) (string, error) {
	if asked != nil {
		return lower(*asked), nil
	}
	return currencyFor(tx, cus)
}

func (a *App) fillItem(tx *store.Tx, it *billing.InvoiceItem, p InvoiceItemCreateParams,
	now int64) (err error) {
	given(&it.Description, p.Description)
	it.Discountable = it.Amount > 0
	if p.Discountable != nil {
		it.Discountable = *p.Discountable
	}
	if p.Period != nil {
		if it.Period, err = p.Period.period(); err != nil {
			return err
		}
	}
	it.Metadata = newMetadata(p.Metadata)
	if err := chooseTaxBehavior(it, p.TaxBehavior); err != nil {
		return err
	}
	if p.Subscription != nil {
		sub, err := referred(tx, store.Subscriptions, *p.Subscription, "subscription")
		if err != nil {
			return err
		}
		if sub.Customer.ID != it.Customer.ID {
			return billing.Invalid("subscription", "The subscription %s belongs to another "+
				"customer.", sub.ID)
		}
		it.Parent = itemParent(*p.Subscription)
	}
	if it.TaxRates, err = a.taxRates(tx, p.TaxRates, "tax_rates"); err != nil {
		return err
	}
	it.Discounts, err = a.redeem(tx, redemption{Params: p.Discounts.Value, Now: now,
		Customer: it.Customer.ID, InvoiceItem: it.ID, Currency: it.Currency, Param: "discounts"})
	return err
}

// putOnDraft sweeps a new item onto a draft at once.
func (a *App) putOnDraft(tx *store.Tx, c Caller, it *billing.InvoiceItem, invoice string) error {
	found, err := referred(tx, store.Invoices, invoice, "invoice")
	if err != nil {
		return err
	}
	if found.Customer.ID != it.Customer.ID {
		return billing.Invalid("invoice", "The invoice %s belongs to another customer.", invoice)
	}
	w, err := a.lockInvoice(tx, c, invoice)
	if err != nil {
		return err
	}
	if w.inv.Status != billing.InvoiceDraft {
		return billing.Invalid("invoice", "You can only add items to draft invoices.").
			WithCode("invoice_not_editable")
	}
	if w.inv.Currency != it.Currency {
		return billing.Invalid("currency", "The currency of the item (%s) does not match that of "+
			"the invoice (%s).", it.Currency, w.inv.Currency)
	}
	book, err := a.load(tx, w.fill(newShelf()).invoiceItems([]*billing.InvoiceItem{it}), w.now)
	if err != nil {
		return err
	}
	a.sweep(book, w.inv, it)
	return book.Compute(w.inv)
}

// InvoiceItemUpdateParams change an item that no final invoice holds.
type InvoiceItemUpdateParams struct {
	Amount            *int64                             `form:"amount"`
	Description       *string                            `form:"description"`
	Discountable      *bool                              `form:"discountable"`
	Discounts         billing.Optional[[]DiscountParams] `form:"discounts"`
	Metadata          MetadataParams                     `form:"metadata"`
	Period            *PeriodParams                      `form:"period"`
	PriceData         *PriceDataParams                   `form:"price_data"`
	Pricing           *PricingParams                     `form:"pricing"`
	Quantity          *int64                             `form:"quantity"`
	TaxBehavior       *string                            `form:"tax_behavior"`
	TaxRates          billing.Optional[[]string]         `form:"tax_rates"`
	UnitAmountDecimal *string                            `form:"unit_amount_decimal"`
}

// UpdateInvoiceItem changes an item, and the draft that it is on.
func (a *App) UpdateInvoiceItem(ctx context.Context, c Caller, id string,
	p InvoiceItemUpdateParams) (*billing.InvoiceItem, error) {
	var it *billing.InvoiceItem
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		w, err := a.lockItem(tx, c, id)
		if err != nil {
			return nil, err
		}
		it = w.item
		if err := checkFrozen(it, p); err != nil {
			return nil, err
		}
		before := it.NetAmount
		if err := w.reprice(p); err != nil {
			return nil, err
		}
		given(&it.Description, p.Description)
		if p.Discountable != nil {
			it.Discountable = *p.Discountable
		}
		if p.Period != nil {
			if it.Period, err = p.Period.period(); err != nil {
				return nil, err
			}
		}
		if it.Metadata, err = changeMetadata(it.Metadata, p.Metadata); err != nil {
			return nil, err
		}
		if err := chooseTaxBehavior(it, p.TaxBehavior); err != nil {
			return nil, err
		}
		if p.TaxRates.Set {
			it.Private.Untaxed = false
			if it.TaxRates, err = a.taxRates(tx, p.TaxRates.Value, "tax_rates"); err != nil {
				return nil, err
			}
		}
		if p.Discounts.Set {
			it.Discounts, err = a.redeem(tx, redemption{Params: p.Discounts.Value, Now: w.now,
				Customer: it.Customer.ID, InvoiceItem: it.ID, Currency: it.Currency,
				Param: "discounts"})
			if err != nil {
				return nil, err
			}
		}
		if it.NetAmount != before {
			if err := w.rebill(it.NetAmount); err != nil {
				return nil, err
			}
		}
		return it, w.redraw(true)
	})
	return it, err
}

// DeleteInvoiceItem removes an item that no final invoice holds.
func (a *App) DeleteInvoiceItem(ctx context.Context, c Caller,
	id string) (*billing.InvoiceItem, error) {
	var it *billing.InvoiceItem
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		w, err := a.lockItem(tx, c, id)
		if err != nil {
			return nil, err
		}
		it = w.item
		it.Private.Deleted = true
		if err := w.rebill(0); err != nil {
			return nil, err
		}
		if err := w.redraw(false); err != nil {
			return nil, err
		}
		store.InvoiceItems.Delete(tx, it)
		return it, store.InvoiceItems.Emit(tx, it, "invoiceitem.deleted")
	})
	return it, err
}

// lockedItem is an item with the draft that it is on, if any.
type lockedItem struct {
	*App
	tx   *store.Tx
	item *billing.InvoiceItem
	on   *lockedInvoice
	now  int64
}

func (a *App) lockItem(tx *store.Tx, c Caller, id string) (*lockedItem, error) {
	found, err := referred(tx, store.InvoiceItems, id, "id")
	if err != nil {
		return nil, err
	}
	w := &lockedItem{App: a, tx: tx}
	if _, err := store.Customers.Lock(tx, found.Customer.ID); err != nil {
		return nil, err
	}
	if found.Invoice.ID != "" {
		if w.on, err = a.lockInvoice(tx, c, found.Invoice.ID); err != nil {
			return nil, err
		}
		if w.on.inv.Status != billing.InvoiceDraft {
			return nil, billing.Invalid("", "This invoice item is on a finalized invoice and "+
				"cannot be changed.").WithCode("invoice_not_editable")
		}
	}
	if w.item, err = locked(tx, store.InvoiceItems, id); err != nil {
		return nil, err
	}
	cus, err := store.Customers.Get(tx, w.item.Customer.ID)
	if errors.Is(err, store.ErrNotFound) {
		w.now = tx.Now() // a deleted customer's clock says nothing
		return w, nil
	}
	if err == nil {
		w.now, err = a.now(tx, c, cus)
	}
	return w, err
}

// rebill tells the subscription that a proration of it costs another sum now, for later credits.
func (w *lockedItem) rebill(amountMinor int64) error {
	id := w.item.SubscriptionID()
	if !w.item.Proration || id == "" {
		return nil
	}
	sub, err := store.Subscriptions.Lock(w.tx, id)
	if err != nil {
		return err
	}
	lifecycle.Rebill(sub, w.item.ID, amountMinor)
	return nil
}

// redraw puts the item as it is now onto its draft, or takes it off.
func (w *lockedItem) redraw(keep bool) error {
	if w.on == nil {
		return nil
	}
	inv := w.on.inv
	book, err := w.load(w.tx,
		w.on.fill(newShelf()).invoiceItems([]*billing.InvoiceItem{w.item}), w.on.now)
	if err != nil {
		return err
	}
	var lines billing.Arr[billing.LineItem]
	for _, l := range inv.Lines.Data {
		if lineOf(&l) != w.item.ID {
			lines = append(lines, l)
			continue
		}
		if keep {
			fresh := book.InvoiceItemLine(w.item)
			fresh.ID, fresh.Invoice = l.ID, l.Invoice
			lines = append(lines, fresh)
			if rates := invoicing.RatesOf(w.item); rates != nil {
				if inv.Private.LineTaxRates == nil {
					inv.Private.LineTaxRates = map[string][]string{}
				}
				inv.Private.LineTaxRates[l.ID] = rates
			}
		}
	}
	inv.Lines.Data = lines
	return book.Compute(inv)
}

// lineOf is the invoice item that a line came from, or "".
func lineOf(l *billing.LineItem) string {
	if l.Parent == nil {
		return ""
	}
	if d := l.Parent.InvoiceItemDetails; d != nil {
		return d.InvoiceItem
	}
	if d := l.Parent.SubscriptionItemDetails; d != nil && d.InvoiceItem != nil {
		return *d.InvoiceItem
	}
	return ""
}
