package app

import (
	"context"
	"errors"
	"strings"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// loginMinutes is how long a link that was mailed works.
const loginMinutes = 15

// How often a link is mailed to one customer at most: who asks for more would flood somebody else's
// mailbox.
const (
	loginEverySeconds = 60
	loginsEachHour    = 5
)

// loginTokenLength is the number of characters at the end of a login page's address. It is no
// secret, only never another's.
const loginTokenLength = 24

// loginPage switches the login page of a configuration on or off. An address that was switched off
// never works again; switched on once more, the page gets another one.
func (a *App) loginPage(cfg *billing.PortalConfiguration, p *PortalFeatureParams) {
	switch {
	case p == nil || p.Enabled == cfg.LoginPage.Enabled:
	case p.Enabled:
		mode := "test"
		if cfg.Livemode {
			mode = ""
		}
		cfg.LoginPage = billing.PortalLoginPage{Enabled: true,
			URL: new(a.PublicURL + "/p/login/" + a.IDs.Secret(mode, loginTokenLength))}
	default:
		cfg.LoginPage = billing.PortalLoginPage{}
	}
}

// PortalLoginPage is what the token of a login page leads to.
type PortalLoginPage struct {
	Scope         billing.Scope
	Configuration *billing.PortalConfiguration
	Minutes       int64 // that a mailed link works
}

// FindPortalLogin finds a login page; ErrNotFound when there is none, or its configuration is not
// active any more.
func (a *App) FindPortalLogin(ctx context.Context,
	token string) (page *PortalLoginPage, err error) {
	err = a.View(ctx, billing.Scope{}, func(v *store.View) error {
		cfg, scope, err := store.ConfigurationByLogin(v, token)
		if err == nil && !cfg.Active {
			err = store.ErrNotFound
		}
		page = &PortalLoginPage{Scope: scope, Configuration: cfg, Minutes: loginMinutes}
		return err
	})
	return page, err
}

// login is who asks to be let in: the words that a stranger typed.
type login struct {
	Configuration string `json:"configuration"`
	Email         string `json:"email"`
	Locale        string `json:"locale,omitempty"`
}

// AskPortalLogin asks for a link to be mailed to a customer. Whether anybody has that address is
// looked up by the worker: neither the answer nor the time that it takes tells. An address that is
// none is the caller's error.
func (a *App) AskPortalLogin(ctx context.Context, page *PortalLoginPage, email,
	locale string) error {
	if email == "" {
		return billing.Missing("email")
	}
	if err := checkEmail(&email, "email"); err != nil {
		return err
	}
	c := Caller{Actor: billing.Actor{Scope: page.Scope}}
	return a.write(ctx, c, func(tx *store.Tx) (any, error) {
		l := login{Configuration: page.Configuration.ID, Email: email, Locale: locale}
		return nil, a.enqueue(tx, job{Kind: jobMail, Mail: mailLogin, Login: &l,
			UniqueKey: "login:" + l.Configuration + ":" + TokenHash(strings.ToLower(email))})
	})
}

// answerLogin makes a session for the customer who has the address and fills in what is mailed; it
// leaves the mail without a customer when there is none.
func (a *App) answerLogin(ctx context.Context, scope billing.Scope, l login, m *MailJob) error {
	c := Caller{Actor: billing.Actor{Scope: scope}}
	return a.write(ctx, c, func(tx *store.Tx) (any, error) {
		cfg, err := store.PortalConfigurations.Get(tx, l.Configuration)
		if errors.Is(err, store.ErrNotFound) || err == nil && !cfg.LoginPage.Enabled {
			return nil, nil // switched off meanwhile
		}
		if err != nil {
			return nil, err
		}
		cus, err := customerWith(tx, l.Email)
		if err != nil || cus == nil {
			return nil, err
		}
		if often, err := a.askedOften(tx, cus.ID); err != nil || often {
			return nil, err
		}
		session, err := a.newPortalSession(tx, c, PortalSessionCreateParams{
			Customer: &cus.ID, Configuration: &cfg.ID})
		if err != nil {
			return nil, err
		}
		session.Private.LinkEndsAt = a.wall() + loginMinutes*60
		m.Customer, m.Link, m.Locale = cus.ID, a.insertPortalSession(tx, session), l.Locale
		return nil, store.PortalSessions.Emit(tx, session, "billing_portal.session.created")
	})
}

// askedOften says that a customer was mailed a link a moment ago, or several in the last hour.
func (a *App) askedOften(tx *store.Tx, customer string) (bool, error) {
	sessions, _, err := store.PortalSessions.List(tx, store.Page{Limit: 100,
		Where: []store.Cond{store.Eq("customer", customer)}})
	mailed := 0
	for _, s := range sessions {
		age := a.wall() - s.Created
		switch {
		case s.Private.LinkEndsAt == 0 || age >= 3600:
		case age < loginEverySeconds:
			return true, err
		default:
			mailed++
		}
	}
	return mailed >= loginsEachHour, err
}

// sameAddressMax is how many customers with one mail address are looked through.
const sameAddressMax = 100

// customerWith is the customer who has a mail address, as it is written or in small letters; nil
// when there is none. Of several it is the newest who has a subscription that goes on, or else the
// newest (Stripe's rule).
func customerWith(tx *store.Tx, email string) (*billing.Customer, error) {
	var found *billing.Customer
	for _, written := range []string{email, strings.ToLower(email)} {
		all, _, err := store.Customers.List(tx, store.Page{Limit: sameAddressMax,
			Where: []store.Cond{store.Eq("email", written)}}) // the newest first
		if err != nil {
			return nil, err
		}
		for _, cus := range all {
			subs, err := store.Subscriptions.All(tx, store.Eq("customer", cus.ID))
			if err != nil {
				return nil, err
			}
			for _, sub := range subs {
				if !sub.Status.Ended() {
					return cus, nil
				}
			}
			if found == nil {
				found = cus
			}
		}
	}
	return found, nil
}
