package api_test

import (
	"strings"
	"testing"
)

func TestWebhookEndpoints(t *testing.T) {
	t.Parallel()
	d := open(t)
	e := d.post("/v1/webhook_endpoints", "url=https://x.test/hook", "enabled_events[]=*",
		"api_version=2026-06-24.dahlia", "description=Mine")
	if !strings.HasPrefix(e.text("secret"), "whsec_") {
		t.Errorf("secret: %s", e.raw)
	}
	path := "/v1/webhook_endpoints/" + e.id()
	if shown := d.get(path); shown.at("secret") != nil {
		t.Errorf("the secret is shown again: %s", shown.raw)
	}
	d.post(path, "disabled=true", "enabled_events[]=invoice.paid").want("status", `"disabled"`).
		want("enabled_events", `["invoice.paid"]`)
	d.post(path, "disabled=false", "description=").want("status", `"enabled"`)
	d.del(path).want("deleted", "true")
	d.do("GET", path).refused(404, "", "resource_missing", "id", "")
	for _, address := range []string{"x.test", "ftp://x.test", "https://user:pw@x.test",
		"http://localhost/x", "http://localhost.", "http://127.0.0.1", "http://127.1",
		"http://0x7f.1", "http://10.0.0.8", "http://169.254.169.254", "http://[::1]",
		"http://[::ffff:10.0.0.1]", "http://[64:ff9b::a00:1]", "http://100.64.0.1",
		"http://intranet"} {
		d.do("POST", "/v1/webhook_endpoints", "url="+address, "enabled_events[]=*").
			refused(400, "invalid_request_error", "url_invalid", "url", "")
	}
	d.post("/v1/portico/settings", "webhooks[allowed_hosts][]=127.0.0.0/8",
		"webhooks[allowed_hosts][]=localhost")
	for _, address := range []string{"http://127.0.0.1:9/x", "http://localhost:9/x"} {
		d.post("/v1/webhook_endpoints", "url="+address, "enabled_events[]=*")
	}
	d.key = d.account.LiveKey
	d.do("POST", "/v1/webhook_endpoints", "url=http://x.test", "enabled_events[]=*").
		refused(400, "", "url_invalid", "url", "")
}

func TestEvents(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.post("/v1/webhook_endpoints", "url=https://x.test/hook", "enabled_events[]=product.created")
	d.header.Set("Idempotency-Key", "k1")
	p := d.post("/v1/products", "name=Gold")
	d.header.Del("Idempotency-Key")
	d.post("/v1/products/"+p.id(), "name=Silver", "metadata[a]=1")
	list := d.get("/v1/events", "type=product.*")
	list.want("data.0.type", `"product.updated"`).
		want("data.0.data.previous_attributes", `{"metadata":{"a":null},"name":"Gold"}`).
		want("data.0.data.object.name", `"Silver"`).want("data.0.pending_webhooks", "0").
		want("data.1.request.idempotency_key", `"k1"`).want("data.1.pending_webhooks", "1").
		want("data.1.request.id", `"`+p.header.Get("Request-Id")+`"`)
	d.get("/v1/events/"+list.ids()[1]).want("data.object.id", `"`+p.id()+`"`)
	d.get("/v1/events", "types[]=product.created", "types[]=customer.created").
		want("data.0.type", `"product.created"`).want("data.1", "null")
	d.get("/v1/events", "delivery_success=false").want("data.0.type", `"product.created"`)
	d.do("GET", "/v1/events/evt_no").refused(404, "", "resource_missing", "id",
		"No such event: 'evt_no'")
	d.do("GET", "/v1/events", "starting_after=evt_no").refused(400, "", "", "starting_after", "")
}

// TestRetryEvent: an event is sent again by hand, to one endpoint or to all that listen to it.
func TestRetryEvent(t *testing.T) {
	t.Parallel()
	d := open(t)
	hook := func(events string) string {
		return d.post("/v1/webhook_endpoints", "url=https://x.test/hook",
			"enabled_events[]="+events).id()
	}
	all, paid, off := hook("*"), hook("invoice.paid"), hook("product.created")
	d.post("/v1/webhook_endpoints/"+off, "disabled=true")
	d.post("/v1/products", "name=Gold")
	evt := d.get("/v1/events", "type=product.created").ids()[0]
	path := "/v1/events/" + evt + "/retry"
	d.post(path).want("id", `"`+evt+`"`).want("pending_webhooks", "1")
	d.post(path, "webhook_endpoint="+all).want("pending_webhooks", "1")
	// One that is named gets it although it does not listen to it.
	d.post(path, "webhook_endpoint="+paid, "account="+d.account.ID).want("pending_webhooks", "2")
	d.post(path, "for_stripecli=true").want("pending_webhooks", "2")
	d.do("POST", path, "webhook_endpoint="+off).refused(400, "", "", "webhook_endpoint", "")
	d.do("POST", path, "webhook_endpoint=we_no").
		refused(400, "", "resource_missing", "webhook_endpoint", "")
	d.do("POST", path, "account=acct_no").refused(400, "", "resource_missing", "account", "")
	d.do("POST", "/v1/events/evt_no/retry").refused(404, "", "resource_missing", "id", "")
	d.key = d.other.TestKey
	d.do("POST", path).refused(404, "", "resource_missing", "id", "")
}

func TestSettings(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.post("/v1/portico/settings", "branding[primary_color]=#112233", "timezone=Europe/Rome",
		"dunning[retry_days][0]=1", "dunning[retry_days][1]=2", "tax[rounding]=invoice",
		"business_profile[address][city]=Rome", "invoices[finalize_after_seconds]=0").
		want("branding.primary_color", `"#112233"`).want("dunning.retry_days", "[1,2]").
		want("portal.link_seconds", "300")
	d.get("/v1/account").want("settings.branding.primary_color", `"#112233"`).
		want("settings.dashboard.timezone", `"Europe/Rome"`).
		want("business_profile.support_address.city", `"Rome"`)
	for param, field := range map[string]string{
		"timezone":                "timezone=Mars/Olympus",
		"branding[primary_color]": "branding[primary_color]=red",
		"dunning[retry_days][0]":  "dunning[retry_days][0]=0",
		"portal[link_seconds]":    "portal[link_seconds]=1",
		"webhooks[allowed_hosts]": "webhooks[allowed_hosts][]=a/b", "foo": "foo=1",
		"dunning[subscription_outcome]": "dunning[subscription_outcome]=explode",
	} {
		d.do("POST", "/v1/portico/settings", field).refused(400, "", "", param, "")
	}
	d.key = d.account.LiveKey
	d.get("/v1/portico/settings").want("timezone", `"UTC"`).want("livemode", "true")
}
