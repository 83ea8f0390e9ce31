package pdf

import (
	"slices"
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/calendar"
	"github.com/portico-billing/portico/internal/i18n"
)

// columns leaves out the tax of lines when there is none.
func (p *paper) columns() Columns {
	c := Columns{Description: p.z.T(i18n.PDFDescription), Quantity: p.z.T(i18n.PDFQuantity),
		UnitPrice: p.z.T(i18n.PDFUnitPrice), Amount: p.z.T(i18n.PDFAmount)}
	for i := range p.Invoice.Lines.Data {
		if len(p.Invoice.Lines.Data[i].Taxes) > 0 {
			c.Tax = p.z.T(i18n.PDFTaxRate)
			break
		}
	}
	return c
}

// lines are those of the invoice, in its order.
func (p *paper) lines() []Line {
	out := make([]Line, 0, len(p.Invoice.Lines.Data))
	for i := range p.Invoice.Lines.Data {
		l := &p.Invoice.Lines.Data[i]
		out = append(out, Line{Description: text(l.Description), Detail: p.detail(l),
			Quantity: p.quantity(l), UnitPrice: p.unitPrice(l), Tax: p.lineTax(l),
			Amount: p.z.Sum(l.Amount, l.Currency)})
	}
	return out
}

func (p *paper) quantity(l *billing.LineItem) string {
	if l.Quantity == nil || l.Flat() || l.Proration() {
		return ""
	}
	return p.z.Number(*l.Quantity)
}

// unitPrice is left out where the amount is not quantity × price: for prorations and packages.
func (p *paper) unitPrice(l *billing.LineItem) string {
	if l.Proration() || p.Formulas[l.ID] != "" || l.Pricing == nil ||
		l.Pricing.UnitAmountDecimal == nil {
		return ""
	}
	return p.z.Decimal(*l.Pricing.UnitAmountDecimal, l.Currency)
}

// lineTax are the rates of a line: "19%".
func (p *paper) lineTax(l *billing.LineItem) string {
	var rates []string
	for _, t := range l.Taxes {
		if rate := p.rateOf(t); rate != nil {
			rates = append(rates, p.z.Percent(rate.Percentage.String()))
		}
	}
	return strings.Join(rates, " + ")
}

func (p *paper) rateOf(t billing.Tax) *billing.TaxRate {
	if t.TaxRateDetails == nil {
		return nil
	}
	return p.TaxRates[t.TaxRateDetails.TaxRate]
}

// detail says what a line is for: that it bills a tier as a whole, its period, for a proration how
// much of the full period that is, how tiers or packages come to its sum, and the discounts that
// are its own.
func (p *paper) detail(l *billing.LineItem) string {
	var parts []string
	if l.Flat() {
		parts = append(parts, p.z.T(i18n.LineFlat))
	}
	if l.Period.End > l.Period.Start {
		parts = append(parts, p.z.T(i18n.PeriodRange, i18n.A("start", p.day(l.Period.Start)),
			i18n.A("end", p.day(l.Period.End))))
		if l.Proration() {
			parts = append(parts, p.share(l))
		}
	}
	parts = append(parts, p.Formulas[l.ID])
	for _, d := range p.Invoice.OwnDiscounts(l) {
		if d.Amount != 0 {
			parts = append(parts, p.discountName(d.Discount.ID)+" "+p.money(-d.Amount))
		}
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

func (p *paper) day(unix int64) string {
	return p.z.DateShort(time.Unix(unix, 0).In(p.zone))
}

// share is how much of the full period a proration is for: "12 of 30 days". A period of unknown
// length leaves only the days: "12 days".
func (p *paper) share(l *billing.LineItem) string {
	days := calendar.DaysLeft(l.Period.Start, l.Period.End)
	if price := p.priceOf(l); price != nil && price.Recurring != nil {
		r := price.Recurring
		iv := calendar.Interval{Unit: r.Interval, Count: r.IntervalCount}
		total := calendar.DaysLeft(iv.Boundary(l.Period.End, -1), l.Period.End)
		return p.z.T(i18n.ReviewRemainingDays, i18n.A("days", days),
			i18n.A("total", max(total, days)))
	}
	return p.z.N(i18n.PeriodDays, days)
}

func (p *paper) priceOf(l *billing.LineItem) *billing.Price {
	if l.Pricing == nil || l.Pricing.PriceDetails == nil {
		return nil
	}
	return p.Prices[l.Pricing.PriceDetails.Price.ID]
}

// discountName names a discount by its coupon and what that takes: "Launch (20%)".
func (p *paper) discountName(id string) string {
	c := p.Coupons[id]
	if c == nil {
		return p.z.T(i18n.PDFDiscount)
	}
	off := ""
	switch {
	case c.PercentOff != nil:
		off = p.z.Percent(c.PercentOff.String())
	case c.AmountOff != nil && c.Currency != nil:
		off = p.z.Money(*c.AmountOff, *c.Currency)
	}
	name := first(text(c.Name), p.z.T(i18n.PDFDiscount))
	if off == "" {
		return name
	}
	return p.z.T(i18n.PDFDiscountNamed, i18n.A("name", name), i18n.A("discount", off))
}
