package app

import (
	"cmp"
	"context"
	"regexp"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/dunning"
	"github.com/portico-billing/portico/internal/store"
)

// SettingsUpdateParams change the settings of one mode of the account.
type SettingsUpdateParams struct {
	Branding        *BrandingParams        `form:"branding"`
	BusinessProfile *BusinessProfileParams `form:"business_profile"`
	Dunning         *DunningParams         `form:"dunning"`
	Events          *EventSettingsParams   `form:"events"`
	Invoices        *InvoiceSettingsParams `form:"invoices"`
	Portal          *PortalLifetimesParams `form:"portal"`
	Tax             *TaxSettingsParams     `form:"tax"`
	Timezone        *string                `form:"timezone"`
	Webhooks        *WebhookSettingsParams `form:"webhooks"`
}

// BrandingParams are how the company looks.
type BrandingParams struct {
	IconURL        billing.Optional[string] `form:"icon_url"`
	PrimaryColor   billing.Optional[string] `form:"primary_color"`
	SecondaryColor billing.Optional[string] `form:"secondary_color"`
}

// BusinessProfileParams are who the company is.
type BusinessProfileParams struct {
	Address      billing.Optional[AddressParams] `form:"address"`
	Name         billing.Optional[string]        `form:"name"`
	SupportEmail billing.Optional[string]        `form:"support_email"`
	SupportPhone billing.Optional[string]        `form:"support_phone"`
	SupportURL   billing.Optional[string]        `form:"support_url"`
	TaxID        billing.Optional[string]        `form:"tax_id"`
	URL          billing.Optional[string]        `form:"url"`
}

// DunningParams are how an unpaid invoice is retried.
type DunningParams struct {
	RetryDays           billing.Optional[[]int64] `form:"retry_days"`
	SubscriptionOutcome *string                   `form:"subscription_outcome"`
	InvoiceOutcome      *string                   `form:"invoice_outcome"`
}

// EventSettingsParams are how long events are kept.
type EventSettingsParams struct {
	RetentionDays *int64 `form:"retention_days"`
}

// InvoiceSettingsParams are the defaults of invoices.
type InvoiceSettingsParams struct {
	FinalizeAfterSeconds *int64                   `form:"finalize_after_seconds"`
	Footer               billing.Optional[string] `form:"footer"`
	UpcomingDays         *int64                   `form:"upcoming_days"`
	WaitForWebhooks      *bool                    `form:"wait_for_webhooks"`
}

// PortalLifetimesParams are how long a portal link and session live.
type PortalLifetimesParams struct {
	AbsoluteSeconds *int64 `form:"absolute_seconds"`
	IdleSeconds     *int64 `form:"idle_seconds"`
	LinkSeconds     *int64 `form:"link_seconds"`
}

// TaxSettingsParams are where tax is rounded.
type TaxSettingsParams struct {
	Rounding *string `form:"rounding"`
}

// WebhookSettingsParams let webhooks reach addresses that are refused otherwise.
type WebhookSettingsParams struct {
	AllowedHosts billing.Optional[[]string] `form:"allowed_hosts"`
}

// UpdateSettings changes the settings of the caller's mode. What is not sent stays.
func (a *App) UpdateSettings(ctx context.Context, c Caller,
	p SettingsUpdateParams) (s *billing.Settings, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		loaded, err := store.LoadSettings(tx)
		if err != nil {
			return nil, err
		}
		changed := *loaded
		s = &changed
		if err := p.apply(s); err != nil {
			return nil, err
		}
		s.Updated = tx.Now()
		return s, store.SaveSettings(tx, s)
	})
	return s, err
}

func (p SettingsUpdateParams) apply(s *billing.Settings) error {
	if b := p.Branding; b != nil {
		set(&s.Branding.IconURL, b.IconURL)
		set(&s.Branding.PrimaryColor, b.PrimaryColor)
		set(&s.Branding.SecondaryColor, b.SecondaryColor)
	}
	if p.BusinessProfile != nil {
		p.BusinessProfile.apply(&s.BusinessProfile)
	}
	if d := p.Dunning; d != nil {
		if d.RetryDays.Set {
			s.Dunning.RetryDays = d.RetryDays.Value
		}
		assign(&s.Dunning.SubscriptionOutcome, d.SubscriptionOutcome)
		assign(&s.Dunning.InvoiceOutcome, d.InvoiceOutcome)
	}
	if p.Events != nil {
		assign(&s.Events.RetentionDays, p.Events.RetentionDays)
	}
	if in := p.Invoices; in != nil {
		if in.WaitForWebhooks != nil && *in.WaitForWebhooks {
			return billing.Unsupported("invoices[wait_for_webhooks]")
		}
		assign(&s.Invoices.FinalizeAfterSeconds, in.FinalizeAfterSeconds)
		set(&s.Invoices.Footer, in.Footer)
		assign(&s.Invoices.UpcomingDays, in.UpcomingDays)
		assign(&s.Invoices.WaitForWebhooks, in.WaitForWebhooks)
	}
	if l := p.Portal; l != nil {
		assign(&s.Portal.AbsoluteSeconds, l.AbsoluteSeconds)
		assign(&s.Portal.IdleSeconds, l.IdleSeconds)
		assign(&s.Portal.LinkSeconds, l.LinkSeconds)
	}
	if p.Tax != nil {
		assign(&s.Tax.Rounding, p.Tax.Rounding)
	}
	if p.Webhooks != nil && p.Webhooks.AllowedHosts.Set {
		s.Webhooks.AllowedHosts = p.Webhooks.AllowedHosts.Value
	}
	assign(&s.Timezone, p.Timezone)
	return checkSettings(s)
}

func (p *BusinessProfileParams) apply(b *billing.BusinessProfile) {
	if p.Address.Set {
		b.Address = mergeAddress(b.Address, p.Address)
	}
	set(&b.Name, p.Name)
	set(&b.SupportEmail, p.SupportEmail)
	set(&b.SupportPhone, p.SupportPhone)
	set(&b.SupportURL, p.SupportURL)
	set(&b.TaxID, p.TaxID)
	set(&b.URL, p.URL)
}

// The bounds of settings.
const (
	retentionDaysMax   = 3650
	finalizeSecondsMax = 72 * 3600
	upcomingDaysMax    = 60
	linkSecondsMax     = 24 * 3600
	sessionSecondsMax  = 30 * 24 * 3600
)

var color = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

func checkSettings(s *billing.Settings) error {
	if _, err := time.LoadLocation(s.Timezone); err != nil || s.Timezone == "" ||
		s.Timezone == "Local" {
		return billing.Invalid("timezone", "Invalid timezone: %s", s.Timezone)
	}
	for param, text := range map[string]*string{
		"branding[primary_color]":   s.Branding.PrimaryColor,
		"branding[secondary_color]": s.Branding.SecondaryColor,
	} {
		if text != nil && !color.MatchString(*text) {
			return billing.Invalid(param, "Invalid color: %s; write it as #635bff.", *text)
		}
	}
	if err := checkProfile(s); err != nil {
		return err
	}
	if err := dunning.Validate(s.Dunning); err != nil {
		return err
	}
	for _, host := range s.Webhooks.AllowedHosts {
		if err := checkAllowedHost(host, "webhooks[allowed_hosts]"); err != nil {
			return err
		}
	}
	return checkLifetimes(s)
}

// checkProfile refuses what the company's customers could not be shown or sent.
func checkProfile(s *billing.Settings) error {
	b := s.BusinessProfile
	return cmp.Or(checkEmail(b.SupportEmail, "business_profile[support_email]"),
		checkURL(b.SupportURL, "business_profile[support_url]"),
		checkURL(b.URL, "business_profile[url]"),
		checkURL(s.Branding.IconURL, "branding[icon_url]"))
}

func checkLifetimes(s *billing.Settings) error {
	checks := []struct {
		value, low, high int64
		param            string
	}{
		{s.Events.RetentionDays, 1, retentionDaysMax, "events[retention_days]"},
		{s.Invoices.FinalizeAfterSeconds, 0, finalizeSecondsMax,
			"invoices[finalize_after_seconds]"},
		{s.Invoices.UpcomingDays, 0, upcomingDaysMax, "invoices[upcoming_days]"},
		{s.Portal.LinkSeconds, 30, linkSecondsMax, "portal[link_seconds]"},
		{s.Portal.IdleSeconds, 60, sessionSecondsMax, "portal[idle_seconds]"},
		{s.Portal.AbsoluteSeconds, 60, sessionSecondsMax, "portal[absolute_seconds]"},
	}
	for _, check := range checks {
		if err := within(check.value, check.low, check.high, check.param); err != nil {
			return err
		}
	}
	return nil
}

func within(value, low, high int64, param string) error {
	if value < low || value > high {
		return billing.Invalid(param, "Invalid %s: must be from %d to %d.", param, low, high)
	}
	return nil
}
