package billing

import "encoding/json"

// Event tells the app that something changed. Data holds the exact bytes that are sent.
type Event struct {
	ID              string          `json:"id"`
	Object          string          `json:"object"`
	APIVersion      string          `json:"api_version"`
	Created         int64           `json:"created"`
	Data            json.RawMessage `json:"data"`
	Livemode        bool            `json:"livemode"`
	PendingWebhooks int64           `json:"pending_webhooks"`
	Request         EventRequest    `json:"request"`
	Type            string          `json:"type"`
}

// EventRequest is the API request that caused an event; nulls when the engine acted by itself.
type EventRequest struct {
	ID             *string `json:"id"`
	IdempotencyKey *string `json:"idempotency_key"`
}

// WebhookEndpoint is where events are sent.
type WebhookEndpoint struct {
	ID            string      `json:"id"`
	Object        string      `json:"object"`
	APIVersion    *string     `json:"api_version"`
	Application   Null        `json:"application"`
	Created       int64       `json:"created"`
	Description   *string     `json:"description"`
	EnabledEvents Arr[string] `json:"enabled_events"`
	Livemode      bool        `json:"livemode"`
	Metadata      Metadata    `json:"metadata"`
	Secret        *string     `json:"secret,omitempty"` // only in the answer to its creation
	Status        string      `json:"status"`           // enabled, disabled
	URL           string      `json:"url"`

	Private WebhookEndpointPrivate `json:"-"`
}

// WebhookEndpointPrivate holds the signing secret and how the endpoint fares.
type WebhookEndpointPrivate struct {
	Secret       string `json:"secret"`
	FailingSince *int64 `json:"failing_since,omitempty"`
	Deleted      bool   `json:"deleted,omitempty"`
}

// TestClock is a clock that test objects live by.
type TestClock struct {
	ID            string                 `json:"id"`
	Object        string                 `json:"object"` // "test_helpers.test_clock"
	Created       int64                  `json:"created"`
	DeletesAfter  int64                  `json:"deletes_after"`
	FrozenTime    int64                  `json:"frozen_time"`
	Livemode      bool                   `json:"livemode"`
	Name          *string                `json:"name"`
	Status        string                 `json:"status"` // ready, advancing, internal_failure
	StatusDetails TestClockStatusDetails `json:"status_details"`

	Deleted bool `json:"-"`
}

// States of a test clock.
const (
	TestClockReady           = "ready"
	TestClockAdvancing       = "advancing"
	TestClockInternalFailure = "internal_failure"
)

// TestClockStatusDetails say where an advancing clock is going.
type TestClockStatusDetails struct {
	Advancing *TestClockAdvancingDetails `json:"advancing,omitempty"`
}

// TestClockAdvancingDetails hold the time to come.
type TestClockAdvancingDetails struct {
	TargetFrozenTime int64 `json:"target_frozen_time"`
}
