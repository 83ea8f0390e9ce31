package app

import (
	"context"
	"errors"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// PortalVisit is a portal session as its browser finds it.
type PortalVisit struct {
	Scope   billing.Scope
	Session *billing.PortalSession
	// Open says that the link may still be used, or that the session is running.
	Open bool
}

// Caller is the customer of the session, within what its configuration allows.
func (v *PortalVisit) Caller() Caller {
	return Caller{Actor: billing.Actor{Scope: v.Scope, Customer: v.Session.Customer,
		Configuration: v.Session.Configuration.ID}}
}

// PortalLinkVisit looks at a link without using it up; nil when there is no such link.
func (a *App) PortalLinkVisit(ctx context.Context, token string) (*PortalVisit, error) {
	return a.portalVisit(ctx, func(v *store.View) (*billing.PortalSession, billing.Scope, error) {
		return store.SessionByLink(v, TokenHash(token))
	}, a.linkOpen)
}

// PortalSession finds the session of a cookie and notes that its customer is there; nil when
// there is none. Sessions live by the real clock, whatever a test clock shows.
func (a *App) PortalSession(ctx context.Context, token string) (*PortalVisit, error) {
	visit, err := a.portalVisit(ctx,
		func(v *store.View) (*billing.PortalSession, billing.Scope, error) {
			return store.SessionByCookie(v, TokenHash(token))
		}, a.sessionOpen)
	if err != nil || visit == nil || !visit.Open {
		return visit, err
	}
	return visit, a.touchPortalSession(ctx, visit)
}

// portalVisit finds a session and judges it by the settings of its account.
func (a *App) portalVisit(ctx context.Context,
	find func(*store.View) (*billing.PortalSession, billing.Scope, error),
	open func(*billing.PortalSession, billing.PortalLifetimes) bool) (*PortalVisit, error) {
	var visit *PortalVisit
	err := a.View(ctx, billing.Scope{}, func(v *store.View) error {
		session, scope, err := find(v)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		v = v.As(scope)
		if err := store.Prefetch(v, store.ToLoadSettings(),
			store.Customers.ToGet(session.Customer)); err != nil {
			return err
		}
		settings, err := a.Settings(v)
		if err != nil {
			return err
		}
		visit = &PortalVisit{Scope: scope, Session: session,
			Open: open(session, settings.Portal)}
		if _, err := store.Customers.Get(v, session.Customer); err != nil {
			visit.Open = false // a customer who was deleted has no portal
			if !errors.Is(err, store.ErrNotFound) {
				return err
			}
		}
		return nil
	})
	return visit, err
}

func (a *App) linkOpen(s *billing.PortalSession, life billing.PortalLifetimes) bool {
	until := s.Created + life.LinkSeconds
	if s.Private.LinkEndsAt != 0 {
		until = s.Private.LinkEndsAt
	}
	return s.Private.OpenedAt == nil && s.Private.EndedAt == nil && a.wall() < until
}

func (a *App) sessionOpen(s *billing.PortalSession, life billing.PortalLifetimes) bool {
	p, now := s.Private, a.wall()
	return p.OpenedAt != nil && p.SeenAt != nil && p.EndedAt == nil &&
		now < *p.OpenedAt+life.AbsoluteSeconds && now < *p.SeenAt+life.IdleSeconds
}

// OpenPortalSession uses a link up and answers the token of the cookie that takes its place. A
// link that was used before, or is too old, answers nil.
func (a *App) OpenPortalSession(ctx context.Context,
	linkToken string) (cookieToken string, visit *PortalVisit, err error) {
	visit, err = a.PortalLinkVisit(ctx, linkToken)
	if err != nil || visit == nil || !visit.Open {
		return "", nil, err
	}
	c := visit.Caller()
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		cookieToken = ""
		session, err := store.PortalSessions.Lock(tx, visit.Session.ID)
		if err != nil || session.Private.OpenedAt != nil {
			return nil, err // somebody else was quicker
		}
		cookieToken = a.IDs.Secret("", portalTokenLength)
		session.Private.CookieHash = TokenHash(cookieToken)
		session.Private.OpenedAt, session.Private.SeenAt = new(tx.Now()), new(tx.Now())
		visit.Session = session
		return nil, nil
	})
	if err != nil || cookieToken == "" {
		return "", nil, err
	}
	return cookieToken, visit, nil
}

// touchSeconds is how often a visit is written down at most.
const touchSeconds = 60

func (a *App) touchPortalSession(ctx context.Context, visit *PortalVisit) error {
	if a.wall() < *visit.Session.Private.SeenAt+touchSeconds {
		return nil
	}
	return a.changePortalSession(ctx, visit, func(s *billing.PortalSession, now int64) {
		s.Private.SeenAt = &now
	})
}

// EndPortalSession signs the customer out: the cookie is worth nothing from now on.
func (a *App) EndPortalSession(ctx context.Context, visit *PortalVisit) error {
	return a.changePortalSession(ctx, visit, func(s *billing.PortalSession, now int64) {
		s.Private.EndedAt = &now
	})
}

// FinishPortalFlow notes that the deed a session began with is done. It is done once.
func (a *App) FinishPortalFlow(ctx context.Context, visit *PortalVisit) error {
	if visit.Session.Flow == nil || visit.Session.Private.FlowDone {
		return nil
	}
	return a.changePortalSession(ctx, visit, func(s *billing.PortalSession, _ int64) {
		s.Private.FlowDone = true
	})
}

func (a *App) changePortalSession(ctx context.Context, visit *PortalVisit,
	change func(s *billing.PortalSession, now int64)) error {
	return a.write(ctx, visit.Caller(), func(tx *store.Tx) (any, error) {
		session, err := store.PortalSessions.Lock(tx, visit.Session.ID)
		if err != nil {
			return nil, err
		}
		change(session, tx.Now())
		visit.Session = session
		return nil, nil
	})
}

// CustomerTime is what time it is for a customer, for pages: that of their test clock, also while
// it advances, or else the real one.
func (a *App) CustomerTime(q store.Querier, cus *billing.Customer) (int64, error) {
	if cus == nil || cus.TestClock.ID == "" {
		return q.Now(), nil
	}
	clk, err := store.TestClocks.Get(q, cus.TestClock.ID)
	if err != nil {
		return 0, err
	}
	return clk.FrozenTime, nil
}
