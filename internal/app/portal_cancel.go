package app

import (
	"context"
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// PortalCancel ends a subscription as the configuration says: at the end of the period, or right
// away. One that is ending already is answered as it is.
func (a *App) PortalCancel(ctx context.Context, c Caller,
	id string) (*billing.Subscription, error) {
	cfg, sub, err := a.portalSubscription(ctx, c, id, PortalDeedCancel)
	switch {
	case err != nil:
		return nil, err
	case sub.Status.Ended() || PortalCanceling(sub):
		return sub, nil
	}
	f := cfg.Features.SubscriptionCancel
	if f.Mode == "immediately" {
		return a.CancelSubscription(ctx, c, id, SubscriptionCancelParams{
			Prorate: f.ProrationBehavior == billing.CreateProrations})
	}
	if sub.Status == billing.SubscriptionIncomplete {
		return nil, PortalPayFirst.err()
	}
	if sub.Flexible() {
		return a.UpdateSubscription(ctx, c, id, SubscriptionUpdateParams{
			CancelAt: billing.Some(billing.Moment{Word: "max_period_end"})})
	}
	return a.UpdateSubscription(ctx, c, id, SubscriptionUpdateParams{CancelAtPeriodEnd: new(true)})
}

// PortalCanceling says that a subscription is set to end.
func PortalCanceling(sub *billing.Subscription) bool {
	return sub.CancelAtPeriodEnd || sub.CancelAt != nil
}

// PortalMayUndo says that the planned end is one that the portal makes: the end of the period.
// Another date was agreed with the company, and is not the customer's to take back.
func PortalMayUndo(sub *billing.Subscription) bool {
	return !sub.Status.Ended() && PortalCanceling(sub) && sub.Private.EndsWithPeriod
}

// PortalUndoCancel takes a planned end back.
func (a *App) PortalUndoCancel(ctx context.Context, c Caller,
	id string) (*billing.Subscription, error) {
	_, sub, err := a.portalSubscription(ctx, c, id, PortalDeedCancel)
	switch {
	case err != nil:
		return nil, err
	case !sub.Status.Ended() && !PortalCanceling(sub):
		return sub, nil // it goes on already
	case !PortalMayUndo(sub):
		return nil, notAllowed("take this cancellation back")
	case sub.CancelAtPeriodEnd:
		return a.UpdateSubscription(ctx, c, id,
			SubscriptionUpdateParams{CancelAtPeriodEnd: new(false)})
	}
	return a.UpdateSubscription(ctx, c, id, SubscriptionUpdateParams{
		CancelAt: billing.Optional[billing.Moment]{Set: true, Null: true}})
}

// PortalReason keeps why a customer cancels. Both answers may be empty.
func (a *App) PortalReason(ctx context.Context, c Caller, id string,
	p CancellationDetailsParams) (*billing.Subscription, error) {
	cfg, sub, err := a.portalSubscription(ctx, c, id, PortalDeedReason)
	if err != nil {
		return nil, err
	}
	options := cfg.Features.SubscriptionCancel.CancellationReason.Options
	if len(options) == 0 {
		options = cancellationReasons
	}
	switch {
	case !sub.Status.Ended() && !PortalCanceling(sub):
		return nil, notAllowed("give a reason for what they keep")
	case p.Feedback.Given() && !slices.Contains(options, p.Feedback.Value):
		return nil, billing.Invalid("feedback", "Choose one of the reasons.")
	}
	return a.UpdateSubscription(ctx, c, id, SubscriptionUpdateParams{CancellationDetails: &p})
}

// portalSubscription reads a subscription for a deed that the configuration allows.
func (a *App) portalSubscription(ctx context.Context, c Caller, id string,
	deed PortalDeed) (cfg *billing.PortalConfiguration, sub *billing.Subscription, err error) {
	err = a.View(ctx, c.Scope, func(v *store.View) error {
		if cfg, err = a.allowed(v, c, deed); err != nil {
			return err
		}
		sub, err = OwnSubscription(v, c, id)
		return err
	})
	return cfg, sub, err
}
