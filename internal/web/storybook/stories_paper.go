package storybook

import (
	"fmt"

	"github.com/a-h/templ"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// invoice is an invoice as issued, in a state.
func (s *Samples) invoice(state view.InvoiceState) view.Invoice {
	start, end := day(2026, 11, 14), day(2026, 12, 14)
	i := view.Invoice{ID: "in_1", Number: "NW-0042", State: state, Issued: start, DueAt: end,
		Seller: view.Party{Name: s.Company.Name,
			Lines: []string{"Hafenstraße 7", "20359 Hamburg", "Germany", "VAT DE123456789"}},
		Buyer: view.Party{Name: "Ada Lovelace",
			Lines: []string{"Calle de Alcalá 1", "28014 Madrid", "Spain"}},
		Lines: []view.InvoiceLine{
			{Description: "Business", Start: start, End: end, Quantity: 1, Unit: "2900",
				Amount: eur(2900)},
			{Description: "Team", Start: start, End: end, Quantity: 3, Unit: "1000",
				Amount: eur(3000)},
			{Description: "Unused time on Starter after 14 Nov 2026", Amount: eur(-1457)},
		},
		Subtotal: eur(4443), Discounts: []view.NamedSum{{Name: "WELCOME20", Amount: eur(-889)}},
		Taxes: []view.NamedSum{{Name: "VAT", Percent: "21", Amount: eur(746)}},
		Total: eur(4300), Balance: eur(-100), Due: eur(4200),
		Memo: "Thank you for sailing with us.", PDF: "/stories/pdf", Method: visa(),
	}
	switch state {
	case view.InvoicePaid:
		i.Paid, i.Due, i.PaidAt, i.Receipt = eur(4200), eur(0), start, "/stories/receipt"
	case view.InvoiceCredited:
		i.Lines = i.Lines[2:]
		i.Subtotal, i.Discounts, i.Taxes = eur(-1457), nil, nil
		i.Total, i.Balance, i.Due, i.Method = eur(-1457), eur(1457), eur(0), nil
	case view.InvoiceOverdue:
		i.DueAt = day(2026, 11, 20)
	case view.InvoiceVoid:
		i.ClosedAt, i.Due = day(2026, 11, 20), eur(0)
	case view.InvoiceRefunded:
		i.ClosedAt, i.Due, i.Refunded, i.Paid = day(2026, 11, 20), eur(0), eur(4200), eur(4200)
	}
	return i
}

func hosted(state view.InvoiceState) Story {
	return Story{"Invoices", "hosted-" + string(state), func(s *Samples) templ.Component {
		page := view.HostedInvoice{Frame: s.Frame(""), Token: "token", Invoice: s.invoice(state)}
		if state == view.InvoiceOpen {
			page.Methods, page.Portal = []view.Method{*visa(), *mastercard()}, true
		}
		return page.Page()
	}}
}

func invoiceStories() []Story {
	stories := []Story{
		{"Invoices", "invoices", func(s *Samples) templ.Component {
			return view.InvoiceList{Frame: s.Frame(view.TabInvoices, s.Business()),
				Rows: s.Invoices(), Newer: "?before=a", Older: "?after=b"}.Page()
		}},
		{"Invoices", "invoices-none", func(s *Samples) templ.Component {
			return view.InvoiceList{Frame: s.Frame(view.TabInvoices, s.Business())}.Page()
		}},
		{"Invoices", "invoice-open", func(s *Samples) templ.Component {
			return view.InvoicePage{Frame: s.Frame(view.TabInvoices, s.Business()),
				Invoice: s.invoice(view.InvoiceOpen)}.Page()
		}},
		{"Invoices", "invoice-forty-lines", func(s *Samples) templ.Component {
			i := s.invoice(view.InvoicePaid)
			for n := range 38 {
				line := i.Lines[0]
				line.Description = fmt.Sprintf("Berth %d, pier north", n+1)
				line.Amount.Minor, line.Quantity = 12345678, 12
				i.Lines = append(i.Lines, line)
			}
			return view.InvoicePage{Frame: s.Frame(view.TabInvoices, s.Business()),
				Invoice: i}.Page()
		}},
		{"Invoices", "pay-invoice", func(s *Samples) templ.Component {
			return view.PayInvoice{Frame: s.Frame(view.TabInvoices),
				Invoice: s.invoice(view.InvoiceOverdue),
				Methods: []view.Method{*visa(), *mastercard()}}.Page()
		}},
		{"Invoices", "pay-invoice-declined", func(s *Samples) templ.Component {
			return view.PayInvoice{Frame: s.Frame(view.TabInvoices),
				Invoice: s.invoice(view.InvoiceOpen), Chosen: "new", Changed: true,
				Methods: []view.Method{*visa()},
				Errors:  []kit.FieldError{{Key: i18n.DeclineInsufficientFunds}}}.Page()
		}},
	}
	for _, state := range []view.InvoiceState{view.InvoiceOpen, view.InvoiceOverdue,
		view.InvoicePaid, view.InvoiceCredited, view.InvoiceVoid, view.InvoiceRefunded,
		view.InvoiceProcessing, view.InvoiceWrittenOff} {
		stories = append(stories, hosted(state))
	}
	return stories
}

func detailStories() []Story {
	details := func(s *Samples) view.Details {
		return view.Details{Frame: s.Frame(view.TabDetails, s.Business()),
			Edit: view.DetailsEdit{Name: true, Email: true, Phone: true, Address: true,
				TaxIDs: true},
			Value: view.DetailsValue{Name: "Ada Lovelace", Email: "ada@example.com",
				Address: view.Address{Line1: "Calle de Alcalá 1", City: "Madrid",
					PostalCode: "28014", Country: "ES"}},
			Countries: []view.Option{{Value: "DE", Text: "Germany"}, {Value: "ES", Text: "Spain"}},
			Types:     []view.Option{{Value: "eu_vat", Text: "EU VAT"}},
			TaxIDs: []view.TaxID{
				{ID: "txi_1", Type: "EU VAT", Number: "ESX1234567X", Verification: "verified"}},
		}
	}
	return []Story{
		{"Details", "details", func(s *Samples) templ.Component { return details(s).Page() }},
		{"Details", "details-refused", func(s *Samples) templ.Component {
			page := details(s)
			page.Value.Email, page.Value.Address.Country = "ada at example", ""
			page.Errors = []kit.FieldError{
				{Field: "email", Key: i18n.ErrorEmail},
				{Field: "country", Key: i18n.ErrorCountry},
			}
			return page.Page()
		}},
		{"Details", "details-read-only", func(s *Samples) templ.Component {
			page := details(s)
			page.Edit = view.DetailsEdit{}
			page.Value.Email = ""
			return page.Page()
		}},
	}
}

// trouble tells a story of a page that cannot be shown.
func trouble(kind view.TroubleKind) Story {
	return Story{"Doors", "trouble-" + string(kind), func(s *Samples) templ.Component {
		page := view.Trouble{Frame: s.Frame(""), Kind: kind}
		if kind == view.TroubleOurs {
			page.Reference = "req_3kTmQ9"
		}
		return page.Page()
	}}
}

func doorStories() []Story {
	return []Story{
		{"Doors", "open-link", func(s *Samples) templ.Component {
			return view.OpenLink{Frame: s.Frame(""), Action: view.SessionPath("token")}.Page()
		}},
		{"Doors", "link-expired", func(s *Samples) templ.Component {
			return view.LinkExpired{Frame: s.Frame("")}.Page()
		}},
		{"Doors", "session-ended", func(s *Samples) templ.Component {
			return view.LinkExpired{Frame: s.Frame(""), SignedOut: true}.Page()
		}},
		{"Doors", "form-kept", func(s *Samples) templ.Component {
			return view.FormKept{Frame: s.Frame(""), Action: view.PathDetails,
				Values: []kit.Value{{Name: "name", Text: "Ada King"}}}.Page()
		}},
		{"Doors", "signed-out", func(s *Samples) templ.Component {
			return view.SignedOut{Frame: s.Frame("")}.Page()
		}},
		{"Doors", "done", func(s *Samples) templ.Component {
			return view.Done{Frame: s.Frame("")}.Page()
		}},
		{"Doors", "done-leads-back", func(s *Samples) templ.Component {
			return view.Done{Frame: s.Frame(""), Message: "You are now on Business.",
				Leads: "#main"}.Page()
		}},
		{"Doors", "login", func(s *Samples) templ.Component {
			return view.Login{Frame: s.Frame(""), Action: view.LoginPath("test_1"),
				Errors: []kit.FieldError{{Field: "email", Key: i18n.ErrorEmail}}}.Page()
		}},
		{"Doors", "login-sent", func(s *Samples) templ.Component {
			return view.Login{Frame: s.Frame(""), Sent: true, Email: "ada@example.com",
				Minutes: 10}.Page()
		}},
		trouble(view.TroubleOurs), trouble(view.TroubleNotFound),
		trouble(view.TroubleForbidden), trouble(view.TroubleCrossSite),
		trouble(view.TroubleTooMany), trouble(view.TroubleNoInvoice),
		{"Test mode", "mailbox", func(s *Samples) templ.Component {
			return view.Mailbox{Frame: s.Frame(""), Mails: []view.Mail{s.mail(), s.mail()}}.Page()
		}},
		{"Test mode", "mailbox-empty", func(s *Samples) templ.Component {
			return view.Mailbox{Frame: s.Frame("")}.Page()
		}},
		{"Test mode", "mail", func(s *Samples) templ.Component {
			frame := s.Frame("")
			frame.Back = view.PathMailbox
			return view.MailPage{Frame: frame, Mail: s.mail()}.Page()
		}},
		{"Test mode", "demo", func(s *Samples) templ.Component {
			return view.Demo{Frame: s.Frame(""), Customers: []view.DemoCustomer{
				{ID: "cus_1", Name: "Ada Lovelace", Story: "Business, active",
					Action: "/demo/cus_1"},
				{ID: "cus_2", Name: "Grace Hopper", Story: "The last payment was declined",
					Clock: day(2027, 3, 1), Action: "/demo/cus_2"}}}.Page()
		}},
	}
}

func (s *Samples) mail() view.Mail {
	return view.Mail{ID: "1", To: "ada@example.com", Sent: now(), HTML: "/mailbox/1/html",
		Subject: "Your receipt from Northwind",
		Text: "Hello Ada,\n\nyou paid €29.00 for Business.\n\n" +
			"https://northwind.example/i/token\n\nNorthwind",
		Attachments: []view.Option{{Value: "/mailbox/1/0", Text: "NW-0042.pdf"}},
	}
}
