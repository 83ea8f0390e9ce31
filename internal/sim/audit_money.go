package sim

import (
	"context"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/store"
)

// tally is what the gateway's own books say.
type tally struct {
	taken    map[string]int64 // by attempt
	returned map[string]int64 // by the gateway's name of the charge's attempt's refund
	count    map[string]int
}

// Money compares the gateway's books with ours, in both directions, and holds what is kept about
// each customer against sums of the auditor's own.
func (a *Auditor) Money() {
	a.Helper()
	books := a.gatewayBooks()
	a.view(func(v *store.View) error {
		attempts, err := a.attempts(v, books)
		if err != nil {
			return err
		}
		for id, minor := range books.taken {
			if attempts[id] == nil {
				a.Errorf("I26: the gateway took %d for %s, which we do not know", minor, id)
			}
		}
		if err := a.surplus(v, attempts, books); err != nil {
			return err
		}
		return a.balances(v)
	})
	findings, err := a.Gateway.Audit(context.Background())
	if err != nil {
		a.Fatal(err)
	}
	for _, f := range findings {
		a.Errorf("I26: the gateway complains: %s: %s", f.Rule, f.Detail)
	}
}

func (a *Auditor) gatewayBooks() tally {
	a.Helper()
	t := tally{map[string]int64{}, map[string]int64{}, map[string]int{}}
	for cursor, first := "", true; first || cursor != ""; first = false {
		entries, next, err := a.Gateway.Entries(context.Background(), time.Time{},
			time.Unix(math.MaxInt32, 0), cursor)
		if err != nil {
			a.Fatal(err)
		}
		for _, e := range entries {
			switch e.Kind {
			case "charge":
				t.taken[e.Attempt] += e.Moved.Minor
				t.count[e.Attempt]++
			case "refund", "refund_failure":
				t.returned[e.Attempt] -= e.Moved.Minor
			}
		}
		cursor = next
	}
	return t
}

// attempts checks each attempt by itself and against the others of its invoice (I25, I26, I28).
func (a *Auditor) attempts(v *store.View, books tally) (map[string]*store.Attempt, error) {
	a.Helper()
	all, open := map[string]*store.Attempt{}, map[string]string{}
	err := every(v, store.Attempts, func(x *store.Attempt) string { return x.ID },
		func(x *store.Attempt) {
			all[x.ID] = x
			charge := gateway.Op(x.Op) == gateway.OpCharge
			if charge && x.State == store.AttemptSucceeded && !x.Hold &&
				books.taken[x.ID] != x.Amount {
				a.Errorf("I26: %s succeeded with %d, the gateway took %d", x.ID, x.Amount,
					books.taken[x.ID])
			}
			if charge && x.State.Open() && x.PaymentIntent != "" {
				if other := open[x.PaymentIntent]; other != "" {
					a.Errorf("I25: %s and %s are under way for %s", other, x.ID, x.PaymentIntent)
				}
				open[x.PaymentIntent] = x.ID
			}
			if books.count[x.ID] > 1 {
				a.Errorf("I25: the gateway was paid %d times by %s", books.count[x.ID], x.ID)
			}
			a.seeAttempt(x, books.taken[x.ID])
			if x.State == store.AttemptParked {
				a.Errorf("I45: %s is parked, although the gateway can be asked", x.ID)
			}
			if in := a.objects[x.Invoice]; charge && in != nil && x.State.Open() &&
				in["status"] == "open" && unix(in["amount_remaining"]) != x.Amount {
				a.Errorf("I28: %s asks for %d, %s still wants %v", x.ID, x.Amount, x.Invoice,
					in["amount_remaining"])
			}
		})
	return all, err
}

// seeAttempt checks what has become of an attempt since the last look: nothing that was unknown is
// declined while the gateway has the money (I29), and nothing was ever charged to a method that had
// been taken away, or for an invoice that asks for nothing (I30).
func (a *Auditor) seeAttempt(x *store.Attempt, taken int64) {
	a.Helper()
	was := a.attempt[x.ID]
	if was == nil || was.State != x.State {
		a.Seen.note("attempt %s %s", x.Op, x.State)
	}
	if was != nil && !was.State.MayBecome(x.State) && was.State.Open() == x.State.Open() &&
		!was.State.Open() {
		a.Errorf("I29: %s was %s and is %s", x.ID, was.State, x.State)
	}
	switch x.State {
	case store.AttemptDeclined, store.AttemptNotExecuted, store.AttemptCanceled:
		if taken != 0 && !x.Hold {
			a.Errorf("I29: %s is %s, and the gateway took %d", x.ID, x.State, taken)
		}
	}
	if was == nil && gateway.Op(x.Op) == gateway.OpCharge && x.Clock == "" {
		if at := a.detached[x.PaymentMethod]; at != 0 && x.Created > at {
			a.Errorf("I30: %s charges %s, which was detached", x.ID, x.PaymentMethod)
		}
		in := a.objects[x.Invoice]
		if status, _ := in["status"].(string); status == "void" {
			voided := unix(dig(in, "status_transitions.voided_at"))
			if x.Created > voided {
				a.Errorf("I30: %s charges for %s, which is void", x.ID, x.Invoice)
			}
		}
	}
	a.attempt[x.ID] = x
}

// surplus: what was taken for an invoice is what was paid on it, or credit (I3, I25).
func (a *Auditor) surplus(v *store.View, attempts map[string]*store.Attempt, books tally) error {
	a.Helper()
	taken := map[string]int64{}
	for id, x := range attempts {
		if x.Invoice != "" && x.State == store.AttemptSucceeded {
			if gone := a.objects[x.Customer]; gone["deleted"] != true {
				taken[x.Invoice] += books.taken[id]
			}
		}
	}
	return every(v, store.Invoices, func(in *billing.Invoice) string { return in.ID },
		func(in *billing.Invoice) {
			booked := in.AmountPaid + in.AmountOverpaid - in.AmountPaidOffStripe
			deleted := a.objects[in.Customer.ID]["deleted"] == true
			if !deleted && taken[in.ID] != booked {
				a.Errorf("I3: %d was taken for %s, %d is booked on it", taken[in.ID], in.ID,
					booked)
			}
			retried := in.Private.RetryAt != nil && in.Status == billing.InvoiceOpen &&
				in.CollectionMethod == billing.ChargeAutomatically
			if in.NextPaymentAttempt != nil && !retried && in.Private.FinalizeAt == nil &&
				in.Status != billing.InvoiceDraft {
				a.Errorf("I31: %s is to be paid at %d, and nothing is planned", in.ID,
					*in.NextPaymentAttempt)
			}
			if in.AttemptCount > 10 {
				a.Errorf("I31: %s was tried %d times", in.ID, in.AttemptCount)
			}
		})
}

// balances: each transaction goes on where the one before ended, and the last is the customer's
// balance (I22).
func (a *Auditor) balances(v *store.View) error {
	a.Helper()
	at := map[string]int64{}
	var all []*billing.CustomerBalanceTransaction
	err := every(v, store.BalanceTransactions,
		func(t *billing.CustomerBalanceTransaction) string { return t.ID },
		func(t *billing.CustomerBalanceTransaction) { all = append(all, t) })
	if err != nil {
		return err
	}
	for _, t := range all {
		at[t.Customer.ID] += t.Amount
	}
	return every(v, store.Customers, func(c *billing.Customer) string { return c.ID },
		func(c *billing.Customer) {
			if c.Balance != at[c.ID] {
				a.Errorf("I22: the balance of %s is %d, its transactions make %d", c.ID,
					c.Balance, at[c.ID])
			}
		})
}

// Quiet checks that everything came to an end (I43, I45), that refunds are within what was taken
// (I27), that coupons were counted (I20), and what the program itself can verify (I21, I33, I41).
func (a *Auditor) Quiet() {
	a.Helper()
	a.reread()
	a.view(func(v *store.View) error {
		if err := a.decided(v); err != nil {
			return err
		}
		if err := a.refunds(v); err != nil {
			return err
		}
		return a.redemptions(v)
	})
	a.onlyOnce()
	a.gapless()
	checks, err := a.App.Verify(context.Background())
	if err != nil {
		a.Fatal(err)
	}
	for _, c := range checks {
		for _, bad := range c.Bad {
			a.Errorf("%s: %s", c.Name, bad)
		}
	}
	dead, err := a.DB.DeadJobs(context.Background(), 10)
	if err != nil {
		a.Fatal(err)
	}
	for _, j := range dead {
		a.Errorf("I43: the job %s %s was given up: %s", j.Kind, j.ID, j.LastError)
	}
	jobs, err := a.DB.ClaimJobs(context.Background(), store.Claim{
		NowMs: a.Clock.Now().UnixMilli(), LeaseMs: 1, Limit: 10})
	if err != nil {
		a.Fatal(err)
	}
	for _, j := range jobs {
		a.Errorf("I43: the job %s %s is still to be done: %s", j.Kind, j.ID, j.LastError)
	}
}

// decided: no attempt is under way and no invoice waits for anything.
func (a *Auditor) decided(v *store.View) error {
	a.Helper()
	err := every(v, store.Attempts, func(x *store.Attempt) string { return x.ID },
		func(x *store.Attempt) {
			if x.State.Open() && x.Clock == "" {
				a.Errorf("I45: %s (%s for %s%s) is still %s", x.ID, x.Op, x.Invoice, x.Refund,
					x.State)
			}
		})
	if err != nil {
		return err
	}
	err = every(v, store.Subscriptions, func(s *billing.Subscription) string { return s.ID },
		func(s *billing.Subscription) {
			if s.Status.Ended() && s.Private.NextAt != nil {
				a.Errorf("I15: %s has ended and is still due at %d", s.ID, *s.Private.NextAt)
			}
			if s.Private.ChangeAttempt != "" {
				a.Errorf("I45: a change of %s still waits for %s", s.ID, s.Private.ChangeAttempt)
			}
		})
	if err != nil {
		return err
	}
	return every(v, store.Invoices, func(in *billing.Invoice) string { return in.ID },
		func(in *billing.Invoice) {
			late := in.Private.RetryAt != nil && *in.Private.RetryAt < v.Now()
			draft := in.Private.FinalizeAt != nil && *in.Private.FinalizeAt < v.Now()
			if in.TestClock.ID == "" && (late || draft) {
				a.Errorf("I45: %s is %s and overdue", in.ID, in.Status)
			}
		})
}

func (a *Auditor) refunds(v *store.View) error {
	a.Helper()
	back := map[string]int64{}
	err := every(v, store.Refunds, func(r *billing.Refund) string { return r.ID },
		func(r *billing.Refund) {
			switch *r.Status {
			case billing.RefundSucceeded, billing.RefundPending:
				back[r.Charge.ID] += r.Amount
			}
		})
	if err != nil {
		return err
	}
	books := a.gatewayBooks()
	var ours, theirs int64
	for _, n := range books.returned {
		theirs += n
	}
	err = every(v, store.Charges, func(c *billing.Charge) string { return c.ID },
		func(c *billing.Charge) {
			ours += back[c.ID]
			if back[c.ID] != c.GivenBack() || c.GivenBack() > c.AmountCaptured {
				a.Errorf("I27: of %d captured, %s gave back %d in refunds of %d", c.AmountCaptured,
					c.ID, c.GivenBack(), back[c.ID])
			}
		})
	if ours != theirs {
		a.Errorf("I24: we gave back %d, the gateway %d", ours, theirs)
	}
	return err
}

func (a *Auditor) redemptions(v *store.View) error {
	a.Helper()
	count, err := store.Redemptions(v)
	if err != nil {
		return err
	}
	return every(v, store.Coupons, func(c *billing.Coupon) string { return c.ID },
		func(c *billing.Coupon) {
			if c.TimesRedeemed != count[c.ID] {
				a.Errorf("I20: %s was redeemed %d times and counts %d", c.ID, count[c.ID],
					c.TimesRedeemed)
			}
			if c.MaxRedemptions != nil && c.TimesRedeemed > *c.MaxRedemptions {
				a.Errorf("I20: %s was redeemed %d times of %d", c.ID, c.TimesRedeemed,
					*c.MaxRedemptions)
			}
		})
}

// onlyOnce: a coupon for one invoice takes off one invoice, and none takes off after its end (I20).
func (a *Auditor) onlyOnce() {
	a.Helper()
	used := map[string]string{}
	for _, id := range a.ids("invoice") {
		in := a.objects[id]
		if in["status"] == "draft" || in["status"] == "void" {
			continue
		}
		offs, _ := in["total_discount_amounts"].([]any)
		for _, o := range offs {
			discount, _ := dig(o, "discount").(string)
			coupon := a.objects[a.field(discount, "source.coupon")]
			if unix(dig(o, "amount")) <= 0 {
				continue // an itemized credit takes back what the discount had taken off
			}
			if coupon["duration"] == "once" && used[discount] != "" {
				a.Errorf("I20: %s, good once, is taken off %s and %s\n%s", discount, used[discount],
					id, a.about(a.field(discount, "subscription")))
			}
			used[discount] = id
		}
	}
}

// gapless: the numbers of a customer's invoices follow each other (I6).
func (a *Auditor) gapless() {
	a.Helper()
	count, last := map[string]int{}, map[string]int{}
	for number := range a.numbers {
		prefix, n, ok := strings.Cut(number, "-")
		sequence, err := strconv.Atoi(n)
		if !ok || err != nil {
			a.Errorf("I6: an invoice has the number %q", number)
		}
		count[prefix]++
		last[prefix] = max(last[prefix], sequence)
	}
	for prefix, n := range count {
		if last[prefix] != n {
			a.Errorf("I6: %d invoices have numbers up to %s-%04d", n, prefix, last[prefix])
		}
	}
}

// plain is a noun as JSON, for dumps.
func plain(noun any) string {
	raw, err := json.Marshal(noun)
	if err != nil {
		panic("sim: " + err.Error())
	}
	return string(raw)
}
