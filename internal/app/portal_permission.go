package app

import (
	"context"
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// PortalDeed is something that a portal configuration allows customers, or not.
type PortalDeed string

// The deeds of the portal.
const (
	PortalDeedChange   PortalDeed = "change their subscription"
	PortalDeedCancel   PortalDeed = "cancel their subscription"
	PortalDeedResume   PortalDeed = "resume their subscription"
	PortalDeedReason   PortalDeed = "say why they cancel"
	PortalDeedMethods  PortalDeed = "change their payment methods"
	PortalDeedInvoices PortalDeed = "see their invoices"
	PortalDeedDetails  PortalDeed = "change their details"
)

// PortalAllows says whether a configuration allows a deed at all; a page shows what it answers,
// and the command behind the page asks again.
func PortalAllows(cfg *billing.PortalConfiguration, deed PortalDeed) bool {
	f := cfg.Features
	switch deed {
	case PortalDeedChange:
		return f.SubscriptionUpdate.Enabled && len(f.SubscriptionUpdate.DefaultAllowedUpdates) > 0
	case PortalDeedCancel:
		return f.SubscriptionCancel.Enabled
	case PortalDeedReason:
		return f.SubscriptionCancel.Enabled && f.SubscriptionCancel.CancellationReason.Enabled
	case PortalDeedMethods, PortalDeedResume: // it pauses because there is no card
		return f.PaymentMethodUpdate.Enabled
	case PortalDeedInvoices:
		return f.InvoiceHistory.Enabled
	case PortalDeedDetails:
		return f.CustomerUpdate.Enabled && len(f.CustomerUpdate.AllowedUpdates) > 0
	}
	return false
}

// allowed refuses a deed that the configuration of the caller's session does not allow. It
// answers the configuration, which says how the deed is done.
func (a *App) allowed(q store.Querier, c Caller,
	deed PortalDeed) (*billing.PortalConfiguration, error) {
	cfg, err := referred(q, store.PortalConfigurations, c.Configuration, "configuration")
	if err != nil {
		return nil, err
	}
	if !PortalAllows(cfg, deed) {
		return nil, notAllowed(string(deed))
	}
	return cfg, nil
}

// mayDo is allowed on a snapshot of its own, for deeds that another command carries out.
func (a *App) mayDo(ctx context.Context, c Caller, deed PortalDeed) error {
	return a.View(ctx, c.Scope, func(v *store.View) error {
		_, err := a.allowed(v, c, deed)
		return err
	})
}

// OwnSubscription reads a subscription of the caller's; any other is as good as missing.
func OwnSubscription(q store.Querier, c Caller, id string) (*billing.Subscription, error) {
	sub, err := referred(q, store.Subscriptions, id, "id")
	if err == nil && sub.Customer.ID != c.Customer {
		return nil, billing.NoSuch("subscription", id, "id")
	}
	return sub, err
}

// mayUpdate says whether one kind of update is among those that customers may make.
func mayUpdate(cfg *billing.PortalConfiguration, update string) bool {
	f := cfg.Features.SubscriptionUpdate
	return f.Enabled && slices.Contains(f.DefaultAllowedUpdates, update)
}
