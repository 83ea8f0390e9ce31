package pdf_test

import (
	"fmt"
	"time"

	"github.com/portico-billing/portico/internal/color"
	"github.com/portico-billing/portico/internal/pdf"
)

func pageLabel(n, of int) string { return fmt.Sprintf("Page %d of %d", n, of) }

// paid is the ordinary document: a small company's invoice, paid by card.
func paid() pdf.Document {
	return pdf.Document{
		Locale: "en",
		Title:  "Invoice",
		Status: &pdf.Stamp{Text: "Paid", Tone: pdf.TonePositive},
		Seller: pdf.Party{Name: "Brightwater GmbH", Lines: []string{
			"Torstraße 12", "10119 Berlin", "Germany", "billing@brightwater.example",
			"VAT DE811907980",
		}},
		BillTo: pdf.Party{Label: "Bill to", Name: "Ada Lovelace", Lines: []string{
			"12 St James’s Square", "London SW1Y 4JH", "United Kingdom", "ada@example.com",
		}},
		Facts: []pdf.Fact{
			{Label: "Invoice number", Value: "BW-2025-0042"},
			{Label: "Date of issue", Value: "17 April 2025"},
			{Label: "Date due", Value: "17 April 2025"},
		},
		Custom:   []pdf.Fact{{Label: "Purchase order", Value: "PO-7781"}},
		Headline: "€73.78 paid 17 April 2025",
		Memo:     "Thank you for staying with us for a second year.",
		Columns: pdf.Columns{
			Description: "Description", Quantity: "Qty", UnitPrice: "Unit price",
			Tax: "Tax", Amount: "Amount",
		},
		Lines: []pdf.Line{
			{Description: "Business plan", Detail: "17 Apr – 17 May 2025",
				Quantity: "1", UnitPrice: "€42.00", Tax: "19%", Amount: "€42.00"},
			{Description: "Extra seats", Detail: "17 Apr – 17 May 2025",
				Quantity: "4", UnitPrice: "€5.00", Tax: "19%", Amount: "€20.00"},
			{Description: "Unused time on Starter", Detail: "12 of 30 days",
				Quantity: "1", Tax: "19%", Amount: "−€12.04"},
			{Description: "API calls, first 1,204,332", Detail: "17 Mar – 17 Apr 2025",
				Quantity: "1,204,332", UnitPrice: "€0.00001", Tax: "19%", Amount: "€12.04"},
		},
		Totals: []pdf.Total{
			{Label: "Subtotal", Value: "€62.00"},
			{Label: "VAT Germany (19% on €62.00)", Value: "€11.78"},
			{Label: "Total", Value: "€73.78"},
			{Label: "Amount paid", Value: "€73.78"},
			{Label: "Amount due", Value: "€0.00", Strong: true},
		},
		PaymentsTitle: "Payment",
		Payments:      []pdf.Fact{{Label: "17 April 2025", Value: "Visa •••• 4242, €73.78"}},
		Footer:        "Brightwater GmbH, registered in Berlin (HRB 198273). Director: Grace Hopper.",
		Accent:        color.Hex(0x2f5bea),
		PageLabel:     pageLabel,
		Created:       time.Date(2025, 4, 17, 9, 30, 0, 0, time.UTC),
		ID:            "in_1Sample",
	}
}

// long is the document that breaks layouts: forty lines, a name of eighty characters, large sums.
func long() pdf.Document {
	d := paid()
	d.Status = &pdf.Stamp{Text: "Open", Tone: pdf.ToneNeutral}
	d.Seller.Name = "Rheinisch-Westfälische Gesellschaft für angewandte Messtechnik " +
		"und Datenfernübertragung"
	d.BillTo.Name = "The Very Honourable Society for the Preservation " +
		"of Unreasonably Long Names, Ltd"
	d.ShipTo = pdf.Party{Label: "Ship to", Name: "Warehouse 7", Lines: []string{
		"Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtenweg 1", "1020 Wien",
	}}
	d.Headline = "¥12,345,678 due 17 April 2025"
	d.PayURL, d.PayLabel = "https://pay.example/i/abc?x=1", "Pay online"
	d.Lines = nil
	for i := range 40 {
		line := pdf.Line{
			Group:       []string{"Berlin office", "Tokyo office"}[i/20],
			Description: fmt.Sprintf("Seat %d", i+1), Detail: "17 Apr – 17 May 2025",
			Quantity: "1", UnitPrice: "¥308,641", Tax: "10%", Amount: "¥308,641",
		}
		if i%9 == 4 {
			line.Description = fmt.Sprintf("Seat %d with a description that goes on for rather "+
				"longer than the column is wide and so has to be set on several lines", i+1)
		}
		d.Lines = append(d.Lines, line)
	}
	d.Totals = []pdf.Total{
		{Label: "Subtotal", Value: "¥12,345,678"},
		{Label: "Total excluding tax", Value: "¥12,345,678"},
		{Label: "Consumption tax Japan (10% on ¥12,345,678, charged to the recipient)",
			Value: "¥1,234,568"},
		{Label: "Amount due", Value: "¥13,580,246", Strong: true},
	}
	d.Payments = nil
	return d
}
