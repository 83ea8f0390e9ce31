package app

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// chooseTaxBehavior keeps whether an amount includes tax. Once it is said it stays so (documented).
func chooseTaxBehavior(it *billing.InvoiceItem, p *string) error {
	if p == nil || *p == it.Private.TaxBehavior {
		return nil
	}
	if was := it.Private.TaxBehavior; was != "" && was != billing.TaxUnspecified {
		return billing.Invalid("tax_behavior", "The tax_behavior of this invoice item is %s and "+
			"cannot be changed.", was)
	}
	it.Private.TaxBehavior = *p
	return nil
}

// checkFrozen refuses to change what a proration was computed from. Only its sum can be changed.
func checkFrozen(it *billing.InvoiceItem, p InvoiceItemUpdateParams) error {
	for _, frozen := range []struct {
		param string
		sent  bool
	}{
		{"quantity", p.Quantity != nil}, {"pricing", p.Pricing != nil},
		{"price_data", p.PriceData != nil}, {"discounts", p.Discounts.Set},
		{"unit_amount_decimal", p.UnitAmountDecimal != nil},
		{"discountable", p.Discountable != nil && *p.Discountable},
	} {
		if it.Proration && frozen.sent {
			return billing.Invalid(frozen.param, "The `%s` of a proration cannot be changed.",
				frozen.param)
		}
	}
	return nil
}

// reprice changes what an item comes to: by another price, another quantity, or a plain sum.
func (w *lockedItem) reprice(p InvoiceItemUpdateParams) error {
	it := w.item
	priced := p.Pricing.price() != nil || p.PriceData != nil ||
		p.UnitAmountDecimal != nil || p.Quantity != nil
	switch {
	case p.Amount != nil && priced:
		return billing.Invalid("amount", "You may only specify one of these parameters: amount, "+
			"or a price, unit amount or quantity.").WithCode("parameters_exclusive")
	case p.Amount != nil && it.Proration:
		it.Amount, it.NetAmount = *p.Amount, *p.Amount
		for _, off := range it.ProrationDetails.DiscountAmounts {
			it.NetAmount -= off.Amount
		}
		return nil
	case p.Amount != nil: // a plain sum has no quantity
		it.Amount, it.NetAmount, it.Pricing = *p.Amount, *p.Amount, plainPricing(*p.Amount)
		it.Quantity, it.QuantityDecimal = 1, "1"
		return nil
	case !priced:
		return nil
	}
	made, err := w.remade(p)
	if err != nil {
		return err
	}
	if made.Currency != it.Currency {
		return billing.Invalid("pricing[price]", "The price's currency (%s) does not match that "+
			"of the item (%s).", made.Currency, it.Currency)
	}
	it.Amount, it.NetAmount, it.Pricing = made.Amount, made.NetAmount, made.Pricing
	it.Quantity, it.QuantityDecimal = made.Quantity, made.QuantityDecimal
	return nil
}

// remade is the item as it would be made today. Its own price it keeps, also when that has been
// archived or was made for this item alone.
func (w *lockedItem) remade(p InvoiceItemUpdateParams) (*billing.InvoiceItem, error) {
	change, err := w.repriced(p)
	if err != nil {
		return nil, err
	}
	cus, err := referred(w.tx, store.Customers, w.item.Customer.ID, "customer")
	if err != nil {
		return nil, err
	}
	old := w.item.Pricing
	if p.Pricing != change.Pricing && *change.Quantity >= 0 {
		price, err := store.Prices.Get(w.tx, old.PriceDetails.Price.ID)
		if err != nil {
			return nil, err
		}
		return w.pricedItem(w.tx, pricedItem{Price: price, Quantity: *change.Quantity,
			Now: w.now, Customer: cus, Currency: w.item.Currency})
	}
	return w.makeItem(w.tx, cus, change, w.now)
}

// repriced describes the item that would be made today: what the request leaves out stays.
func (w *lockedItem) repriced(p InvoiceItemUpdateParams) (InvoiceItemCreateParams, error) {
	quantity := w.item.Quantity
	assign(&quantity, p.Quantity)
	made := InvoiceItemCreateParams{Currency: &w.item.Currency, PriceData: p.PriceData,
		Pricing: p.Pricing, Quantity: &quantity, UnitAmountDecimal: p.UnitAmountDecimal}
	if p.PriceData != nil || p.UnitAmountDecimal != nil || p.Pricing.price() != nil {
		return made, nil
	}
	switch old := w.item.Pricing; {
	case old != nil && old.PriceDetails != nil:
		made.Pricing = &PricingParams{Price: &old.PriceDetails.Price.ID}
	case old != nil && old.UnitAmountDecimal != nil:
		made.UnitAmountDecimal = old.UnitAmountDecimal
	default:
		return made, billing.Invalid("quantity", "The quantity can only be changed of an invoice "+
			"item that has a price or a unit amount.")
	}
	return made, nil
}
