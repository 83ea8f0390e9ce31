package portal

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// errForbidden is what a configuration has not opened.
var errForbidden = billing.Invalid("", "This page is not part of the portal.").WithStatus(403)

// showMethods is the place of payment.
func showMethods(v *visit) error {
	var page view.PaymentMethods
	err := v.readPlace(func(s *snapshot) (err error) {
		if page.Frame, err = s.place(view.TabPayment); err != nil {
			return err
		}
		if !page.Offers.Payment {
			return errForbidden
		}
		page.Methods = s.shownMethods()
		return nil
	})
	if err != nil {
		return err
	}
	page.Flash = v.flashes.Take(v.w, v.r)
	return v.show(http.StatusOK, page.Page())
}

// askMethod says what adding a card means, and why the last one was refused.
func askMethod(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	var page view.AddMethod
	err = v.read(func(s *snapshot) error {
		page.Frame = s.frame(view.TabPayment)
		page.Hidden, page.Back = onTheWay(form)
		if !page.Offers.Payment {
			return errForbidden
		}
		page.Errors, err = s.setupRefused(form.Text("declined"))
		return err
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, page.Page())
}

// onTheWay is what a form about cards carries along, and where "back" leads: to the page that the
// customer came from, else to the cards.
func onTheWay(form *kit.Form) (hidden []kit.Value, back string) {
	next := localPath(form.Text("next"))
	if next == "" {
		return nil, view.PathPaymentMethods
	}
	return []kit.Value{{Name: "next", Text: next}}, next
}

// askWhichMethod asks which of the saved cards shall pay; one that is new may, too.
func askWhichMethod(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	var page view.ChooseMethod
	err = v.read(func(s *snapshot) error {
		page.Frame = s.frame(view.TabPayment)
		page.Hidden, page.Back = onTheWay(form)
		if !page.Offers.Payment {
			return errForbidden
		}
		err := s.loadSubscriptions()
		page.Methods, page.Chosen = s.shownMethods(), "new"
		if len(page.Methods) > 1 { // the first is the default, which is not "another"
			page.Chosen = page.Methods[1].ID
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, page.Page())
}

// chooseMethod makes the chosen card the default and goes on to what the customer was about to
// do.
func chooseMethod(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	chosen := form.Text("payment_method")
	if chosen == "" || chosen == "new" {
		return v.addFor(form)
	}
	if err := v.App.PortalMakeDefault(v.r.Context(), v.c, chosen); err != nil {
		return err
	}
	_, next := onTheWay(form)
	return v.to(next)
}

// setupRefused says why a card was not saved.
func (s *snapshot) setupRefused(id string) ([]kit.FieldError, error) {
	if id == "" {
		return nil, nil
	}
	si, err := store.SetupIntents.Get(s.q, id)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && si.Customer.ID != s.cus.ID:
		return nil, nil
	case err != nil:
		return nil, err
	case si.LastSetupError == nil:
		return []kit.FieldError{{Key: i18n.CardNotAdded}}, nil
	}
	return s.declined(text(si.LastSetupError.Code), text(si.LastSetupError.DeclineCode)), nil
}

// addMethod begins to save a card and leads to the page that offers the gateway's form. What the
// customer was about to do is carried along.
func addMethod(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	return v.addFor(form)
}

func (v *visit) addFor(form *kit.Form) error {
	si, err := v.App.PortalAddMethod(v.r.Context(), v.c, v.nextAfterCard(form))
	if err != nil {
		return err
	}
	return v.to(view.BankPath(si.ID))
}

// nextAfterCard is the page that follows a new card: the review that asked for it, the invoice
// that was to be paid, or "".
func (v *visit) nextAfterCard(form *kit.Form) string {
	if next := localPath(form.Text("next")); next != "" {
		return v.PublicURL + next
	}
	sub := form.Text("subscription")
	if sub == "" || form.Text("price") == "" {
		return ""
	}
	q := url.Values{"price": {form.Text("price")}, "quantity": {form.Text("quantity")}}
	return v.PublicURL + view.SubscriptionPath(sub, "review") + "?" + q.Encode()
}

// localPath is the path of an address within the portal; "" for any other address.
func localPath(address string) string {
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(u.Path, "/p/") || path.Clean(u.Path) != u.Path {
		return ""
	}
	if u.RawQuery == "" {
		return u.EscapedPath()
	}
	return u.EscapedPath() + "?" + u.RawQuery
}

// makeDefault lets another saved method pay for everything.
func makeDefault(v *visit) error {
	if err := v.App.PortalMakeDefault(v.r.Context(), v.c, v.id()); err != nil {
		return err
	}
	named, err := v.methodNamed(v.id())
	if err != nil {
		return err
	}
	v.flashes.Set(v.w, *flash(i18n.CardMadeDefault, map[string]string{"card": named}))
	return v.to(view.PathPaymentMethods)
}

func (v *visit) methodNamed(id string) (named string, err error) {
	err = v.read(func(s *snapshot) error {
		pm, err := store.PaymentMethods.Get(s.q, id)
		if err == nil && pm.Customer.ID != s.cus.ID {
			err = store.ErrNotFound
		}
		if err == nil {
			named = methodOf(pm).Named(s.z)
		}
		return err
	})
	return named, err
}

// askRemove asks before a method is forgotten.
func askRemove(v *visit) error {
	var page view.RemoveMethod
	err := v.read(func(s *snapshot) error {
		if !app.PortalAllows(s.cfg, app.PortalDeedMethods) {
			return errForbidden
		}
		pm, err := store.PaymentMethods.Get(s.q, v.id())
		if err == nil && pm.Customer.ID != s.cus.ID {
			err = store.ErrNotFound
		}
		if err != nil {
			return err
		}
		page.Frame, page.Method = s.frame(view.TabPayment), s.method(pm)
		page.Back = view.PathPaymentMethods
		if !page.Method.Default {
			return nil
		}
		next, err := app.NextDefault(s.q, s.cus.ID, pm.ID)
		if next != nil {
			page.Next = methodOf(next).Named(s.z)
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, page.Page())
}

// removeMethod forgets a method. The last one of a running subscription stays; the page of
// methods says why.
func removeMethod(v *visit) error {
	named, err := v.methodNamed(v.id())
	if err != nil {
		return err
	}
	was, err := v.defaultMethod()
	if err != nil {
		return err
	}
	err = v.App.PortalRemoveMethod(v.r.Context(), v.c, v.id())
	if e := refusal(err); e != nil && e.Code == "last_payment_method" {
		v.flashes.Set(v.w, kit.Flash{Tone: kit.ToneWarning, Key: i18n.CardKeepOne})
		return v.to(view.PathPaymentMethods)
	}
	if err != nil {
		return err
	}
	news := flash(i18n.CardRemoved, map[string]string{"card": named})
	if now, err := v.defaultMethod(); err == nil && now != "" && now != was {
		if next, err := v.methodNamed(now); err == nil {
			news = flash(i18n.CardRemovedNext, map[string]string{"card": named, "next": next})
		}
	}
	v.flashes.Set(v.w, *news)
	return v.to(view.PathPaymentMethods)
}

// defaultMethod is what the customer pays with unless something else is said; "" is nothing.
func (v *visit) defaultMethod() (id string, err error) {
	err = v.read(func(s *snapshot) error {
		id = s.cus.InvoiceSettings.DefaultPaymentMethod.ID
		return nil
	})
	return id, err
}
