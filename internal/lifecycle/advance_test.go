package lifecycle_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/lifecycle"
)

const now = 1000

type with func(*billing.Subscription)

func item(end int64) with {
	return func(s *billing.Subscription) {
		s.Items.Data = append(s.Items.Data, billing.SubscriptionItem{CurrentPeriodEnd: end})
	}
}

func status(to billing.SubscriptionStatus) with {
	return func(s *billing.Subscription) { s.Status = to }
}

func cancel(at int64) with { return func(s *billing.Subscription) { s.CancelAt = &at } }

func expires(at int64) with {
	return func(s *billing.Subscription) { s.Private.ExpiresAt = &at }
}

func pending(at int64) with {
	return func(s *billing.Subscription) { s.PendingUpdate = &billing.PendingUpdate{ExpiresAt: at} }
}

func notice(at int64) with {
	return func(s *billing.Subscription) { s.Private.TrialNoticeAt = &at }
}

func resumes(at int64) with {
	return func(s *billing.Subscription) {
		s.PauseCollection = &billing.PauseCollection{ResumesAt: &at}
	}
}

func items(at int64) with {
	return func(s *billing.Subscription) { s.NextPendingInvoiceItemInvoice = &at }
}

// TestNextStep looks at what is due first; at the same second the order of the steps decides.
func TestNextStep(t *testing.T) {
	t.Parallel()
	all := []with{item(now), pending(now), notice(now), resumes(now), cancel(now), items(now)}
	for name, tc := range map[string]struct {
		with []with
		want lifecycle.Step
		at   int64
	}{
		"nothing":                  {nil, lifecycle.StepNone, 0},
		"the period ends":          {all[:1], lifecycle.StepRenew, now},
		"the first of two periods": {list(item(now+9), item(now)), lifecycle.StepRenew, now},
		"an end before the period's": {list(item(now), cancel(now-1)),
			lifecycle.StepCancel, now - 1},
		"an end with the period's":  {list(item(now), cancel(now)), lifecycle.StepCancel, now},
		"an end after the period's": {list(item(now), cancel(now+1)), lifecycle.StepRenew, now},
		"resume before cancel": {list(item(now), cancel(now), resumes(now)),
			lifecycle.StepResume, now},
		"pending update first":        {all, lifecycle.StepPendingExpired, now},
		"items with the period's end": {list(item(now), items(now)), lifecycle.StepRenew, now},
		"items before it": {list(item(now), items(now-1)),
			lifecycle.StepPendingItems, now - 1},
		"no notice outside a trial": {list(item(now), notice(1)), lifecycle.StepRenew, now},
		"a notice in a trial": {list(item(now), notice(1), status("trialing")),
			lifecycle.StepTrialNotice, 1},
		"incomplete only expires": {append(all, expires(now+5), status("incomplete")),
			lifecycle.StepExpire, now + 5},
		"a paused one does not renew": {list(item(now), items(now), status("paused")),
			lifecycle.StepNone, 0},
		"a paused one can end": {list(item(now), cancel(now+7), status("paused")),
			lifecycle.StepCancel, now + 7},
		"an unpaid one renews": {list(item(now), status("unpaid")),
			lifecycle.StepRenew, now},
		"canceled is final": {append(all, status("canceled")), lifecycle.StepNone, 0},
		"incomplete_expired, as well": {append(all, status("incomplete_expired")),
			lifecycle.StepNone, 0},
		"a past due one still renews": {list(item(now), status("past_due")),
			lifecycle.StepRenew, now},
		"without items nothing renews": {list(cancel(now)), lifecycle.StepCancel, now},
	} {
		sub := &billing.Subscription{Status: billing.SubscriptionActive}
		for _, f := range tc.with {
			f(sub)
		}
		if step, at := lifecycle.NextStep(sub); step != tc.want || at != tc.at {
			t.Errorf("%s: %q at %d, want %q at %d", name, step, at, tc.want, tc.at)
		}
		lifecycle.Schedule(sub)
		if next := sub.Private.NextAt; (next == nil) != (tc.want == lifecycle.StepNone) {
			t.Errorf("%s: scheduled %v", name, next)
		}
	}
}

func list(fs ...with) []with { return fs }

// TestRenewAtTheSecond renews nothing before a period's end, and once at it.
func TestRenewAtTheSecond(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		now   string
		lines int
		end   string
	}{
		{"2024-02-29 11:59:59", 0, "2024-02-29 12:00:00"},
		{"2024-02-29 12:00:00", 1, "2024-03-31 12:00:00"},
		{"2024-02-29 12:00:01", 1, "2024-03-31 12:00:00"},
	} {
		b := shop()
		sub := started(t, b, billing.BillingFlexible, "2024-01-31 12:00:00", "ten")
		next, err := b.Renew(sub, at(tc.now))
		if err != nil || len(next.Lines) != tc.lines {
			t.Fatalf("%s: %v, %v", tc.now, next.Lines, err)
		}
		if got := sub.Items.Data[0].CurrentPeriodEnd; got != at(tc.end) {
			t.Errorf("%s: the period ends at %d, want %s", tc.now, got, tc.end)
		}
	}
}

// TestPeriodsTile renews for years: periods follow each other without a hole or an overlap, each
// is billed once, and the anchor's day comes back.
func TestPeriodsTile(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := shop()
		price := rapid.SampledFrom([]string{"ten", "week", "year"}).Draw(t, "price")
		mode := rapid.SampledFrom([]string{"classic", "flexible"}).Draw(t, "mode")
		start := at("2024-01-01") + rapid.Int64Range(0, 4*366*86400).Draw(t, "start")
		sub := &billing.Subscription{ID: "sub", Currency: "usd",
			BillingMode: billing.BillingMode{Type: mode}}
		sub.Items.Data = billing.Arr[billing.SubscriptionItem]{{ID: "si", Quantity: 1,
			Price: billing.Embed[billing.Price]{ID: price}}}
		lines, err := b.Start(sub, lifecycle.StartInput{Now: start})
		if err != nil {
			t.Fatal(err)
		}
		if end := start + rapid.Int64Range(1, 900*86400).Draw(t, "end"); end%2 == 0 {
			sub.CancelAt = &end
		}
		billed := lines[0].Period.End
		for range 30 {
			step, due := lifecycle.NextStep(sub)
			if step != lifecycle.StepRenew {
				return
			}
			next, err := b.Renew(sub, due)
			if err != nil || len(next.Lines) != 1 {
				t.Fatalf("%v, %v", next.Lines, err)
			}
			p := next.Lines[0].Period
			if p.Start != billed || p.End <= p.Start {
				t.Fatalf("billed until %d, then [%d, %d)", billed, p.Start, p.End)
			}
			if sub.CancelAt != nil && p.End > *sub.CancelAt {
				t.Fatalf("billed until %d, but it ends at %d", p.End, *sub.CancelAt)
			}
			billed = p.End
		}
	})
}

// TestDebitsAreRememberedOnce: the lines of an invoice are what flexible credits are taken from.
func TestDebitsAreRememberedOnce(t *testing.T) {
	t.Parallel()
	b := shop()
	sub := started(t, b, billing.BillingFlexible, "2024-04-01", "ten")
	if n := len(sub.Private.Debits); n != 1 {
		t.Fatalf("%d debits", n)
	}
	next, err := b.Renew(sub, at("2024-05-01"))
	if err != nil {
		t.Fatal(err)
	}
	bill(b, sub, next.Lines, at("2024-05-01"))
	d := sub.Private.Debits
	if len(d) != 1 || d[0].Start != at("2024-05-01") || d[0].Amount != 1000 {
		t.Fatalf("debits %+v: what has passed is forgotten", d)
	}
}
