package app

import (
	"context"
	"regexp"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// WebhookEndpointCreateParams create a webhook endpoint.
type WebhookEndpointCreateParams struct {
	APIVersion    *string                  `form:"api_version"`
	Connect       *bool                    `form:"connect"`
	Description   billing.Optional[string] `form:"description"`
	EnabledEvents []string                 `form:"enabled_events"`
	Metadata      MetadataParams           `form:"metadata"`
	URL           string                   `form:"url"`
}

// apiVersion is the form of every version's name: a date, the release, and the betas that a
// client takes part in.
var apiVersion = regexp.MustCompile(
	`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(\.[a-z_]+)?(; ?[a-z0-9_]+=v\d+)*$`)

// ValidAPIVersion says that a version's name has the form of one. Whatever it names, the pinned
// version is answered.
func ValidAPIVersion(version string) bool { return apiVersion.MatchString(version) }

// webhookSecretLength is the number of characters after "whsec_".
const webhookSecretLength = 32

// CreateWebhookEndpoint registers an address for events. Its signing secret is in the answer and
// is never shown again.
func (a *App) CreateWebhookEndpoint(ctx context.Context, c Caller,
	p WebhookEndpointCreateParams) (shown *billing.WebhookEndpoint, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		switch {
		case len(p.EnabledEvents) == 0:
			return nil, billing.Missing("enabled_events")
		case p.Connect != nil && *p.Connect:
			return nil, billing.Unsupported("connect")
		case p.APIVersion != nil && !ValidAPIVersion(*p.APIVersion):
			return nil, billing.Invalid("api_version", "Invalid API version: %s", *p.APIVersion)
		}
		if err := a.checkWebhookURL(tx, c, p.URL); err != nil {
			return nil, err
		}
		endpoint := &billing.WebhookEndpoint{ID: a.IDs.New("we"), Object: "webhook_endpoint",
			APIVersion: p.APIVersion, Created: tx.Now(), Description: p.Description.Pointer(),
			EnabledEvents: p.EnabledEvents, Livemode: c.Livemode, Status: "enabled", URL: p.URL}
		endpoint.Private.Secret = a.IDs.Secret("whsec", webhookSecretLength)
		if endpoint.Metadata, err = changeMetadata(nil, p.Metadata); err != nil {
			return nil, err
		}
		store.WebhookEndpoints.Insert(tx, endpoint)
		copied := *endpoint
		copied.Secret = new(endpoint.Private.Secret)
		shown = &copied
		return shown, nil
	})
	return shown, err
}

// WebhookEndpointUpdateParams change a webhook endpoint.
type WebhookEndpointUpdateParams struct {
	Description   billing.Optional[string] `form:"description"`
	Disabled      *bool                    `form:"disabled"`
	EnabledEvents []string                 `form:"enabled_events"`
	Metadata      MetadataParams           `form:"metadata"`
	URL           *string                  `form:"url"`
}

// UpdateWebhookEndpoint changes an endpoint. Enabling it again forgives its past failures.
func (a *App) UpdateWebhookEndpoint(ctx context.Context, c Caller, id string,
	p WebhookEndpointUpdateParams) (endpoint *billing.WebhookEndpoint, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if endpoint, err = locked(tx, store.WebhookEndpoints, id); err != nil {
			return nil, err
		}
		if p.URL != nil {
			if err := a.checkWebhookURL(tx, c, *p.URL); err != nil {
				return nil, err
			}
			endpoint.URL = *p.URL
		}
		set(&endpoint.Description, p.Description)
		if len(p.EnabledEvents) > 0 {
			endpoint.EnabledEvents = p.EnabledEvents
		}
		if p.Disabled != nil {
			endpoint.Status = "enabled"
			if *p.Disabled {
				endpoint.Status = "disabled"
			}
			endpoint.Private.FailingSince = nil
		}
		endpoint.Metadata, err = changeMetadata(endpoint.Metadata, p.Metadata)
		return endpoint, err
	})
	return endpoint, err
}

// DeleteWebhookEndpoint stops sending events to an address.
func (a *App) DeleteWebhookEndpoint(ctx context.Context, c Caller,
	id string) (endpoint *billing.WebhookEndpoint, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if endpoint, err = locked(tx, store.WebhookEndpoints, id); err != nil {
			return nil, err
		}
		store.WebhookEndpoints.Delete(tx, endpoint)
		return endpoint, nil
	})
	return endpoint, err
}

// checkWebhookURL refuses an address that could not, or must not, be delivered to. The dial guard
// checks again what a name resolves to.
func (a *App) checkWebhookURL(tx *store.Tx, c Caller, raw string) error {
	settings, err := store.LoadSettings(tx)
	if err != nil {
		return err
	}
	guard := a.Guard.With(settings.Webhooks.AllowedHosts...)
	if err := guard.CheckURL(raw, c.Livemode); err != nil {
		return billing.Invalid("url", "Invalid URL: %s. Add its host to `webhooks[allowed_hosts]` "+
			"of /v1/portico/settings to reach it all the same.", err).WithCode("url_invalid")
	}
	return nil
}
