package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
)

// PortalMayResume says that a customer may start a subscription again that was paused when its
// trial ended without a card. What a person sends invoices for is resumed by that person.
func PortalMayResume(cfg *billing.PortalConfiguration, sub *billing.Subscription) bool {
	return PortalAllows(cfg, PortalDeedResume) && sub.Status == billing.SubscriptionPaused &&
		sub.CollectionMethod == billing.ChargeAutomatically
}

// PortalResume starts a paused subscription again: a new period begins now and is paid. One that is
// not paused any more is answered as it is.
func (a *App) PortalResume(ctx context.Context, c Caller,
	id string) (*billing.Subscription, error) {
	cfg, sub, err := a.portalSubscription(ctx, c, id, PortalDeedResume)
	switch {
	case err != nil:
		return nil, err
	case sub.Status != billing.SubscriptionPaused:
		return sub, nil
	case !PortalMayResume(cfg, sub):
		return nil, notAllowed(string(PortalDeedResume))
	}
	return a.ResumeSubscription(ctx, c, id, SubscriptionResumeParams{})
}
