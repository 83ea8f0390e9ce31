package app

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/store"
)

// InvoiceRenderingParams say how an invoice is printed.
type InvoiceRenderingParams struct {
	AmountTaxDisplay billing.Optional[string] `form:"amount_tax_display"`
	PDF              *RenderingPDFParams      `form:"pdf"`
}

// RenderingPDFParams name the paper.
type RenderingPDFParams struct {
	PageSize *string `form:"page_size"`
}

// over is how an invoice is printed after the request; what the request leaves out stays.
func (p *InvoiceRenderingParams) over(old *billing.InvoiceRendering) *billing.InvoiceRendering {
	if p == nil {
		return old
	}
	r := billing.InvoiceRendering{}
	if old != nil {
		r = *old
	}
	set(&r.AmountTaxDisplay, p.AmountTaxDisplay)
	if p.PDF != nil && p.PDF.PageSize != nil {
		r.PDF = &billing.RenderingPDF{PageSize: p.PDF.PageSize}
	}
	if r == (billing.InvoiceRendering{}) {
		return nil
	}
	return &r
}

// PrintedInvoice is an invoice as paper and pages show it: described in the reader's language,
// without what says nothing, and without taxes in its amounts, if it is to be printed so. prices
// are those of its lines.
func (a *App) PrintedInvoice(q store.Querier, inv *billing.Invoice, z *i18n.Localizer,
	prices map[string]*billing.Price) (*billing.Invoice, error) {
	shown := *inv
	shown.Lines.Data = invoicing.WithoutEmptyTiers(inv.Lines.Data)
	for i := range shown.Lines.Data {
		l := &shown.Lines.Data[i]
		if l.Description != nil {
			text, _ := LineText(z, l, prices)
			l.Description = &text
		}
	}
	if !invoicing.ExcludesTax(inv) {
		return &shown, nil
	}
	var ids []string
	for i := range inv.Lines.Data {
		for _, t := range inv.Lines.Data[i].Taxes {
			ids = append(ids, t.TaxRateDetails.TaxRate)
		}
	}
	rates, err := store.TaxRates.Many(q, ids)
	if err != nil {
		return nil, err
	}
	return invoicing.WithoutTax(&shown, rates), nil
}

// LineText is the description of a line in the reader's language, and whether it is the engine's
// own: see invoicing.Worded.
func LineText(z *i18n.Localizer, l *billing.LineItem,
	prices map[string]*billing.Price) (text string, own bool) {
	var price *billing.Price
	if l.Pricing != nil && l.Pricing.PriceDetails != nil {
		price = prices[l.Pricing.PriceDetails.Price.ID]
	}
	return invoicing.Worded(z, l, price)
}
