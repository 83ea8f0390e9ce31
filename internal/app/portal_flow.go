package app

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// PortalFlowParams are a deed that a session starts with.
type PortalFlowParams struct {
	AfterCompletion           *PortalAfterCompletionParams `form:"after_completion"`
	SubscriptionCancel        *PortalFlowCancelParams      `form:"subscription_cancel"`
	SubscriptionUpdate        *PortalFlowTargetParams      `form:"subscription_update"`
	SubscriptionUpdateConfirm *PortalFlowConfirmParams     `form:"subscription_update_confirm"`
	Type                      string                       `form:"type"`
}

// PortalAfterCompletionParams say what follows the deed.
type PortalAfterCompletionParams struct {
	HostedConfirmation *PortalHostedConfirmationParams `form:"hosted_confirmation"`
	Redirect           *PortalRedirectParams           `form:"redirect"`
	Type               string                          `form:"type"`
}

// PortalHostedConfirmationParams thank the customer.
type PortalHostedConfirmationParams struct {
	CustomMessage *string `form:"custom_message"`
}

// PortalRedirectParams send the customer back.
type PortalRedirectParams struct {
	ReturnURL string `form:"return_url"`
}

// PortalFlowTargetParams name the subscription.
type PortalFlowTargetParams struct {
	Subscription string `form:"subscription"`
}

// PortalFlowConfirmParams are a change that only waits for the customer's yes.
type PortalFlowConfirmParams struct {
	Discounts    []PortalFlowDiscountParams `form:"discounts"`
	Items        []PortalFlowItemParams     `form:"items"`
	Subscription string                     `form:"subscription"`
}

// PortalFlowDiscountParams name the coupon that comes with the change.
type PortalFlowDiscountParams struct {
	Coupon *string `form:"coupon"`
}

// PortalFlowItemParams are the item as it shall become.
type PortalFlowItemParams struct {
	ID       string  `form:"id"`
	Price    *string `form:"price"`
	Quantity *int64  `form:"quantity"`
}

// flowing checks a flow against the customer and the configuration, so that a link never leads
// to a page that must refuse.
type flowing struct {
	a   *App
	tx  *store.Tx
	cus *billing.Customer
	cfg *billing.PortalConfiguration
	p   *PortalFlowParams
}

func (f flowing) flow() (*billing.PortalFlow, error) {
	flow := &billing.PortalFlow{Type: f.p.Type}
	var err error
	if flow.AfterCompletion, err = f.afterCompletion(); err != nil {
		return nil, err
	}
	if err := f.onlyItsOwn(); err != nil {
		return nil, err
	}
	features := f.cfg.Features
	switch f.p.Type {
	case "payment_method_update":
		return flow, f.enabled(features.PaymentMethodUpdate.Enabled)
	case "customer_update":
		flow.CustomerUpdate = &struct{}{}
		return flow, f.enabled(features.CustomerUpdate.Enabled)
	case "subscription_cancel":
		if err := f.enabled(features.SubscriptionCancel.Enabled); err != nil {
			return nil, err
		}
		flow.SubscriptionCancel, err = f.cancel(f.p.SubscriptionCancel)
	case "subscription_update":
		id := f.p.SubscriptionUpdate.Subscription
		flow.SubscriptionUpdate = &billing.PortalFlowUpdate{Subscription: id}
		if err := f.updates(); err != nil {
			return nil, err
		}
		_, _, err = f.updatable(id)
	case "subscription_update_confirm":
		flow.SubscriptionUpdateConfirm, err = f.confirm(f.p.SubscriptionUpdateConfirm)
	}
	return flow, err
}

func (f flowing) path(name string) string { return "flow_data[" + name + "]" }

// onlyItsOwn refuses a flow that lacks its hash, or has the hash of another.
func (f flowing) onlyItsOwn() error {
	for name, sent := range map[string]bool{
		"subscription_cancel":         f.p.SubscriptionCancel != nil,
		"subscription_update":         f.p.SubscriptionUpdate != nil,
		"subscription_update_confirm": f.p.SubscriptionUpdateConfirm != nil,
	} {
		switch {
		case name == f.p.Type && !sent:
			return billing.Missing(f.path(name))
		case name != f.p.Type && sent:
			return billing.Invalid(f.path(name), "`%s` can only be used with `flow_data[type]=%s`.",
				f.path(name), name)
		}
	}
	return nil
}

func (f flowing) enabled(feature bool) error {
	if feature {
		return nil
	}
	return billing.Invalid("flow_data[type]", "The feature `%s` is disabled in the portal "+
		"configuration `%s`.", f.p.Type, f.cfg.ID)
}

func (f flowing) updates() error {
	update := f.cfg.Features.SubscriptionUpdate
	return f.enabled(update.Enabled && len(update.DefaultAllowedUpdates) > 0)
}

func (f flowing) afterCompletion() (billing.PortalAfterCompletion, error) {
	p := f.p.AfterCompletion
	after := billing.PortalAfterCompletion{Type: "portal_homepage"}
	if p == nil {
		return after, nil
	}
	after.Type = p.Type
	switch p.Type {
	case "redirect":
		const param = "flow_data[after_completion][redirect]"
		if p.Redirect == nil {
			return after, billing.Missing(param)
		}
		after.Redirect = new(billing.PortalRedirect(*p.Redirect))
		return after, checkURL(&p.Redirect.ReturnURL, param+"[return_url]")
	case "hosted_confirmation":
		after.HostedConfirmation = &billing.PortalHostedConfirmation{}
		if p.HostedConfirmation != nil {
			after.HostedConfirmation.CustomMessage = p.HostedConfirmation.CustomMessage
		}
	}
	return after, nil
}

// subscription finds the customer's own; any other is as good as missing.
func (f flowing) subscription(id string) (*billing.Subscription, error) {
	param := f.path(f.p.Type) + "[subscription]"
	sub, err := referred(f.tx, store.Subscriptions, id, param)
	if err != nil {
		return nil, err
	}
	if sub.Customer.ID != f.cus.ID {
		return nil, billing.NoSuch("subscription", id, param)
	}
	return sub, nil
}

func (f flowing) cancelable(id string) (*billing.Subscription, error) {
	sub, err := f.subscription(id)
	if err != nil {
		return nil, err
	}
	switch {
	case sub.Status == billing.SubscriptionCanceled,
		sub.Status == billing.SubscriptionIncompleteExpired:
		return nil, f.ineligible(sub, "it has ended")
	case sub.CancelAtPeriodEnd || sub.CancelAt != nil:
		return nil, f.ineligible(sub, "it is already set to be canceled")
	}
	return sub, nil
}

// updatable finds a subscription that can be changed in the portal, and what it can become.
func (f flowing) updatable(id string) (*billing.Subscription, *PortalOffer, error) {
	sub, err := f.cancelable(id)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case sub.Status != billing.SubscriptionActive && sub.Status != billing.SubscriptionTrialing:
		return nil, nil, f.ineligible(sub, "its status is `"+string(sub.Status)+"`")
	case sub.CollectionMethod != billing.ChargeAutomatically:
		return nil, nil, f.ineligible(sub, "its invoices are sent")
	}
	offer, err := f.a.PortalOffer(f.tx, f.cfg, sub)
	if err == nil && offer.Refusal != "" {
		err = f.ineligible(sub, "the portal configuration offers no change of it")
	}
	return sub, offer, err
}

func (f flowing) ineligible(sub *billing.Subscription, because string) error {
	return billing.Invalid(f.path(f.p.Type)+"[subscription]", "The subscription `%s` cannot be "+
		"used with this flow because %s.", sub.ID, because)
}

func (f flowing) confirm(p *PortalFlowConfirmParams) (*billing.PortalFlowConfirm, error) {
	path := f.path(f.p.Type)
	if err := f.updates(); err != nil {
		return nil, err
	}
	sub, offer, err := f.updatable(p.Subscription)
	if err != nil {
		return nil, err
	}
	switch {
	case len(p.Items) != 1:
		return nil, billing.Invalid(path+"[items]", "Exactly one item must be given.")
	case sub.Item(p.Items[0].ID) == nil:
		return nil, billing.NoSuch("subscription_item", p.Items[0].ID, path+"[items][0][id]")
	case offer.Item.ID != p.Items[0].ID:
		return nil, billing.Invalid(path+"[items][0][id]", "The item `%s` is not the one that the "+
			"portal configuration lets customers change.", p.Items[0].ID)
	case len(p.Discounts) > 1:
		return nil, billing.Invalid(path+"[discounts]", "At most one discount can be given.")
	}
	item, err := f.item(offer, p.Items[0])
	if err != nil {
		return nil, err
	}
	confirm := &billing.PortalFlowConfirm{Items: []billing.PortalFlowItem{item},
		Subscription: sub.ID}
	for _, d := range p.Discounts {
		if d.Coupon == nil {
			return nil, billing.Missing(path + "[discounts][0][coupon]")
		}
		_, err := referred(f.tx, store.Coupons, *d.Coupon, path+"[discounts][0][coupon]")
		if err != nil {
			return nil, err
		}
		confirm.Discounts = append(confirm.Discounts,
			billing.PortalFlowDiscount{Coupon: d.Coupon})
	}
	return confirm, nil
}

// item checks the price and the quantity that the customer is to agree to.
func (f flowing) item(offer *PortalOffer,
	p PortalFlowItemParams) (billing.PortalFlowItem, error) {
	path := f.path(f.p.Type) + "[items][0]"
	price := offer.Price
	item := billing.PortalFlowItem{ID: &p.ID, Price: &price.ID, Quantity: offer.Item.Quantity}
	if p.Price != nil && *p.Price != price.ID {
		asked, err := referred(f.tx, store.Prices, *p.Price, path+"[price]")
		if err != nil {
			return item, err
		}
		if price = offer.Find(asked.ID); price == nil {
			return item, billing.Invalid(path+"[price]", "The price `%s` is not among those that "+
				"the portal configuration offers.", asked.ID)
		}
		item.Price = &price.ID
	}
	if p.Quantity != nil {
		item.Quantity = *p.Quantity
	}
	return item, f.quantity(offer, price, item.Quantity)
}

// quantity holds a quantity to the bounds of the product, so that the link does not lead to a page
// that must refuse it. A quantity that stays is not held to the bounds that a new one is: but with
// another price it must fit those of that price.
func (f flowing) quantity(offer *PortalOffer, price *billing.Price, quantity int64) error {
	path := f.path(f.p.Type) + "[items][0][quantity]"
	least, most, adjustable := offer.Quantity(price)
	same := quantity == offer.Item.Quantity
	switch {
	case quantity < 1:
		return billing.Invalid(path, "Invalid positive integer")
	case !adjustable && !same:
		return billing.Invalid(path, "The portal configuration does not allow customers to change "+
			"the quantity.")
	case !adjustable || same && price.ID == offer.Price.ID:
		return nil
	case quantity < least:
		return billing.Invalid(path, "The portal configuration allows a quantity of at least %d.",
			least)
	case most > 0 && quantity > most:
		return billing.Invalid(path, "The portal configuration allows a quantity of at most %d.",
			most)
	}
	return nil
}
