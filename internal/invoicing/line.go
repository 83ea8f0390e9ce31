package invoicing

import (
	"fmt"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/pricing"
	"github.com/portico-billing/portico/internal/taxing"
)

// ItemLine bills one subscription item for one period, with all tiers in one sum.
func (b *Book) ItemLine(sub *billing.Subscription, it *billing.SubscriptionItem,
	period billing.Period) (billing.LineItem, error) {
	price := b.Prices[it.Price.ID]
	total, err := b.WholeTotal(price, sub.Currency, it.Quantity)
	if err != nil {
		return billing.LineItem{}, err
	}
	amount, ok := money.RoundLineTotal(total)
	if !ok {
		return billing.LineItem{}, tooLarge("items")
	}
	line := b.itemLine(sub, it, period)
	line.Amount, line.Subtotal = amount, amount
	line.Description = new(b.Describe(price, sub.Currency, it.Quantity))
	return line, nil
}

// ItemLines bill one subscription item for one whole period, tier by tier.
func (b *Book) ItemLines(sub *billing.Subscription, it *billing.SubscriptionItem,
	period billing.Period) ([]billing.LineItem, error) {
	parts, err := b.Parts(b.Prices[it.Price.ID], sub.Currency, it.Quantity)
	if err != nil {
		return nil, err
	}
	var lines []billing.LineItem
	for _, part := range parts {
		line := b.itemLine(sub, it, period)
		line.Amount, line.Subtotal = part.AmountMinor, part.AmountMinor
		line.Description, line.Quantity = &part.Description, &part.Quantity
		line.QuantityDecimal = new(fmt.Sprint(part.Quantity))
		line.Pricing.UnitAmountDecimal = part.UnitAmountDecimal
		lines = append(lines, line)
	}
	return lines, nil
}

// TrialLine shows one subscription item that is free for now.
func (b *Book) TrialLine(sub *billing.Subscription, it *billing.SubscriptionItem,
	period billing.Period) billing.LineItem {
	line := b.itemLine(sub, it, period)
	trial := freeTrialClassic
	if sub.Flexible() {
		trial = freeTrial
	}
	name := b.ProductOf(b.Prices[it.Price.ID]).Name
	line.Description = new(trial.around(fmt.Sprintf("%d × %s", it.Quantity, name)))
	return line
}

func (b *Book) itemLine(sub *billing.Subscription, it *billing.SubscriptionItem,
	period billing.Period) billing.LineItem {
	price := b.Prices[it.Price.ID]
	return billing.LineItem{
		ID: b.NewID("il"), Object: "line_item", Currency: sub.Currency,
		DiscountAmounts: []billing.DiscountAmount{}, Discountable: true,
		Discounts: it.Discounts, Livemode: sub.Livemode, Metadata: sub.Metadata,
		Parent: &billing.LineParent{
			Type: "subscription_item_details",
			SubscriptionItemDetails: &billing.LineSubscriptionItem{
				ProrationDetails: &billing.LineProrationDetails{}, Subscription: &sub.ID,
				SubscriptionItem: it.ID,
			},
		},
		Period: period, PretaxCreditAmounts: []billing.PretaxCreditAmount{},
		Pricing:         PricingOf(price, sub.Currency),
		Quantity:        &it.Quantity,
		QuantityDecimal: new(fmt.Sprint(it.Quantity)),
		Subscription:    billing.To[billing.Subscription](sub.ID),
		Taxes:           []billing.Tax{},
	}
}

// PricingOf names a price on a line.
func PricingOf(p *billing.Price, currency string) *billing.Pricing {
	return &billing.Pricing{
		Type: "price_details", UnitAmountDecimal: pricing.UnitAmountDecimal(p, currency),
		PriceDetails: &billing.PriceDetails{
			Price: billing.To[billing.Price](p.ID), Product: p.Product.ID,
		},
	}
}

// InvoiceItemLine moves a pending invoice item onto an invoice.
func (b *Book) InvoiceItemLine(it *billing.InvoiceItem) billing.LineItem {
	line := billing.LineItem{
		ID: b.NewID("il"), Object: "line_item", Amount: it.Amount, Currency: it.Currency,
		Description: it.Description, DiscountAmounts: []billing.DiscountAmount{},
		Discountable: it.Discountable, Discounts: it.Discounts, Livemode: it.Livemode,
		Metadata: it.Metadata, Period: it.Period,
		PretaxCreditAmounts: []billing.PretaxCreditAmount{}, Pricing: it.Pricing,
		Quantity: &it.Quantity, QuantityDecimal: &it.QuantityDecimal, Subtotal: it.Amount,
		Taxes: []billing.Tax{},
	}
	if id := it.SubscriptionID(); id != "" {
		line.Subscription = billing.To[billing.Subscription](id)
	}
	line.Parent = lineParent(it)
	return line
}

// RatesOf are an invoice item's own tax rates: nil when it takes those of the invoice, empty when
// it has none.
func RatesOf(it *billing.InvoiceItem) []string {
	switch ids := RateIDs(it.TaxRates); {
	case len(ids) > 0:
		return ids
	case it.Private.Untaxed:
		return []string{}
	}
	return nil
}

// RatesTaken are the tax rates by which a line was taxed: none for a customer who owes no tax.
func RatesTaken(line *billing.LineItem) []string {
	var ids []string
	for _, t := range line.Taxes {
		switch t.TaxabilityReason {
		case taxing.CustomerExempt, taxing.ReverseCharge:
		default:
			ids = append(ids, t.TaxRateDetails.TaxRate)
		}
	}
	return ids
}

func lineParent(it *billing.InvoiceItem) *billing.LineParent {
	details := &billing.LineProrationDetails{}
	if it.ProrationDetails != nil {
		if c := it.ProrationDetails.CreditedItems; c != nil && c.InvoiceLineItemDetails != nil {
			details.CreditedItems = c.InvoiceLineItemDetails
		}
	}
	var subscription *string
	if id := it.SubscriptionID(); id != "" {
		subscription = &id
	}
	if si := it.SubscriptionItemID(); si != "" {
		return &billing.LineParent{
			Type: "subscription_item_details",
			SubscriptionItemDetails: &billing.LineSubscriptionItem{
				InvoiceItem: &it.ID, Proration: it.Proration, ProrationDetails: details,
				Subscription: subscription, SubscriptionItem: si,
			},
		}
	}
	return &billing.LineParent{
		Type: "invoice_item_details",
		InvoiceItemDetails: &billing.LineInvoiceItem{
			InvoiceItem: it.ID, Proration: it.Proration, ProrationDetails: details,
			Subscription: subscription,
		},
	}
}
