package sim

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/store"
)

// PaymentsPlan is an experiment: many invoices are collected through a gateway that cannot be
// relied on, by the commands and the worker of the product, until each is final.
type PaymentsPlan struct {
	Engine   string
	Invoices int
	Dice     Dice
	Seed     uint64 // of the gateway's faults
	// Crashes is in how many of a thousand dangerous moments the process dies.
	Crashes int
	// Say is told how far it is; nil tells nobody.
	Say func(string)
}

// PaymentsReport is what came of it. The first three must be zero.
type PaymentsReport struct {
	ChargedTwice  int // invoices for which the gateway took more than was due and nobody knows
	NeverRecorded int // captures that our books do not have
	Parked        int // attempts that wait for a person

	Invoices, Paid, Attempts, Retried, Crashes int
	Open                                       int // invoices that are neither paid nor given up
	Complaints                                 []simulator.Finding
}

// String is the report on one line.
func (r PaymentsReport) String() string {
	return fmt.Sprintf("charged twice %d, captured but never recorded %d, parked %d "+
		"(%d invoices, %d paid, %d undecided; %d attempts, %d sent again; %d crashes)",
		r.ChargedTwice, r.NeverRecorded, r.Parked, r.Invoices, r.Paid, r.Open, r.Attempts,
		r.Retried, r.Crashes)
}

// customersPerDay bounds how many renew at a time, and so how many days an experiment takes.
const customersPerDay = 2000

// Payments carries the experiment out. Customers with daily subscriptions pay every day, some of
// them at first with a card that is declined.
func Payments(t testing.TB, p PaymentsPlan) PaymentsReport {
	t.Helper()
	h := Open(t, p.Engine)
	x := &experiment{House: h, PaymentsPlan: p}
	x.subscribe()
	calls, notices := simulator.Unreliable().Plan(p.Seed)
	h.faults = faults{on: true, dice: p.Dice, crashes: p.Crashes, calls: calls, notices: notices,
		outage: x.down}
	for x.day = 0; x.issued() < p.Invoices; x.day++ {
		x.spoilCards()
		h.MoveTo(h.Clock.Now().Add(24*time.Hour), time.Hour)
		if p.Say != nil {
			p.Say(fmt.Sprintf("day %d, %d invoices", x.day+1, x.issued()))
		}
	}
	x.finish()
	return x.Report()
}

type experiment struct {
	*House
	PaymentsPlan
	day       int
	customers []payer
	downUntil time.Time
}

// payer is a customer with a card that works and one that is declined.
type payer struct {
	id, good, bad string
	spoilt        int // days until they use the good card again
}

func (x *experiment) subscribe() {
	x.Helper()
	x.must("/v1/products", values("name=Daily", "id=prod_daily"))
	price := x.must("/v1/prices", values("product=prod_daily", "unit_amount=1000", "currency=usd",
		"recurring[interval]=day"))
	n := min(max(x.Invoices/20, 5), customersPerDay)
	for i := range n {
		c := x.must("/v1/customers", values("name=Payer "+strconv.Itoa(i),
			"payment_method=pm_card_visa",
			"invoice_settings[default_payment_method]=pm_card_visa"))
		who := payer{id: c.text("id")}
		settings, _ := c.Body["invoice_settings"].(map[string]any)
		who.good, _ = settings["default_payment_method"].(string)
		bad := x.must("/v1/payment_methods/pm_card_chargeCustomerFail/attach",
			values("customer="+who.id))
		who.bad = bad.text("id")
		x.must("/v1/subscriptions", values("customer="+who.id, "items[0][price]="+price.text("id")))
		x.customers = append(x.customers, who)
	}
}

// spoilCards lets one customer in fifty use a card that is declined, for up to three days. Then
// an invoice is retried, and paid.
func (x *experiment) spoilCards() {
	x.Helper()
	for i := range x.customers {
		who := &x.customers[i]
		card := ""
		switch {
		case who.spoilt > 1:
			who.spoilt--
		case who.spoilt == 1:
			who.spoilt, card = 0, who.good
		case x.Dice.IntN(50) == 0:
			who.spoilt, card = 1+x.Dice.IntN(3), who.bad
		}
		if card != "" {
			x.Post("/v1/customers/"+who.id,
				values("invoice_settings[default_payment_method]="+card), "")
		}
	}
	if x.Dice.IntN(50) == 0 {
		x.downUntil = x.Clock.Now().Add(time.Duration(1+x.Dice.IntN(100)) * time.Hour)
	}
}

func (x *experiment) down() bool { return x.Clock.Now().Before(x.downUntil) }

func (x *experiment) issued() int { return (x.day + 1) * len(x.customers) }

// finish stops the subscriptions and waits until nothing is undecided: three weeks are longer
// than the last retry, the last notification and the life of a key.
func (x *experiment) finish() {
	x.Helper()
	for _, who := range x.customers {
		x.Post("/v1/customers/"+who.id,
			values("invoice_settings[default_payment_method]="+who.good), "")
	}
	x.faults.crashes = 0
	for _, id := range x.running() {
		a, _ := x.try("DELETE", "/v1/subscriptions/"+id, nil, "")
		if !a.OK() {
			x.Fatalf("cancel %s: %d %s", id, a.Status, a.Raw)
		}
	}
	x.MoveTo(x.Clock.Now().Add(21*24*time.Hour), 6*time.Hour)
	x.faults.on = false
	x.MoveTo(x.Clock.Now().Add(2*24*time.Hour), 6*time.Hour)
}

func (x *experiment) running() (ids []string) {
	x.view(func(v *store.View) error {
		return every(v, store.Subscriptions, func(s *billing.Subscription) string { return s.ID },
			func(s *billing.Subscription) {
				if !s.Status.Ended() {
					ids = append(ids, s.ID)
				}
			})
	})
	return ids
}

// Report compares the gateway's books with ours, attempt by attempt and invoice by invoice.
func (h *House) Report() (r PaymentsReport) {
	h.Helper()
	taken := h.captured()
	invoices := map[string]*paidFor{}
	h.view(func(v *store.View) error {
		err := every(v, store.Attempts, func(a *store.Attempt) string { return a.ID },
			func(a *store.Attempt) {
				r.Attempts++
				r.Retried += int(a.Replays)
				if a.State == store.AttemptParked {
					r.Parked++
				}
				if got := taken[a.ID]; got != 0 {
					if a.State != store.AttemptSucceeded {
						r.NeverRecorded++
					}
					if a.Invoice != "" {
						of(invoices, a.Invoice).captured += got
					}
				}
				delete(taken, a.ID)
			})
		if err != nil {
			return err
		}
		return every(v, store.Invoices, func(in *billing.Invoice) string { return in.ID },
			func(in *billing.Invoice) { r.invoice(in, of(invoices, in.ID).captured) })
	})
	r.NeverRecorded += len(taken)
	r.Crashes = h.Crashes
	var err error
	if r.Complaints, err = h.Gateway.Audit(context.Background()); err != nil {
		h.Fatal(err)
	}
	return r
}

type paidFor struct{ captured int64 }

func of(invoices map[string]*paidFor, id string) *paidFor {
	if invoices[id] == nil {
		invoices[id] = &paidFor{}
	}
	return invoices[id]
}

func (r *PaymentsReport) invoice(in *billing.Invoice, captured int64) {
	r.Invoices++
	switch in.Status {
	case billing.InvoicePaid:
		r.Paid++
	case billing.InvoiceOpen, billing.InvoiceDraft:
		if in.NextPaymentAttempt != nil || in.Private.FinalizeAt != nil {
			r.Open++
		}
	}
	if captured > in.AmountPaid+in.AmountOverpaid-in.AmountPaidOffStripe || captured > in.Total {
		r.ChargedTwice++
	}
}

// captured is what the gateway took, by attempt.
func (h *House) captured() map[string]int64 {
	h.Helper()
	taken := map[string]int64{}
	for cursor, first := "", true; first || cursor != ""; first = false {
		entries, next, err := h.Gateway.Entries(context.Background(), time.Time{},
			time.Unix(math.MaxInt32, 0), cursor)
		if err != nil {
			h.Fatal(err)
		}
		for _, e := range entries {
			if e.Kind == string(gateway.OpCharge) {
				taken[e.Attempt] += e.Moved.Minor
			}
		}
		cursor = next
	}
	return taken
}

func (h *House) view(look func(*store.View) error) {
	h.Helper()
	err := h.DB.Read(context.Background(), h.Scope, h.Clock.Now().Unix(), look)
	if err != nil {
		h.Fatal(err)
	}
}

// every walks over a collection, newest first.
func every[T any](v *store.View, c *store.Collection[T], id func(*T) string,
	look func(*T)) error {
	page := store.Page{Limit: 500}
	for more := true; more; {
		var nouns []*T
		var err error
		if nouns, more, err = c.List(v, page); err != nil {
			return err
		}
		for _, noun := range nouns {
			look(noun)
			page.StartingAfter = id(noun)
		}
	}
	return nil
}
