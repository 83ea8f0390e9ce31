package worker

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/portico-billing/portico/internal/billing"
)

// envelope is an event as it is sent. The data are the bytes that were stored with the change:
// they are put in as they are, because encoding them again would change what was signed before.
// apiVersion is the label that the endpoint asked for; "" keeps the event's own.
func envelope(e *billing.Event, apiVersion string) []byte {
	if apiVersion == "" {
		apiVersion = e.APIVersion
	}
	var b bytes.Buffer
	b.Grow(len(e.Data) + 320)
	b.WriteString(`{"id":`)
	b.Write(text(&e.ID))
	b.WriteString(`,"object":"event","api_version":`)
	b.Write(text(&apiVersion))
	b.WriteString(`,"created":` + strconv.FormatInt(e.Created, 10) + `,"data":`)
	b.Write(e.Data)
	b.WriteString(`,"livemode":` + strconv.FormatBool(e.Livemode))
	b.WriteString(`,"pending_webhooks":` + strconv.FormatInt(e.PendingWebhooks, 10))
	b.WriteString(`,"request":{"id":`)
	b.Write(text(e.Request.ID))
	b.WriteString(`,"idempotency_key":`)
	b.Write(text(e.Request.IdempotencyKey))
	b.WriteString(`},"type":`)
	b.Write(text(&e.Type))
	b.WriteByte('}')
	return b.Bytes()
}

// text is a JSON string, or null. A string has an encoding, whatever is in it.
func text(s *string) []byte {
	out, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return out
}
