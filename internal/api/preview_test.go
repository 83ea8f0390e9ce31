package api_test

import (
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// previewing is a subscriber whose every preview is asked for.
type previewing struct {
	*desk
	customer, subscription, price, item, coupon string
}

func openPreviews(t *testing.T, opener storetest.Opener) *previewing {
	t.Helper()
	p := &previewing{desk: paidOn(t, opener)}
	p.customer, p.subscription, p.price = p.subscriber()
	p.item = p.get("/v1/subscriptions/" + p.subscription).text("items.data.0.id")
	p.coupon = p.post("/v1/coupons", "percent_off=25", "duration=forever").id()
	return p
}

// change is the update of the subscription as words, with a prefix around each parameter.
func (p *previewing) change(in func(name string) string) []string {
	return []string{in("items") + "[0][id]=" + p.item, in("items") + "[0][quantity]=3",
		in("proration_behavior") + "=always_invoice"}
}

// all are previews of a renewal, a change with a coupon, an end, and a subscription to come.
func (p *previewing) all() (kinds map[string]*answer) {
	ask := func(words ...string) *answer {
		return p.post("/v1/invoices/create_preview", words...)
	}
	of := "subscription=" + p.subscription
	details := func(name string) string { return "subscription_details[" + name + "]" }
	return map[string]*answer{
		"renewal": ask(of),
		"change":  ask(append(p.change(details), of, "discounts[0][coupon]="+p.coupon)...),
		"end":     ask(of, "subscription_details[cancel_now]=true"),
		"start": ask("customer="+p.customer, "discounts[0][coupon]="+p.coupon,
			"subscription_details[items][0][price]="+p.price),
	}
}

func TestPreviewsWriteNothingAndWaitForNobody(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		p := openPreviews(t, opener)
		stats, events := p.app.DB.Stats(), len(p.eventTypes())
		writes, commits := stats.Writes.Load(), stats.Commits.Load()
		// Meanwhile somebody has locked every row that the change would write.
		scope := billing.Scope{Account: p.account.ID}
		origin := store.Origin{Scope: scope, Now: storetest.Now}
		err := p.app.DB.Write(t.Context(), origin, func(tx *store.Tx) error {
			_, err := store.Customers.Lock(tx, p.customer)
			if err != nil {
				return err
			}
			if _, err := store.Subscriptions.Lock(tx, p.subscription); err != nil {
				return err
			}
			if _, err := store.Coupons.Lock(tx, p.coupon); err != nil {
				return err
			}
			p.all()
			if got := stats.Writes.Load() + stats.Commits.Load(); got != writes+commits {
				t.Errorf("previews wrote %d times", got-writes-commits)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if now := len(p.eventTypes()); now != events {
			t.Errorf("previews left %d events", now-events)
		}
		p.get("/v1/coupons/"+p.coupon).want("times_redeemed", "0")
		p.get("/v1/subscriptions", "customer="+p.customer).want("data.1", "null").
			want("data.0.items.data.0.quantity", "1").want("data.0.discounts", "[]")
		p.get("/v1/invoices", "customer="+p.customer).want("data.1", "null")
	})
}

func TestAChangeIsChargedAsItWasPreviewed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		p := openPreviews(t, opener)
		kinds := p.all()
		for kind, total := range map[string]string{"renewal": "2000", "change": "2500",
			"end": "-2000", "start": "1500"} {
			kinds[kind].want("total", total)
		}
		p.post("/v1/subscriptions/"+p.subscription, append(p.change(plain),
			"discounts[0][coupon]="+p.coupon, "expand[]=latest_invoice")...).
			want("latest_invoice.amount_paid", "2500")
		p.post("/v1/subscriptions", "customer="+p.customer, "items[0][price]="+p.price,
			"discounts[0][coupon]="+p.coupon, "expand[]=latest_invoice").
			want("latest_invoice.amount_paid", "1500")
	})
}

func plain(name string) string { return name }
