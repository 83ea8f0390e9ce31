package portal

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// rowsMax is how many invoices one page lists.
const rowsMax = 12

// listInvoices is one page of the invoices, the newest first.
func listInvoices(v *visit) error {
	query := v.r.URL.Query()
	after, before := query.Get("after"), query.Get("before")
	var page view.InvoiceList
	err := v.read(func(s *snapshot) (err error) {
		if !s.offers().Invoices {
			return errForbidden
		}
		found, more, err := s.listInvoices(store.Page{Limit: rowsMax, StartingAfter: after,
			EndingBefore: before})
		if err != nil {
			return err
		}
		if page.Frame, err = s.place(view.TabInvoices); err != nil {
			return err
		}
		page.Rows, err = s.invoiceRows(found)
		if len(page.Rows) == 0 {
			return err
		}
		first, last := page.Rows[0].ID, page.Rows[len(page.Rows)-1].ID
		if after != "" || before != "" && more {
			page.Newer = view.PathInvoices + "?" + url.Values{"before": {first}}.Encode()
		}
		if before != "" || more {
			page.Older = view.PathInvoices + "?" + url.Values{"after": {last}}.Encode()
		}
		return err
	})
	if e := refusal(err); errors.Is(err, store.ErrNotFound) || e != nil && e.Status != 403 {
		return v.to(view.PathInvoices) // the place in the list is gone
	}
	if err != nil {
		return err
	}
	page.Flash = v.flashes.Take(v.w, v.r)
	return v.show(http.StatusOK, page.Page())
}

// showInvoice is one invoice. One that is owed is shown even where the history is not.
func showInvoice(v *visit) error {
	inv, err := v.App.PortalInvoice(v.r.Context(), v.c, v.id())
	if err != nil {
		return err
	}
	var page view.InvoicePage
	err = v.readPlace(func(s *snapshot) (err error) {
		if page.Frame, err = s.place(view.TabInvoices); err != nil {
			return err
		}
		if !page.Offers.Invoices && !payable(inv) {
			return errForbidden
		}
		if page.Invoice, err = s.invoice(inv); err != nil {
			return err
		}
		page.Invoice.PDF = view.InvoicePath(inv.ID, "pdf")
		if inv.Status == billing.InvoicePaid && inv.AmountPaid > 0 {
			page.Invoice.Receipt = page.Invoice.PDF + "?receipt=1"
		}
		return nil
	})
	if err != nil {
		return err
	}
	page.Flash = v.flashes.Take(v.w, v.r)
	return v.show(http.StatusOK, page.Page())
}

// askPayment is the page before an invoice is paid.
func askPayment(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	return v.payPage(reviewing{declined: form.Text("declined"), status: http.StatusOK})
}

func (v *visit) payPage(again reviewing) error {
	inv, err := v.App.PortalInvoice(v.r.Context(), v.c, v.id())
	if err != nil {
		return err
	}
	if !payable(inv) {
		return v.to(view.InvoicePath(inv.ID, ""))
	}
	page := view.PayInvoice{}
	err = v.read(func(s *snapshot) (err error) {
		if err := s.loadSubscriptions(); err != nil {
			return err
		}
		page.Frame, page.Methods = s.frame(view.TabInvoices), s.shownMethods()
		page.Back = view.InvoicePath(inv.ID, "")
		if page.Invoice, err = s.invoice(inv); err != nil {
			return err
		}
		page.Errors, err = s.declines(again)
		return err
	})
	if err != nil {
		return err
	}
	page.Flash = v.flashes.Take(v.w, v.r)
	return v.show(again.status, page.Page())
}

// payInvoice pays an invoice with a saved method, or leads to the card form first.
func payInvoice(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	method := form.Text("payment_method")
	if method == "new" || method == "" {
		return v.payWithNew()
	}
	inv, err := v.App.PortalPay(v.r.Context(), v.c, v.id(), method)
	if err == nil && inv.Status == billing.InvoicePaid {
		return v.paid(inv)
	}
	e := refusal(err)
	switch {
	case err != nil && e == nil:
		return err
	case e == nil, e.Code == "lock_timeout":
		return v.to(view.InvoicePath(v.id(), "processing"))
	case e.PaymentIntent != nil && e.PaymentIntent.Status == billing.PaymentIntentRequiresAction:
		return v.to(view.BankPath(e.PaymentIntent.ID))
	case e.Type == billing.ErrorCard:
		return v.payPage(reviewing{err: err, status: http.StatusPaymentRequired})
	case e.Code == "resource_missing":
		return err
	}
	return v.to(view.InvoicePath(v.id(), "")) // paid or withdrawn meanwhile: the page says so
}

// payWithNew saves a card and comes back to pay with it. Where customers may not save cards, the
// invoice's public page takes one for this payment alone.
func (v *visit) payWithNew() error {
	inv, err := v.App.PortalInvoice(v.r.Context(), v.c, v.id())
	if err != nil {
		return err
	}
	si, err := v.App.PortalAddMethod(v.r.Context(), v.c,
		v.PublicURL+view.InvoicePath(inv.ID, "pay"))
	if e := refusal(err); e != nil && e.Status == http.StatusForbidden {
		return v.to(view.HostedPath(inv.Private.Token, ""))
	}
	if err != nil {
		return err
	}
	return v.to(view.BankPath(si.ID))
}

// paid tells the news of an invoice that is paid.
func (v *visit) paid(inv *billing.Invoice) error {
	v.flashes.Set(v.w, *flash(i18n.PayDone, nil))
	return v.to(view.InvoicePath(inv.ID, ""))
}
