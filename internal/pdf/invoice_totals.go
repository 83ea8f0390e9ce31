package pdf

import (
	"strings"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
)

// sums collects the rows beneath the table.
type sums struct {
	*paper
	rows []Total
}

// totals lead from the lines to what is due. Each row says what was done to the one before it:
// subtotal, less discounts, plus tax, is the total; with the balance applied, less what is paid,
// is what is due.
func (p *paper) totals() []Total {
	s := &sums{paper: p}
	inv := p.Invoice
	s.add(p.z.T(i18n.PDFSubtotal), inv.Subtotal)
	s.discounts()
	if len(inv.TotalTaxes) > 0 && inv.TotalExcludingTax != nil {
		s.add(p.z.T(i18n.PDFTotalExcludingTax), *inv.TotalExcludingTax)
	}
	for _, t := range inv.TotalTaxes {
		s.add(p.taxName(t), t.Amount)
	}
	s.add(p.z.T(i18n.PDFTotal), inv.Total)
	if inv.Status != billing.InvoiceDraft && inv.AmountDue != inv.Total {
		key := i18n.PDFAppliedBalance
		if inv.Total < 0 {
			key = i18n.PDFAddedBalance
		}
		s.add(p.z.T(key), inv.AmountDue-inv.Total)
	}
	s.end()
	return s.rows
}

func (s *sums) add(label string, amountMinor int64) {
	s.rows = append(s.rows, Total{Label: label, Value: s.money(amountMinor)})
}

func (s *sums) strong(key i18n.Key, amountMinor int64) {
	s.rows = append(s.rows, Total{Label: s.z.T(key), Value: s.money(amountMinor), Strong: true})
}

// end is what the reader looks for: what was paid, or what is still due.
func (s *sums) end() {
	inv, back := s.Invoice, s.refunded()
	if s.Receipt {
		s.strong(i18n.PDFAmountPaid, inv.AmountPaid)
	} else {
		if inv.AmountPaid != 0 {
			s.add(s.z.T(i18n.PDFAmountPaid), inv.AmountPaid)
		}
		due := inv.AmountRemaining
		if inv.Status == billing.InvoiceVoid {
			due = 0
		}
		s.strong(i18n.PDFAmountDue, due)
	}
	if back > 0 {
		s.add(s.z.T(i18n.PDFRefunded), -back)
	}
}

// discounts are those of the invoice. Those of single lines are inside the subtotal already, and
// are named with their lines.
func (s *sums) discounts() {
	inside := map[string]int64{}
	for i := range s.Invoice.Lines.Data {
		for _, d := range s.Invoice.OwnDiscounts(&s.Invoice.Lines.Data[i]) {
			inside[d.Discount.ID] += d.Amount
		}
	}
	for _, d := range s.Invoice.TotalDiscountAmounts {
		if left := d.Amount - inside[d.Discount.ID]; left != 0 {
			s.add(s.discountName(d.Discount.ID), -left)
		}
	}
}

// taxName names a tax with its rate and what it was taken of: "VAT (21% on €100.00)".
func (p *paper) taxName(t billing.Tax) string {
	rate := p.rateOf(t)
	if rate == nil {
		return p.z.T(i18n.PDFTax)
	}
	name := join(" ", rate.DisplayName, text(rate.Jurisdiction))
	percent := p.z.Percent(rate.Percentage.String())
	if t.TaxableAmount == nil {
		return name + " (" + percent + ")"
	}
	key := i18n.PDFTaxOn
	if t.TaxBehavior == "inclusive" {
		key = i18n.PDFTaxIncludedOn
	}
	return p.z.T(key, i18n.A("name", name), i18n.A("percent", percent),
		i18n.A("amount", p.money(*t.TaxableAmount)))
}

// memo is what the reader must know before the lines. Paper of test mode says that it is no
// invoice.
func (p *paper) memo() string {
	var parts []string
	if !p.Invoice.Livemode {
		parts = append(parts, p.z.T(i18n.PDFTest))
	}
	parts = append(parts, text(p.Invoice.Description))
	return strings.TrimSpace(strings.Join(parts, "\n"))
}

// footer ends with the note that the law wants when the buyer accounts for the tax.
func (p *paper) footer() string {
	var parts []string
	switch text(p.Invoice.CustomerTaxExempt) {
	case billing.TaxExemptReverse:
		parts = append(parts, p.z.T(i18n.PDFReverseCharge))
	case billing.TaxExemptExempt:
		parts = append(parts, p.z.T(i18n.PDFExempt))
	}
	own := text(p.Invoice.Footer)
	if own == "" && p.Invoice.Status == billing.InvoiceDraft {
		own = text(p.Settings.Invoices.Footer)
	}
	return strings.TrimSpace(strings.Join(append(parts, own), "\n"))
}
