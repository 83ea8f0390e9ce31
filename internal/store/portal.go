package store

import (
	"github.com/portico-billing/portico/internal/billing"
)

// PortalConfigurations say what customers may do in the portal.
var PortalConfigurations = newCollection(spec[billing.PortalConfiguration]{
	object: "billing_portal.configuration", noun: "configuration", table: "portal_configurations",
	events:  automatic("billing_portal.configuration"),
	id:      func(c *billing.PortalConfiguration) string { return c.ID },
	created: func(c *billing.PortalConfiguration) int64 { return c.Created },
	columns: []column[billing.PortalConfiguration]{
		flag("active", func(c *billing.PortalConfiguration) bool { return c.Active }),
		flag("is_default", func(c *billing.PortalConfiguration) bool { return c.IsDefault }),
		text("login_token", func(c *billing.PortalConfiguration) any {
			return orNull(c.LoginToken())
		}).taken(),
	},
	cut: func(c *billing.PortalConfiguration, in includes) {
		if !in.has("features.subscription_update.products") {
			c.Features.SubscriptionUpdate.Products = nil
		}
	},
})

// ConfigurationByLogin finds a configuration by the token of its login page, in whichever account
// and mode: the address is all that a browser brings.
func ConfigurationByLogin(q *View, token string) (*billing.PortalConfiguration, billing.Scope,
	error) {
	es, err := PortalConfigurations.load(q, " where login_token = $1 and not deleted", []any{token})
	if err == nil {
		err = missing(es)
	}
	if err != nil {
		return nil, billing.Scope{}, err
	}
	return es[0].v, es[0].scope, nil
}

// PortalSessions are ways into the portal. Only their creation is told.
var PortalSessions = newCollection(spec[billing.PortalSession]{
	object: "billing_portal.session", noun: "session", table: "portal_sessions",
	events:  eventTypes{prefix: "billing_portal.session", created: true},
	id:      func(s *billing.PortalSession) string { return s.ID },
	created: func(s *billing.PortalSession) int64 { return s.Created },
	state:   func(s *billing.PortalSession) any { return &s.Private },
	columns: []column[billing.PortalSession]{
		reference("customer", func(s *billing.PortalSession) string { return s.Customer }),
		text("link_hash", func(s *billing.PortalSession) any {
			return orNull(s.Private.LinkHash)
		}).taken(),
		text("cookie_hash", func(s *billing.PortalSession) any {
			return orNull(s.Private.CookieHash)
		}).taken(),
	},
})

// portalSession finds a session by a hash, in whichever account and mode: the token is all that a
// browser brings.
func portalSession(q *View, column, hash string) (*billing.PortalSession, billing.Scope, error) {
	es, err := PortalSessions.load(q, " where "+column+" = $1 and not deleted", []any{hash})
	if err == nil {
		err = missing(es)
	}
	if err != nil {
		return nil, billing.Scope{}, err
	}
	return es[0].v, es[0].scope, nil
}

// SessionByLink finds a session by the hash of the token in its link.
func SessionByLink(q *View, hash string) (*billing.PortalSession, billing.Scope, error) {
	return portalSession(q, "link_hash", hash)
}

// SessionByCookie finds a session by the hash of the token in its cookie.
func SessionByCookie(q *View, hash string) (*billing.PortalSession, billing.Scope, error) {
	return portalSession(q, "cookie_hash", hash)
}
