package app

import (
	"github.com/portico-billing/portico/internal/billing"
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

// PrintedInvoice is an invoice as paper and pages show it: without taxes in its amounts, if it is
// to be printed so.
func (a *App) PrintedInvoice(q store.Querier, inv *billing.Invoice) (*billing.Invoice, error) {
	if !invoicing.ExcludesTax(inv) {
		return inv, nil
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
	return invoicing.WithoutTax(inv, rates), nil
}
