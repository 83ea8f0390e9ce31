package portal

import (
	"errors"
	"net/http"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// hosted is a visit of an invoice's public page. Whoever has its address may see and pay it, but
// learns nothing else of the customer: not even which cards they have saved.
type hosted struct {
	*portal
	w     http.ResponseWriter
	r     *http.Request
	scope billing.Scope
	inv   *billing.Invoice
	// member is the visitor's own portal session, when they are the invoice's customer.
	member *app.PortalVisit
	carry  carried
}

// hostedPage answers a visit of a public page.
type hostedPage func(*hosted) error

// hosted lets a page be seen by whoever has the invoice's token.
func (p *portal) hosted(show hostedPage) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, err := p.openHosted(w, r, r.PathValue("token"))
		if err == nil {
			err = show(h)
		}
		if errors.Is(err, store.ErrNotFound) {
			p.showTrouble(w, r, trouble{kind: view.TroubleNoInvoice, status: http.StatusNotFound})
			return
		}
		if err != nil {
			p.fail(w, r, nil, err)
		}
	})
}

func (p *portal) openHosted(w http.ResponseWriter, r *http.Request, token string) (*hosted, error) {
	h := &hosted{portal: p, w: w, r: r, carry: p.carried(r)}
	err := p.App.View(r.Context(), billing.Scope{}, func(q *store.View) (err error) {
		h.inv, h.scope, err = store.InvoiceByToken(q, token)
		return err
	})
	if err != nil {
		return nil, err
	}
	if h.carry.token != token {
		h.carry = carried{}
	}
	found, err := p.session(r)
	if err == nil && found != nil && found.Open && found.Scope == h.scope &&
		found.Session.Customer == h.inv.Customer.ID {
		h.member = found
	}
	return h, err
}

// caller pays in nobody's name.
func (h *hosted) caller() app.Caller { return app.Caller{Actor: billing.Actor{Scope: h.scope}} }

func (h *hosted) path(deed string) string { return view.HostedPath(h.inv.Private.Token, deed) }

func (h *hosted) to(path string) error {
	http.Redirect(h.w, h.r, path, http.StatusSeeOther)
	return nil
}

func (h *hosted) read(fn func(*snapshot) error) error {
	return h.App.View(h.r.Context(), h.scope, func(q *store.View) error {
		s := &snapshot{portal: h.portal, q: q, r: h.r}
		if err := s.load(h.inv.Customer.ID, ""); err != nil {
			return err
		}
		return fn(s)
	})
}

// showHosted is the invoice with the way to pay it.
func showHosted(h *hosted) error {
	return h.page(reviewing{declined: h.r.URL.Query().Get("declined"), status: http.StatusOK})
}

func (h *hosted) page(again reviewing) error {
	page := view.HostedInvoice{Token: h.inv.Private.Token, Portal: h.member != nil}
	err := h.read(func(s *snapshot) (err error) {
		page.Frame = s.frame("")
		if page.Invoice, err = s.invoice(h.inv); err != nil {
			return err
		}
		page.Invoice.PDF = h.path("pdf")
		if h.inv.Status == billing.InvoicePaid && h.inv.AmountPaid > 0 {
			page.Invoice.Receipt = page.Invoice.PDF + "?receipt=1"
		}
		if page.Methods, err = h.methods(s); err != nil {
			return err
		}
		page.Errors, err = h.refused(s, again)
		return err
	})
	if err != nil {
		return err
	}
	page.Flash = h.flashes.Take(h.w, h.r)
	return write(h.w, h.r, again.status, page.Page())
}

// methods are the cards that this visitor may use: the customer their own, anybody else the one
// that they have just entered.
func (h *hosted) methods(s *snapshot) ([]view.Method, error) {
	if h.member != nil {
		err := s.loadSubscriptions()
		return s.shownMethods(), err
	}
	pm, err := h.entered(s.q)
	if err != nil || pm == nil {
		return nil, err
	}
	return []view.Method{methodOf(pm)}, nil
}

// entered is the card that this browser has entered for this invoice; nil when it has not.
func (h *hosted) entered(q *store.View) (*billing.PaymentMethod, error) {
	if h.carry.setup == "" {
		return nil, nil
	}
	si, err := store.SetupIntents.Get(q, h.carry.setup)
	if errors.Is(err, store.ErrNotFound) || err == nil &&
		si.Status != billing.SetupIntentSucceeded {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return store.PaymentMethods.Get(q, si.PaymentMethod.ID)
}

// refused says why the last payment, or the last card, was refused.
func (h *hosted) refused(s *snapshot, again reviewing) ([]kit.FieldError, error) {
	if again.declined != "" && again.declined == h.carry.setup {
		si, err := store.SetupIntents.Get(s.q, again.declined)
		if err != nil || si.LastSetupError == nil {
			return nil, err
		}
		return s.declined(text(si.LastSetupError.Code), text(si.LastSetupError.DeclineCode)), nil
	}
	if again.declined != "" && again.declined != h.inv.Private.PaymentIntent {
		again.declined = ""
	}
	return s.declines(again)
}

// waitHosted waits until the payment is known.
func waitHosted(h *hosted) error {
	var pi *billing.PaymentIntent
	err := h.read(func(s *snapshot) (err error) {
		pi, err = store.PaymentIntents.Get(s.q, h.inv.Private.PaymentIntent)
		return err
	})
	if err != nil {
		return err
	}
	if !payable(h.inv) || pi.Status != billing.PaymentIntentProcessing {
		return h.afterPayment(pi)
	}
	return h.wait()
}

// wait asks this very address again.
func (h *hosted) wait() error {
	form, err := kit.ReadForm(h.w, h.r)
	if err != nil {
		return err
	}
	var page view.Processing
	err = h.read(func(s *snapshot) error {
		page = patienceOf(form).waiting(s.frame(""), h.r)
		page.Back = h.path("")
		page.Amount = view.Money{Minor: h.inv.AmountRemaining, Currency: h.inv.Currency}
		return nil
	})
	if err != nil {
		return err
	}
	return write(h.w, h.r, http.StatusOK, page.Page())
}

// downloadHosted is the invoice on paper.
func downloadHosted(h *hosted) error {
	return h.read(func(s *snapshot) error {
		input, err := s.paper(h.inv)
		if err != nil {
			return err
		}
		return h.send(h.w, h.r, input)
	})
}
