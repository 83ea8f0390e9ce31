package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// PortalSessionCreateParams open the portal for a customer.
type PortalSessionCreateParams struct {
	Configuration *string           `form:"configuration"`
	Customer      *string           `form:"customer"`
	FlowData      *PortalFlowParams `form:"flow_data"`
	Locale        *string           `form:"locale"`
	ReturnURL     *string           `form:"return_url"`
}

// portalTokenLength is the number of characters of a link's secret: 190 bits.
const portalTokenLength = 32

// TokenHash is how the secret of a link or a cookie is kept.
func TokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// PortalLink is the address of a session's link.
func (a *App) PortalLink(token string) string { return a.PublicURL + "/p/session/" + token }

// CreatePortalSession makes a link that lets one customer into the portal for a short time. The
// link's secret is in the answer and nowhere else: what is stored, and what the event shows, is
// the address without it.
func (a *App) CreatePortalSession(ctx context.Context, c Caller,
	p PortalSessionCreateParams) (shown *billing.PortalSession, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		session, err := a.newPortalSession(tx, c, p)
		if err != nil {
			return nil, err
		}
		link := a.insertPortalSession(tx, session)
		if err := store.PortalSessions.Emit(tx, session,
			"billing_portal.session.created"); err != nil {
			return nil, err
		}
		copied := *session
		copied.URL = link
		shown = &copied
		return shown, nil
	})
	return shown, err
}

// insertPortalSession stores a session and answers the link that opens it.
func (a *App) insertPortalSession(tx *store.Tx, session *billing.PortalSession) (link string) {
	token := a.IDs.Secret("", portalTokenLength)
	session.URL = a.PortalLink("")
	session.Private.LinkHash = TokenHash(token)
	store.PortalSessions.Insert(tx, session)
	return a.PortalLink(token)
}

func (a *App) newPortalSession(tx *store.Tx, c Caller,
	p PortalSessionCreateParams) (*billing.PortalSession, error) {
	if p.Customer == nil {
		return nil, billing.Missing("customer")
	}
	cus, err := referred(tx, store.Customers, *p.Customer, "customer")
	if err != nil {
		return nil, err
	}
	cfg, err := portalConfiguration(tx, p.Configuration)
	if err != nil {
		return nil, err
	}
	session := &billing.PortalSession{ID: a.IDs.New("bps"), Object: "billing_portal.session",
		Configuration: billing.To[billing.PortalConfiguration](cfg.ID), Created: tx.Now(),
		Customer: cus.ID, Livemode: c.Livemode, Locale: p.Locale, ReturnURL: cfg.DefaultReturnURL}
	given(&session.ReturnURL, p.ReturnURL)
	if err := checkURL(p.ReturnURL, "return_url"); err != nil {
		return nil, err
	}
	if p.FlowData != nil {
		f := flowing{a: a, tx: tx, cus: cus, cfg: cfg, p: p.FlowData}
		session.Flow, err = f.flow()
	}
	return session, err
}

// portalConfiguration is the one that is named, or the default.
func portalConfiguration(tx *store.Tx, id *string) (*billing.PortalConfiguration, error) {
	if id == nil {
		cfg, err := store.PortalConfigurations.First(tx, store.Eq("is_default", true))
		if errors.Is(err, store.ErrNotFound) {
			return nil, billing.Invalid("configuration", "No configuration provided and no "+
				"default configuration has been created. Create one with "+
				"/v1/billing_portal/configurations and name it.")
		}
		return cfg, err
	}
	cfg, err := referred(tx, store.PortalConfigurations, *id, "configuration")
	if err == nil && !cfg.Active {
		return nil, billing.Invalid("configuration", "The configuration `%s` is inactive.", *id)
	}
	return cfg, err
}
