package portal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// carried is what a visitor's browser keeps while they are at the card form or at their bank:
// which invoice they pay, and which card they enter. It is signed, so only who entered a card can
// use it.
type carried struct{ token, setup string }

// carrySeconds is how long paying may take.
const carrySeconds = 3600

func (p *portal) carryName() string {
	if p.https {
		return "__Host-portico-pay"
	}
	return "portico-pay"
}

func (p *portal) setCarried(w http.ResponseWriter, c carried) {
	value := c.token + "." + c.setup
	http.SetCookie(w, &http.Cookie{Name: p.carryName(), Value: value + "." + p.signed(value),
		Path: "/", MaxAge: carrySeconds, HttpOnly: true, Secure: p.https,
		SameSite: http.SameSiteLaxMode})
}

// carried reads what the browser kept; what is forged is nothing.
func (p *portal) carried(r *http.Request) carried {
	cookie, err := r.Cookie(p.carryName())
	if err != nil {
		return carried{}
	}
	at := strings.LastIndexByte(cookie.Value, '.')
	if at < 0 || !hmac.Equal([]byte(cookie.Value[at+1:]), []byte(p.signed(cookie.Value[:at]))) {
		return carried{}
	}
	token, setup, _ := strings.Cut(cookie.Value[:at], ".")
	return carried{token, setup}
}

func (p *portal) signed(value string) string {
	mac := hmac.New(sha256.New, p.Secret)
	mac.Write([]byte("pay:" + value))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// payHosted pays with the card that was chosen, or leads to the card form.
func payHosted(h *hosted) error {
	if err := h.r.ParseForm(); err != nil {
		return store.ErrNotFound
	}
	if !payable(h.inv) {
		return h.to(h.path("")) // which says how it stands
	}
	method := h.r.PostForm.Get("payment_method")
	if method == "" || method == "new" {
		return h.enterCard()
	}
	return h.payWith(method)
}

// payWith pays and leads on to what came of it.
func (h *hosted) payWith(method string) error {
	inv, err := h.pay(method)
	if err == nil && inv.Status == billing.InvoicePaid {
		h.inv = inv
		return h.paid()
	}
	e := refusal(err)
	switch {
	case err != nil && e == nil:
		return err
	case e == nil, e.Code == "lock_timeout":
		h.setCarried(h.w, carried{h.inv.Private.Token, h.carry.setup})
		return h.to(h.path("processing"))
	case e.PaymentIntent != nil && e.PaymentIntent.Status == billing.PaymentIntentRequiresAction:
		h.setCarried(h.w, carried{h.inv.Private.Token, h.carry.setup})
		return h.to(h.path("card"))
	case e.Type == billing.ErrorCard && h.r.Method == http.MethodGet && e.PaymentIntent != nil:
		return h.to(h.path("") + "?" + url.Values{"declined": {e.PaymentIntent.ID}}.Encode())
	case e.Type == billing.ErrorCard:
		return h.page(reviewing{err: err, status: http.StatusPaymentRequired})
	case e.Code == "resource_missing":
		return store.ErrNotFound
	}
	return h.to(h.path(""))
}

// pay charges a card of the customer's own, or the one that was entered for this invoice.
func (h *hosted) pay(method string) (*billing.Invoice, error) {
	ctx := h.r.Context()
	var entered *billing.PaymentMethod
	err := h.App.View(ctx, h.scope, func(q *store.View) (err error) {
		entered, err = h.entered(q)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case entered != nil && entered.ID == method:
	case h.member != nil:
		return h.App.PortalPay(ctx, h.member.Caller(), h.inv.ID, method)
	default:
		return nil, billing.NoSuch("PaymentMethod", method, "id")
	}
	return h.App.PayInvoice(ctx, h.caller(), h.inv.ID, app.InvoicePayParams{
		Entered: true, PaymentMethod: &method, OffSession: new(false)})
}

// enterCard leads to the gateway's card form. The card is for this payment alone: it is not saved
// with the customer, who may be somebody else.
func (h *hosted) enterCard() error {
	si, err := h.App.CreateSetupIntent(h.r.Context(), h.caller(), app.SetupIntentCreateParams{
		CardForm: true, Confirm: true, Usage: new("on_session"),
		ReturnURL: new(h.PublicURL + h.path(""))})
	if err != nil {
		return err
	}
	h.setCarried(h.w, carried{h.inv.Private.Token, si.ID})
	return h.to(h.path("card"))
}

// goFromHosted offers the link to the bank, or to the card form.
func goFromHosted(h *hosted) error {
	var page view.Onward
	err := h.read(func(s *snapshot) error {
		found, err := s.onward(h.inv.Private.PaymentIntent, h.inv.Customer.ID)
		if err == nil && found.URL == "" && h.carry.setup != "" {
			found, err = s.onward(h.carry.setup, "")
		}
		page = found
		page.Frame = s.frame("")
		page.Back = h.path("")
		return err
	})
	switch {
	case err != nil:
		return err
	case page.URL == "":
		return h.to(h.path("")) // it is decided already
	}
	return write(h.w, h.r, http.StatusOK, page.Page())
}

// comeBackHosted is the way back for who pays without being in the portal: only to the invoice
// that their own browser went away from.
func (p *portal) comeBackHosted(w http.ResponseWriter, r *http.Request, id string,
	found *app.PortalVisit) {
	carry := p.carried(r)
	h, err := p.openHosted(w, r, carry.token)
	if carry.token == "" || err != nil || !h.owns(id) {
		http.Redirect(w, r, view.PathExpired, http.StatusSeeOther)
		return
	}
	if err := h.comeBack(id); err != nil {
		p.fail(w, r, found, err)
	}
}

// owns says that an attempt is for this invoice, or for the card that was entered for it.
func (h *hosted) owns(id string) bool {
	owns := false
	_ = h.App.View(h.r.Context(), h.scope, func(q *store.View) error {
		att, err := store.Attempts.Get(q, id)
		owns = err == nil && (att.Invoice == h.inv.ID ||
			att.SetupIntent != "" && att.SetupIntent == h.carry.setup)
		return nil
	})
	return owns
}

func (h *hosted) comeBack(id string) error {
	att, err := h.App.SettleReturn(h.r.Context(), h.scope, id)
	if errors.Is(err, app.ErrNoAnswer) {
		return h.wait()
	}
	if err != nil {
		return err
	}
	if att.SetupIntent != "" {
		if att.State == store.AttemptActionRequired {
			return h.to(h.path("card"))
		}
		if att.State == store.AttemptSucceeded {
			return h.payEntered()
		}
		if att.State.Open() {
			return h.to(h.path(""))
		}
		return h.to(h.path("") + "?" + url.Values{"declined": {att.SetupIntent}}.Encode())
	}
	var pi *billing.PaymentIntent
	err = h.App.View(h.r.Context(), h.scope, func(q *store.View) (err error) {
		if h.inv, err = store.Invoices.Get(q, h.inv.ID); err == nil {
			pi, err = store.PaymentIntents.Get(q, att.PaymentIntent)
		}
		return err
	})
	if err != nil {
		return err
	}
	return h.afterPayment(pi)
}

// payEntered pays with the card that was just entered: whoever pressed "Pay" is not asked twice.
func (h *hosted) payEntered() error {
	var pm *billing.PaymentMethod
	err := h.App.View(h.r.Context(), h.scope, func(q *store.View) (err error) {
		pm, err = h.entered(q)
		return err
	})
	switch {
	case err != nil:
		return err
	case pm == nil || !payable(h.inv):
		return h.to(h.path(""))
	}
	return h.payWith(pm.ID)
}

// afterPayment leads on from a payment, however it went.
func (h *hosted) afterPayment(pi *billing.PaymentIntent) error {
	switch {
	case h.inv.Status == billing.InvoicePaid:
		return h.paid()
	case pi.Status == billing.PaymentIntentRequiresAction:
		return h.to(h.path("card"))
	case pi.Status == billing.PaymentIntentProcessing:
		return h.to(h.path("processing"))
	case pi.LastPaymentError != nil:
		return h.to(h.path("") + "?" + url.Values{"declined": {pi.ID}}.Encode())
	}
	return h.to(h.path(""))
}

func (h *hosted) paid() error {
	h.flashes.Set(h.w, *flash(i18n.PayDone, nil))
	return h.to(h.path(""))
}
