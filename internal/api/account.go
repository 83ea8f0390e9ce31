package api

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// account is the account as Stripe shows it: the company, with its part of the settings.
type account struct {
	ID              string           `json:"id"`
	Object          string           `json:"object"`
	BusinessProfile accountProfile   `json:"business_profile"`
	BusinessType    billing.Null     `json:"business_type"`
	Capabilities    capabilities     `json:"capabilities"`
	ChargesEnabled  bool             `json:"charges_enabled"`
	Country         string           `json:"country"`
	Created         int64            `json:"created"`
	DefaultCurrency string           `json:"default_currency"`
	DetailsSubmit   bool             `json:"details_submitted"`
	Email           *string          `json:"email"`
	Metadata        billing.Metadata `json:"metadata"`
	PayoutsEnabled  bool             `json:"payouts_enabled"`
	Settings        accountSettings  `json:"settings"`
	Type            string           `json:"type"`
}

type capabilities struct {
	CardPayments string `json:"card_payments"`
}

type accountProfile struct {
	MCC                *string          `json:"mcc"`
	Name               *string          `json:"name"`
	ProductDescription *string          `json:"product_description"`
	SupportAddress     *billing.Address `json:"support_address"`
	SupportEmail       *string          `json:"support_email"`
	SupportPhone       *string          `json:"support_phone"`
	SupportURL         *string          `json:"support_url"`
	URL                *string          `json:"url"`
}

type accountSettings struct {
	Branding     accountBranding     `json:"branding"`
	CardPayments accountCardPayments `json:"card_payments"`
	Dashboard    accountDashboard    `json:"dashboard"`
	Payments     accountPayments     `json:"payments"`
}

type accountBranding struct {
	Icon           billing.Null `json:"icon"` // an uploaded file at Stripe; here it is an address
	Logo           billing.Null `json:"logo"`
	PrimaryColor   *string      `json:"primary_color"`
	SecondaryColor *string      `json:"secondary_color"`
}

type accountCardPayments struct {
	StatementDescriptorPrefix *string `json:"statement_descriptor_prefix"`
}

type accountDashboard struct {
	DisplayName *string `json:"display_name"`
	Timezone    string  `json:"timezone"`
}

type accountPayments struct {
	StatementDescriptor      *string `json:"statement_descriptor"`
	StatementDescriptorKana  *string `json:"statement_descriptor_kana"`
	StatementDescriptorKanji *string `json:"statement_descriptor_kanji"`
}

var getAccount = read(func(c *call, q *store.View) (any, error) {
	stored, err := store.Account(q, q.Scope().Account)
	if err != nil {
		return nil, err
	}
	settings, err := store.LoadSettings(q)
	if err != nil {
		return nil, err
	}
	return showAccount(stored, settings), nil
})

var getSettings = read(func(_ *call, q *store.View) (any, error) {
	return store.LoadSettings(q)
})

func showAccount(a *billing.Account, s *billing.Settings) *account {
	p, b := s.BusinessProfile, s.Branding
	shown := &account{ID: a.ID, Object: "account", Capabilities: capabilities{"active"},
		ChargesEnabled: true, Country: a.Country, Created: a.Created,
		DefaultCurrency: a.DefaultCurrency, DetailsSubmit: true, PayoutsEnabled: true,
		Type: "standard",
		BusinessProfile: accountProfile{Name: p.Name, SupportAddress: p.Address,
			SupportEmail: p.SupportEmail, SupportPhone: p.SupportPhone, SupportURL: p.SupportURL,
			URL: p.URL},
		Settings: accountSettings{
			Branding: accountBranding{PrimaryColor: b.PrimaryColor,
				SecondaryColor: b.SecondaryColor},
			Dashboard: accountDashboard{DisplayName: &a.Name, Timezone: s.Timezone}},
	}
	if a.Email != "" {
		shown.Email = &a.Email
	}
	return shown
}
