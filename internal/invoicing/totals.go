package invoicing

import (
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/discounting"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/taxing"
)

// Compute fills in every figure of a draft from its lines, in this order (Stripe's):
//
//  1. subtotal = Σ line.amount − discounts of the lines' own items;
//  2. discounts of the invoice, in listed order, each on what the former left;
//  3. tax of each line on what is left, rounded as the settings say;
//  4. total = subtotal − discounts of the invoice + exclusive tax;
//  5. the amount due, before the customer's balance is applied at finalization.
func (b *Book) Compute(inv *billing.Invoice) error {
	b.restoreGross(inv)
	off := b.discount(inv)
	taxes := b.tax(inv)
	var sum, exclusive, inclusive int64
	for i := range inv.Lines.Data {
		sum += inv.Lines.Data[i].Amount
	}
	for _, t := range taxes.Totals {
		if t.Inclusive {
			inclusive += t.Amount
		} else {
			exclusive += t.Amount
		}
	}
	inv.Subtotal = sum - off.item
	inv.Total = inv.Subtotal - off.invoice + exclusive
	inv.TotalExcludingTax = new(inv.Total - exclusive - inclusive)
	inclusiveBefore := inclusive
	if off.invoice != 0 && holdsTax(taxes.Totals) {
		inclusiveBefore = b.inclusiveBeforeDiscounts(inv)
	}
	inv.SubtotalExcludingTax = new(inv.Subtotal - inclusiveBefore)
	setDue(inv, max(0, inv.Total))
	if !fits(inv.Total) || !fits(sum) || taxes.Overflow {
		return tooLarge("")
	}
	return nil
}

// holdsTax says that amounts have some tax inside, which rounding may have left nothing of.
func holdsTax(totals []taxing.Tax) bool {
	return slices.ContainsFunc(totals, func(t taxing.Tax) bool { return t.Inclusive })
}

// fits says that a sum is one that an invoice may show.
func fits(amountMinor int64) bool {
	const limit = 1_000_000_000_000
	return amountMinor < limit && amountMinor > -limit
}

func setDue(inv *billing.Invoice, due int64) {
	inv.AmountDue = due
	inv.AmountRemaining = due - inv.AmountPaid
}

type discounted struct{ item, invoice int64 }

// discount takes the discounts of items, then those of the invoice, off the lines.
func (b *Book) discount(inv *billing.Invoice) discounted {
	lines := make([]discounting.Line, len(inv.Lines.Data))
	for i := range inv.Lines.Data {
		l := &inv.Lines.Data[i]
		lines[i] = discounting.Line{Amount: l.Amount, Discountable: l.Discountable,
			Product: productOf(l), Item: b.Applied(l.Discounts)}
	}
	result := discounting.Apply(inv.Currency, lines, b.Applied(inv.Discounts))
	var off discounted
	totals := newDiscountTotals()
	for i := range inv.Lines.Data {
		l := &inv.Lines.Data[i]
		l.DiscountAmounts = []billing.DiscountAmount{}
		l.PretaxCreditAmounts = []billing.PretaxCreditAmount{}
		for _, d := range inv.Private.LineDiscounts[l.ID] {
			off.item += d.Amount
			addDiscount(l, discounting.Amount{Discount: d.Discount.ID, Amount: d.Amount}, totals)
		}
		for _, d := range result.PerLine[i].Item {
			off.item += d.Amount
			addDiscount(l, d, totals)
		}
		for _, d := range result.PerLine[i].Invoice {
			off.invoice += d.Amount
			addDiscount(l, d, totals)
		}
	}
	inv.TotalDiscountAmounts, inv.TotalPretaxCreditAmounts = totals.list()
	return off
}

func addDiscount(l *billing.LineItem, d discounting.Amount, totals *discountTotals) {
	ref := billing.To[billing.Discount](d.Discount)
	l.DiscountAmounts = append(l.DiscountAmounts,
		billing.DiscountAmount{Amount: d.Amount, Discount: ref})
	l.PretaxCreditAmounts = append(l.PretaxCreditAmounts,
		billing.PretaxCreditAmount{Amount: d.Amount, Discount: ref, Type: "discount"})
	totals.add(d.Discount, d.Amount)
}

func productOf(l *billing.LineItem) string {
	if l.Pricing == nil || l.Pricing.PriceDetails == nil {
		return ""
	}
	return l.Pricing.PriceDetails.Product
}

// Applied are the discounts that refs name, in order, with their coupons. One that is not in the
// book is no longer in force.
func (b *Book) Applied(refs []billing.Ref[billing.Discount]) []discounting.Applied {
	out := make([]discounting.Applied, 0, len(refs))
	for _, r := range refs {
		d := b.Discounts[r.ID]
		if d == nil {
			continue
		}
		c := b.Coupons[d.Source.Coupon.ID]
		a := discounting.Applied{Discount: d.ID, Coupon: c}
		if c.AppliesTo != nil {
			a.Products = c.AppliesTo.Products
		}
		out = append(out, a)
	}
	return out
}

// discountTotals sums what each discount took, in the order in which they first took something.
type discountTotals struct {
	order []string
	sum   map[string]int64
}

func newDiscountTotals() *discountTotals { return &discountTotals{sum: map[string]int64{}} }

func (t *discountTotals) add(id string, amountMinor int64) {
	if _, seen := t.sum[id]; !seen {
		t.order = append(t.order, id)
	}
	t.sum[id] += amountMinor
}

func (t *discountTotals) list() ([]billing.DiscountAmount, []billing.PretaxCreditAmount) {
	amounts := make([]billing.DiscountAmount, 0, len(t.order))
	pretax := make([]billing.PretaxCreditAmount, 0, len(t.order))
	for _, id := range t.order {
		ref := billing.To[billing.Discount](id)
		amounts = append(amounts, billing.DiscountAmount{Amount: t.sum[id], Discount: ref})
		pretax = append(pretax,
			billing.PretaxCreditAmount{Amount: t.sum[id], Discount: ref, Type: "discount"})
	}
	return amounts, pretax
}

// ApplyBalance is what finalization does with a customer's balance (negative is credit):
//
//	total ≥ 0, credit: used = min(−balance, total); due = total − used
//	total ≥ 0, owed:   due = total + balance; the balance becomes 0
//	total < 0:         due = 0; the balance falls by −total
//	due is no multiple of what can be charged: the nearest one is due, and the balance keeps
//	               the difference (of UGX 12.34, 12 are due and 0.34 is owed)
//	0 < due < minimum, or due > maximum: due = 0 and the sum is owed on the balance
//
// It answers the steps of the balance, in order.
func ApplyBalance(inv *billing.Invoice, balance int64) []BalanceStep {
	inv.StartingBalance = balance
	var steps []BalanceStep
	step := func(kind string, amount int64) {
		if amount != 0 {
			steps = append(steps, BalanceStep{Type: kind, Amount: amount})
			balance += amount
		}
	}
	due := inv.Total
	switch {
	case inv.Total < 0:
		step(billing.BalanceAppliedToInvoice, inv.Total)
		due = 0
	case balance < 0:
		used := min(-balance, inv.Total)
		step(billing.BalanceAppliedToInvoice, used)
		due -= used
	case balance > 0:
		due += balance
		step(billing.BalanceAppliedToInvoice, -balance)
	}
	if whole := money.Chargeable(due, inv.Currency); whole != due {
		step(billing.BalanceAppliedToInvoice, due-whole)
		due = whole
	}
	switch {
	case due > 0 && due < money.MinimumCharge(inv.Currency):
		step(billing.BalanceInvoiceTooSmall, due)
		due = 0
	case due > money.MaximumCharge(inv.Currency):
		step(billing.BalanceInvoiceTooLarge, due)
		due = 0
	}
	inv.EndingBalance = &balance
	for _, s := range steps {
		inv.Private.BalanceApplied += s.Amount
	}
	setDue(inv, due)
	return steps
}

// BalanceStep is one change of a customer's balance.
type BalanceStep struct {
	Type   string
	Amount int64
}

// tax computes the taxes of every line and of the invoice.
func (b *Book) tax(inv *billing.Invoice) taxing.Result {
	lines := make([]taxing.Line, len(inv.Lines.Data))
	for i := range inv.Lines.Data {
		l := &inv.Lines.Data[i]
		net := l.Amount
		for _, d := range l.DiscountAmounts {
			net -= d.Amount
		}
		lines[i] = taxing.Line{Net: net, Rates: b.ratesOf(inv, l)}
	}
	result := taxing.Compute(lines, exemption(inv), b.Settings.Tax.Rounding)
	for i := range inv.Lines.Data {
		l := &inv.Lines.Data[i]
		l.Taxes = taxesOf(result.PerLine[i])
		b.adjustExempt(inv, l, result.AdjustedNet[i]-lines[i].Net)
	}
	inv.TotalTaxes = taxesOf(result.Totals)
	return result
}

func exemption(inv *billing.Invoice) string {
	if inv.CustomerTaxExempt == nil {
		return billing.TaxExemptNone
	}
	return *inv.CustomerTaxExempt
}

// ratesOf are a line's own rates, or else the invoice's.
func (b *Book) ratesOf(inv *billing.Invoice, l *billing.LineItem) []taxing.Rate {
	ids := inv.Private.LineTaxRates[l.ID]
	if ids == nil {
		for _, r := range inv.DefaultTaxRates {
			ids = append(ids, r.ID)
		}
	}
	rates := make([]taxing.Rate, 0, len(ids))
	for _, id := range ids {
		if r := b.TaxRates[id]; r != nil {
			rates = append(rates,
				taxing.Rate{ID: id, Percentage: r.Percentage, Inclusive: r.Inclusive})
		}
	}
	return rates
}

func taxesOf(ts []taxing.Tax) []billing.Tax {
	out := make([]billing.Tax, 0, len(ts))
	for _, t := range ts {
		behavior := billing.TaxExclusive
		if t.Inclusive {
			behavior = billing.TaxInclusive
		}
		out = append(out, billing.Tax{
			Amount: t.Amount, TaxBehavior: behavior, TaxabilityReason: t.Reason,
			TaxRateDetails: &billing.TaxRateDetails{TaxRate: t.Rate},
			TaxableAmount:  new(t.TaxableAmount), Type: "tax_rate_details",
		})
	}
	return out
}

// adjustExempt takes inclusive tax out of the line of a customer who owes none: 100.00 with
// 10 % inside becomes 90.91. The gross amount is kept, so that computing again starts from it.
func (b *Book) adjustExempt(inv *billing.Invoice, l *billing.LineItem, by int64) {
	if by == 0 {
		return
	}
	if inv.Private.LineGross == nil {
		inv.Private.LineGross = map[string]int64{}
	}
	inv.Private.LineGross[l.ID] = l.Amount
	l.Amount += by
	l.Subtotal = l.Amount
}

func (b *Book) restoreGross(inv *billing.Invoice) {
	for i := range inv.Lines.Data {
		l := &inv.Lines.Data[i]
		if gross, ok := inv.Private.LineGross[l.ID]; ok {
			l.Amount, l.Subtotal = gross, gross
		}
	}
	inv.Private.LineGross = nil
}

// inclusiveBeforeDiscounts is the tax contained in the subtotal, before the invoice's discounts.
func (b *Book) inclusiveBeforeDiscounts(inv *billing.Invoice) int64 {
	lines := make([]taxing.Line, len(inv.Lines.Data))
	for i := range inv.Lines.Data {
		l := &inv.Lines.Data[i]
		net := l.Amount
		for _, d := range inv.OwnDiscounts(l) {
			net -= d.Amount
		}
		lines[i] = taxing.Line{Net: net, Rates: b.ratesOf(inv, l)}
	}
	var sum int64
	for _, t := range taxing.Compute(lines, exemption(inv), b.Settings.Tax.Rounding).Totals {
		if t.Inclusive {
			sum += t.Amount
		}
	}
	return sum
}

// Preview is what an invoice would ask for if it were finalized with this balance.
func Preview(inv *billing.Invoice, balance int64) int64 {
	trial := *inv
	ApplyBalance(&trial, balance)
	return trial.AmountDue
}
