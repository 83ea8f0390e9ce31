package app

import (
	"context"
	"errors"
	"strconv"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

func unix(t int64) string { return strconv.FormatInt(t, 10) }

// SubscriptionMigrateParams move a subscription to the newer billing rules.
type SubscriptionMigrateParams struct {
	BillingMode BillingModeParams `form:"billing_mode"`
}

// MigrateSubscription moves a classic subscription to flexible billing. There is no way back.
func (a *App) MigrateSubscription(ctx context.Context, c Caller, id string,
	p SubscriptionMigrateParams) (*billing.Subscription, error) {
	return a.onSubscription(ctx, c, id, func(u *updating) error {
		if p.BillingMode.Type != billing.BillingFlexible {
			return billing.Invalid("billing_mode[type]", "Subscriptions can only be migrated to "+
				"`flexible`.")
		}
		if u.sub.Flexible() {
			return billing.Invalid("billing_mode[type]", "This subscription is already using "+
				"flexible billing mode.")
		}
		details := &billing.BillingModeFlexible{ProrationDiscounts: billing.DiscountsIncluded}
		if f := p.BillingMode.Flexible; f != nil && f.ProrationDiscounts != nil {
			details.ProrationDiscounts = *f.ProrationDiscounts
		}
		u.sub.BillingMode = billing.BillingMode{Type: billing.BillingFlexible,
			Flexible: details, UpdatedAt: &u.now}
		return nil
	})
}

// onSubscription runs a one-transaction deed on a locked subscription.
func (a *App) onSubscription(ctx context.Context, c Caller, id string,
	deed func(*updating) error) (*billing.Subscription, error) {
	var sub *billing.Subscription
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		u, err := a.lockRunning(tx, c, id)
		if err != nil {
			return nil, err
		}
		sub = u.sub
		return sub, deed(u)
	})
	return sub, err
}

// lockRunning locks a subscription that has not ended; one that has is not found, as at Stripe.
func (a *App) lockRunning(tx *store.Tx, c Caller, id string) (*updating, error) {
	u, err := a.newUpdating(tx, c, id, SubscriptionUpdateParams{})
	if err == nil && u.sub.Status.Ended() {
		return nil, billing.NoSuch("subscription", id, "id")
	}
	return u, err
}

// DeleteSubscriptionDiscount removes the discounts of a subscription and answers the first.
func (a *App) DeleteSubscriptionDiscount(ctx context.Context, c Caller,
	id string) (*billing.Discount, error) {
	var gone *billing.Discount
	err := a.write(ctx, c, func(tx *store.Tx) (any, error) {
		u, err := a.newUpdating(tx, c, id, SubscriptionUpdateParams{})
		if err != nil {
			return nil, err
		}
		if len(u.sub.Discounts) == 0 {
			return nil, billing.Invalid("", "No active discount for subscription: %s", id).
				WithCode("resource_missing").WithStatus(404)
		}
		if err := u.discardPending(u.tx, u.sub, u.now); err != nil {
			return nil, err
		}
		if gone, err = store.Discounts.Lock(tx, u.sub.Discounts[0].ID); err != nil {
			return nil, err
		}
		for _, d := range u.sub.Discounts {
			if err := a.endDiscount(tx, d.ID, u.now); err != nil {
				return nil, err
			}
		}
		u.sub.Discounts = nil
		return gone, nil
	})
	return gone, err
}

// SubscriptionItemCreateParams add an item to a subscription.
type SubscriptionItemCreateParams struct {
	Subscription      string                             `form:"subscription"`
	Discounts         billing.Optional[[]DiscountParams] `form:"discounts"`
	Metadata          MetadataParams                     `form:"metadata"`
	PaymentBehavior   *string                            `form:"payment_behavior"`
	Price             *string                            `form:"price"`
	PriceData         *PriceDataParams                   `form:"price_data"`
	ProrationBehavior *string                            `form:"proration_behavior"`
	ProrationDate     *int64                             `form:"proration_date"`
	Quantity          *int64                             `form:"quantity"`
	TaxRates          billing.Optional[[]string]         `form:"tax_rates"`
}

// SubscriptionItemUpdateParams change an item.
type SubscriptionItemUpdateParams struct {
	Discounts         billing.Optional[[]DiscountParams] `form:"discounts"`
	Metadata          MetadataParams                     `form:"metadata"`
	OffSession        *bool                              `form:"off_session"`
	PaymentBehavior   *string                            `form:"payment_behavior"`
	Price             *string                            `form:"price"`
	PriceData         *PriceDataParams                   `form:"price_data"`
	ProrationBehavior *string                            `form:"proration_behavior"`
	ProrationDate     *int64                             `form:"proration_date"`
	Quantity          *int64                             `form:"quantity"`
	TaxRates          billing.Optional[[]string]         `form:"tax_rates"`
}

// SubscriptionItemDeleteParams remove an item.
type SubscriptionItemDeleteParams struct {
	ClearUsage        *bool   `form:"clear_usage"`
	PaymentBehavior   *string `form:"payment_behavior"`
	ProrationBehavior *string `form:"proration_behavior"`
	ProrationDate     *int64  `form:"proration_date"`
}

// CreateSubscriptionItem adds an item, with the effects that an update of the subscription has.
func (a *App) CreateSubscriptionItem(ctx context.Context, c Caller,
	p SubscriptionItemCreateParams) (*billing.SubscriptionItem, error) {
	if p.Subscription == "" {
		return nil, billing.Missing("subscription")
	}
	id := a.IDs.New("si")
	u := SubscriptionUpdateParams{PaymentBehavior: p.PaymentBehavior, AboutItem: id,
		ProrationBehavior: p.ProrationBehavior, ProrationDate: p.ProrationDate,
		Items: []SubscriptionItemParams{{Discounts: p.Discounts, Metadata: p.Metadata,
			Price: p.Price, PriceData: p.PriceData, Quantity: p.Quantity, TaxRates: p.TaxRates,
			Known: KnownItem{NewID: id}}}}
	it, err := a.updateForItem(ctx, c, p.Subscription, u)
	if e, ok := errors.AsType[*billing.Error](err); ok && e.Sought != nil && e.Param == "id" {
		err = billing.NoSuch("subscription", p.Subscription, "subscription") // not in the path
	}
	return it, err
}

// updateForItem runs an update of the subscription whose answer is one of its items.
func (a *App) updateForItem(ctx context.Context, c Caller, subscription string,
	p SubscriptionUpdateParams) (*billing.SubscriptionItem, error) {
	sub, err := a.UpdateSubscription(ctx, c, subscription, p)
	if sub == nil {
		return nil, err
	}
	return itemOf(sub, p.AboutItem), err
}

// itemOf is an item of a subscription: as it is, else as it will be once the update that waits is
// paid, else the name of one that is gone.
func itemOf(sub *billing.Subscription, id string) *billing.SubscriptionItem {
	if it := sub.Item(id); it != nil {
		return it
	}
	if waits := sub.PendingUpdate; waits != nil {
		for i := range waits.SubscriptionItems {
			if waits.SubscriptionItems[i].ID == id {
				return &waits.SubscriptionItems[i]
			}
		}
	}
	return &billing.SubscriptionItem{ID: id, Object: "subscription_item"}
}

// UpdateSubscriptionItem changes an item.
func (a *App) UpdateSubscriptionItem(ctx context.Context, c Caller, id string,
	p SubscriptionItemUpdateParams) (*billing.SubscriptionItem, error) {
	sub, err := a.subscriptionOf(ctx, c, id)
	if err != nil {
		return nil, err
	}
	u := SubscriptionUpdateParams{PaymentBehavior: p.PaymentBehavior, OffSession: p.OffSession,
		ProrationBehavior: p.ProrationBehavior, ProrationDate: p.ProrationDate, AboutItem: id,
		Items: []SubscriptionItemParams{{ID: &id, Discounts: p.Discounts, Metadata: p.Metadata,
			Price: p.Price, PriceData: p.PriceData, Quantity: p.Quantity, TaxRates: p.TaxRates}}}
	return a.updateForItem(ctx, c, sub, u)
}

// DeleteSubscriptionItem removes an item. Its answer names the item.
func (a *App) DeleteSubscriptionItem(ctx context.Context, c Caller, id string,
	p SubscriptionItemDeleteParams) (*billing.SubscriptionItem, error) {
	sub, err := a.subscriptionOf(ctx, c, id)
	if err != nil {
		return nil, err
	}
	u := SubscriptionUpdateParams{PaymentBehavior: p.PaymentBehavior, AboutItem: id,
		ProrationBehavior: p.ProrationBehavior, ProrationDate: p.ProrationDate,
		Items: []SubscriptionItemParams{{ID: &id, Deleted: new(true)}}}
	return a.updateForItem(ctx, c, sub, u)
}

func (a *App) subscriptionOf(ctx context.Context, c Caller, item string) (id string, err error) {
	err = a.View(ctx, c.Scope, func(v *store.View) error {
		sub, removed, err := store.SubscriptionOfItem(v, item)
		if err == nil && removed {
			err = store.ErrNotFound
		}
		id = sub
		return notFound(err, "subscription_item", item, "id")
	})
	return id, err
}
