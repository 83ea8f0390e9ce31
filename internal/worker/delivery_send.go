package worker

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/outbound"
	"github.com/portico-billing/portico/internal/store"
)

// userAgent names us to the receiver.
const userAgent = "Portico/1.0 (+https://github.com/portico-billing/portico)"

// parcel is a delivery with what it takes to send it.
type parcel struct {
	store.Delivery
	endpoint *billing.WebhookEndpoint
	allow    []string // what this account's webhooks may reach beside the public internet
	body     []byte
	gone     string // why it cannot be sent at all; "" when it can
}

// load reads what a lane sends on one snapshot.
func (w *Worker) load(ctx context.Context, lane []store.Delivery) (out []parcel, err error) {
	scope := lane[0].Scope
	err = w.DB.Read(ctx, scope, w.Clock.Now().Unix(), func(v *store.View) error {
		endpoint, err := store.WebhookEndpoints.Get(v, lane[0].Endpoint)
		gone := ""
		switch {
		case errors.Is(err, store.ErrNotFound):
			gone = "the endpoint was deleted"
		case err != nil:
			return err
		case endpoint.Status != "enabled":
			gone = "the endpoint was disabled"
		}
		settings, err := store.LoadSettings(v)
		if err != nil {
			return err
		}
		for _, d := range lane {
			p := parcel{Delivery: d, endpoint: endpoint, allow: settings.Webhooks.AllowedHosts,
				gone: gone}
			if gone == "" {
				if err := p.fill(v); err != nil {
					return err
				}
			}
			out = append(out, p)
		}
		return nil
	})
	return out, err
}

func (p *parcel) fill(v *store.View) error {
	event, err := store.Event(v, p.Event)
	if errors.Is(err, store.ErrNotFound) {
		p.gone = "the event was pruned"
		return nil
	}
	if err != nil {
		return err
	}
	version := ""
	if p.endpoint.APIVersion != nil {
		version = *p.endpoint.APIVersion
	}
	p.body = envelope(event, version)
	return nil
}

// send makes one try and says how it went.
func (w *Worker) send(ctx context.Context, p parcel) store.DeliveryResult {
	at := w.Clock.Now()
	result := store.DeliveryResult{State: store.DeliveryFailed, AtMs: at.UnixMilli(), Error: p.gone}
	if p.gone != "" {
		return result
	}
	header := http.Header{}
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("Accept", "*/*")
	header.Set("User-Agent", userAgent)
	header.Set(outbound.SignatureHeader,
		outbound.Sign(at.Unix(), p.body, p.endpoint.Private.Secret))
	client := w.clients.of(w.Guard.With(p.allow...), w.Client)
	answer, err := outbound.Post(ctx, client, outbound.Request{URL: p.endpoint.URL,
		Header: header, Body: p.body})
	result.Status = int64(answer.Status)
	if err == nil && answer.OK() {
		result.State = store.DeliveryDelivered
		return result
	}
	result.Error = failure(answer, err)
	firstAtMs := p.FirstAtMs
	if firstAtMs == 0 {
		firstAtMs = result.AtMs
	}
	if next, again := nextTry(p.Tries+1, firstAtMs, result.AtMs); again {
		result.State, result.NextMs = store.DeliveryPending, next
	}
	return result
}

// failure is what the owner of the endpoint, and the log, are told: why, and not the address, whose
// path may be a secret between the two.
func failure(answer outbound.Answer, err error) string {
	var refused *outbound.RefusedError
	var network net.Error
	var addressed *url.Error
	if errors.As(err, &addressed) {
		err = addressed.Err
	}
	switch {
	case err == nil && answer.Status >= 300 && answer.Status <= 399:
		return "answered " + strconv.Itoa(answer.Status) + "; redirects are not followed"
	case err == nil:
		return strings.TrimSpace("answered " + strconv.Itoa(answer.Status) + " " +
			excerpt(answer.Body))
	case errors.As(err, &refused):
		return "refused: " + refused.Error()
	case errors.As(err, &network) && network.Timeout():
		return "timed out"
	}
	return excerpt([]byte(err.Error()))
}

// excerpt is the start of a text that somebody else wrote, in characters that print.
func excerpt(b []byte) string {
	const most = 500
	s := strings.ToValidUTF8(string(b[:min(len(b), most)]), "")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s))
}

// clients holds one HTTP client for each allow list, because a connection that one account may
// have must not be used by another that may not.
type clients struct {
	mu  sync.Mutex
	all map[string]*http.Client
}

// clientsMax bounds what changing settings leave behind.
const clientsMax = 64

func (c *clients) of(g outbound.Guard, o outbound.Options) *http.Client {
	key := strings.Join(g.Allow, "\n")
	c.mu.Lock()
	defer c.mu.Unlock()
	if client := c.all[key]; client != nil {
		return client
	}
	if len(c.all) >= clientsMax {
		c.closeAll()
	}
	if c.all == nil {
		c.all = map[string]*http.Client{}
	}
	client := outbound.Client(g, o)
	c.all[key] = client
	return client
}

func (c *clients) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closeAll()
}

func (c *clients) closeAll() {
	for _, client := range c.all {
		client.CloseIdleConnections()
	}
	c.all = nil
}
