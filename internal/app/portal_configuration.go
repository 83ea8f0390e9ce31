package app

import (
	"context"
	"fmt"
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// CreatePortalConfiguration makes a configuration; what its features do not say is off.
func (a *App) CreatePortalConfiguration(ctx context.Context, c Caller,
	p PortalConfigurationCreateParams) (cfg *billing.PortalConfiguration, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		cfg = a.emptyPortalConfiguration(c.Livemode, tx.Now())
		a.loginPage(cfg, p.LoginPage)
		if err := p.apply(tx, cfg); err != nil {
			return nil, err
		}
		store.PortalConfigurations.Insert(tx, cfg)
		return cfg, nil
	})
	return cfg, err
}

// UpdatePortalConfiguration changes a configuration. Sessions that are open follow it at once.
func (a *App) UpdatePortalConfiguration(ctx context.Context, c Caller, id string,
	p PortalConfigurationUpdateParams) (cfg *billing.PortalConfiguration, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if cfg, err = locked(tx, store.PortalConfigurations, id); err != nil {
			return nil, err
		}
		if p.Active != nil && !*p.Active && cfg.IsDefault {
			return nil, billing.Invalid("active", "The default configuration cannot be "+
				"deactivated.")
		}
		assign(&cfg.Active, p.Active)
		a.loginPage(cfg, p.LoginPage)
		if err := p.apply(tx, cfg); err != nil {
			return nil, err
		}
		if store.PortalConfigurations.Changed(tx, cfg) {
			cfg.Updated = tx.Now()
		}
		return cfg, nil
	})
	return cfg, err
}

func (a *App) emptyPortalConfiguration(livemode bool, now int64) *billing.PortalConfiguration {
	cfg := &billing.PortalConfiguration{ID: a.IDs.New("bpc"),
		Object: "billing_portal.configuration", Active: true, Created: now, Livemode: livemode,
		Updated: now}
	cfg.Features.SubscriptionCancel.Mode = "at_period_end"
	cfg.Features.SubscriptionCancel.ProrationBehavior = billing.ProrationNone
	cfg.Features.SubscriptionUpdate.ProrationBehavior = billing.ProrationNone
	cfg.Features.SubscriptionUpdate.TrialUpdateBehavior = "end_trial"
	return cfg
}

// cancellationReasons are the reasons that customers are offered.
var cancellationReasons = []string{"too_expensive", "missing_features", "switched_service",
	"unused", "customer_service", "too_complex", "low_quality", "other"}

// defaultPortalConfiguration is the one that every account starts with: everything is on, and a
// change of plan is invoiced at once.
func (a *App) defaultPortalConfiguration(livemode bool, now int64) *billing.PortalConfiguration {
	cfg := a.emptyPortalConfiguration(livemode, now)
	cfg.IsDefault = true
	f := &cfg.Features
	f.CustomerUpdate.Enabled = true
	f.CustomerUpdate.AllowedUpdates = []string{"name", "email", "address", "phone", "shipping"}
	f.InvoiceHistory.Enabled = true
	f.PaymentMethodUpdate.Enabled = true
	f.SubscriptionCancel.Enabled = true
	f.SubscriptionCancel.CancellationReason.Enabled = true
	f.SubscriptionCancel.CancellationReason.Options = cancellationReasons
	f.SubscriptionUpdate.Enabled = true
	f.SubscriptionUpdate.DefaultAllowedUpdates = []string{"price", "quantity"}
	f.SubscriptionUpdate.ProrationBehavior = billing.AlwaysInvoice
	return cfg
}

func (p PortalConfigurationParams) apply(tx *store.Tx, cfg *billing.PortalConfiguration) error {
	if b := p.BusinessProfile; b != nil {
		set(&cfg.BusinessProfile.Headline, b.Headline)
		set(&cfg.BusinessProfile.PrivacyPolicyURL, b.PrivacyPolicyURL)
		set(&cfg.BusinessProfile.TermsOfServiceURL, b.TermsOfServiceURL)
	}
	set(&cfg.DefaultReturnURL, p.DefaultReturnURL)
	set(&cfg.Name, p.Name)
	for param, address := range map[string]*string{
		"default_return_url":                     cfg.DefaultReturnURL,
		"business_profile[privacy_policy_url]":   cfg.BusinessProfile.PrivacyPolicyURL,
		"business_profile[terms_of_service_url]": cfg.BusinessProfile.TermsOfServiceURL,
	} {
		if err := checkURL(address, param); err != nil {
			return err
		}
	}
	if p.Features != nil {
		if err := p.Features.apply(tx, &cfg.Features); err != nil {
			return err
		}
	}
	metadata, err := changeMetadata(cfg.Metadata, p.Metadata)
	cfg.Metadata = metadata
	return err
}

func (p *PortalFeaturesParams) apply(tx *store.Tx, f *billing.PortalFeatures) error {
	if p.InvoiceHistory != nil {
		f.InvoiceHistory.Enabled = p.InvoiceHistory.Enabled
	}
	if p.PaymentMethodUpdate != nil {
		f.PaymentMethodUpdate.Enabled = p.PaymentMethodUpdate.Enabled
	}
	if u := p.CustomerUpdate; u != nil {
		assign(&f.CustomerUpdate.Enabled, u.Enabled)
		if u.AllowedUpdates.Set {
			f.CustomerUpdate.AllowedUpdates = u.AllowedUpdates.Value
		}
		if slices.Contains(f.CustomerUpdate.AllowedUpdates, "tax_id") {
			return unsupportedValue("features[customer_update][allowed_updates]", "tax_id")
		}
	}
	if p.SubscriptionCancel != nil {
		if err := p.SubscriptionCancel.apply(&f.SubscriptionCancel); err != nil {
			return err
		}
	}
	if p.SubscriptionUpdate != nil {
		return p.SubscriptionUpdate.apply(tx, &f.SubscriptionUpdate)
	}
	return nil
}

// unsupportedValue refuses one value of a parameter that is supported otherwise.
func unsupportedValue(param, value string) error {
	return billing.Invalid(param, "%s is not supported by Portico", value)
}

func (p *PortalSubscriptionCancelParams) apply(f *billing.PortalSubscriptionCancel) error {
	assign(&f.Enabled, p.Enabled)
	assign(&f.Mode, p.Mode)
	assign(&f.ProrationBehavior, p.ProrationBehavior)
	if r := p.CancellationReason; r != nil {
		f.CancellationReason.Enabled = r.Enabled
		if r.Options.Set {
			f.CancellationReason.Options = r.Options.Value
		}
	}
	const param = "features[subscription_cancel][proration_behavior]"
	switch {
	case f.ProrationBehavior == billing.AlwaysInvoice:
		return billing.Invalid(param, "`always_invoice` cannot be used when canceling; use "+
			"`create_prorations` or `none`.")
	case f.ProrationBehavior == billing.CreateProrations && f.Mode != "immediately":
		return billing.Invalid(param, "`create_prorations` can only be used with "+
			"`mode=immediately`.")
	}
	return nil
}

func (p *PortalSubscriptionUpdateParams) apply(tx *store.Tx,
	f *billing.PortalSubscriptionUpdate) error {
	const path = "features[subscription_update]"
	assign(&f.Enabled, p.Enabled)
	assign(&f.ProrationBehavior, p.ProrationBehavior)
	assign(&f.TrialUpdateBehavior, p.TrialUpdateBehavior)
	given(&f.BillingCycleAnchor, p.BillingCycleAnchor)
	if p.DefaultAllowedUpdates.Set {
		if slices.Contains(p.DefaultAllowedUpdates.Value, "promotion_code") {
			return unsupportedValue(path+"[default_allowed_updates]", "promotion_code")
		}
		f.DefaultAllowedUpdates = p.DefaultAllowedUpdates.Value
	}
	if s := p.ScheduleAtPeriodEnd; s != nil && len(s.Conditions.Value) > 0 {
		return unsupportedValue(path+"[schedule_at_period_end]", "schedule_at_period_end")
	}
	if !p.Products.Set {
		return nil
	}
	var err error
	f.Products, err = portalProducts(tx, p.Products.Value, path+"[products]")
	return err
}

// portalProductsMax is Stripe's limit.
const portalProductsMax = 10

// portalProducts checks what customers may switch to.
func portalProducts(tx *store.Tx, params []PortalProductParams,
	path string) ([]billing.PortalProduct, error) {
	if len(params) > portalProductsMax {
		return nil, billing.Invalid(path, "A configuration can have up to %d products.",
			portalProductsMax)
	}
	var products []billing.PortalProduct
	seen := map[string]bool{}
	for i, p := range params {
		at := fmt.Sprintf("%s[%d]", path, i)
		if seen[p.Product] {
			return nil, billing.Invalid(at+"[product]", "The product `%s` is listed twice.",
				p.Product)
		}
		seen[p.Product] = true
		if _, err := referred(tx, store.Products, p.Product, at+"[product]"); err != nil {
			return nil, err
		}
		if err := portalPrices(tx, p, at+"[prices]"); err != nil {
			return nil, err
		}
		quantity := billing.AdjustableQuantity{Minimum: 1}
		if q := p.AdjustableQuantity; q != nil {
			quantity.Enabled, quantity.Maximum = q.Enabled, q.Maximum
			assign(&quantity.Minimum, q.Minimum)
		}
		if m := quantity.Maximum; quantity.Minimum < 0 || m != nil && *m < quantity.Minimum {
			return nil, billing.Invalid(at+"[adjustable_quantity]", "The maximum must not be "+
				"lower than the minimum.")
		}
		products = append(products, billing.PortalProduct{AdjustableQuantity: quantity,
			Prices: p.Prices, Product: p.Product})
	}
	return products, nil
}

// portalPrices checks the prices of one product: recurring, and one an interval and currency.
func portalPrices(tx *store.Tx, p PortalProductParams, path string) error {
	if len(p.Prices) == 0 {
		return billing.Missing(path)
	}
	prices, err := store.Prices.Many(tx, p.Prices)
	if err != nil {
		return err
	}
	seen := map[string]string{}
	for _, id := range p.Prices {
		price := prices[id]
		switch {
		case price == nil:
			return billing.NoSuch("price", id, path)
		case price.Product.ID != p.Product:
			return billing.Invalid(path, "The price `%s` does not belong to the product `%s`.", id,
				p.Product)
		case price.Recurring == nil || !price.Active:
			return billing.Invalid(path, "The price `%s` must be recurring and active.", id)
		}
		every := fmt.Sprint(price.Currency, price.Recurring.IntervalCount,
			price.Recurring.Interval)
		if other := seen[every]; other != "" && other != id {
			return billing.Invalid(path, "The prices `%s` and `%s` have the same interval. Each "+
				"price of a product must have its own.", other, id)
		}
		seen[every] = id
	}
	return nil
}
