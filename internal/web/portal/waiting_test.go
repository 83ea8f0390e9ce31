package portal_test

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/gateway/simulator"
	"github.com/portico-billing/portico/internal/store"
)

// line is the way to the bank. While it is dead, what is asked arrives, and no answer comes back.
type line struct {
	*simulator.Simulator
	dead bool
}

var errDead = errors.New("the line is dead")

func (l *line) Setup(ctx context.Context, r gateway.SetupRequest) (gateway.Result, error) {
	result, err := l.Simulator.Setup(ctx, r)
	if l.dead {
		return gateway.Result{}, errDead
	}
	return result, err
}

func (l *line) Charge(ctx context.Context, r gateway.ChargeRequest) (gateway.Result, error) {
	result, err := l.Simulator.Charge(ctx, r)
	if l.dead {
		return gateway.Result{}, errDead
	}
	return result, err
}

func (l *line) Inquire(ctx context.Context,
	q gateway.Inquiry) (gateway.Found, gateway.Result, error) {
	if l.dead {
		return gateway.CannotTell, gateway.Result{}, errDead
	}
	return l.Simulator.Inquire(ctx, q)
}

// inquire lets the worker ask how the payments of a customer went.
func (n *town) inquire(customer string) {
	n.Helper()
	n.clock.Advance(time.Hour / 2)
	var ids []string
	n.view(func(v *store.View) error {
		all, err := store.Attempts.All(v, store.Eq("customer", customer))
		for _, att := range all {
			if att.State.Open() {
				ids = append(ids, att.ID)
			}
		}
		return err
	})
	for _, id := range ids {
		n.must(n.app.InquireAttempt(n.Context(), n.scope, id))
	}
}

func TestAChangeWaitsForTheBank(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	n.at(upgrade)
	path := "/p/subscriptions/" + sub
	b := n.enter(ada).get(review(sub, n.business))
	form := b.form(path + "/review")
	n.line.dead = true
	b.post(path+"/review", form).on(path+"/processing").
		see("Confirming with your bank…", "Until then you stay on Starter")
	waiting := b.path
	b.post(path+"/review", form).on(path + "/processing") // sent again: the same payment
	b.get("/p/home").want(200)
	b.get(waiting + "&n=9").see("has not answered yet")
	n.line.dead = false
	n.inquire(ada)
	b.get(waiting).on("/p/home").see("You are now on Business")
	if got := n.captured(ada); got != 2900+3125 {
		t.Errorf("captured %d", got)
	}
}

func TestAPaymentWaitsForTheBank(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada, invoice := n.owing()
	path := "/p/invoices/" + invoice
	b := n.enter(ada).start("/p/payment-methods/add").enterCard("5555555555554444")
	n.line.dead = true
	pay := url.Values{"payment_method": {n.methods(ada)[0].ID}}
	b.post(path+"/pay", pay).on(path+"/processing").see("Confirming with your bank…", "$29.00")
	waiting := b.path
	b.get("/p/home").see("Confirming payment", "There is nothing to do").seeNot("Pay $29.00")
	b.get(path).see("Processing", "There is nothing to do").seeNot("Pay $29.00")
	b.post(path+"/pay", pay).on(path + "/processing")
	hosted := "/i/" + n.invoices(ada)[0].Private.Token
	b.get(hosted).see("Processing", "There is nothing to do")
	n.browser().get(hosted+"/processing").see("Confirming with your bank…").
		post(hosted+"/pay", url.Values{"payment_method": {"new"}}).
		see("There is nothing to do")
	n.line.dead = false
	n.inquire(ada)
	b.get(waiting).on(path).see("Paid. Thank you.")
	if got := n.captured(ada); got != 2900 {
		t.Errorf("captured %d", got)
	}
}

func TestACardWaitsForTheBank(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	n.subscribe(ada)
	b := n.enter(ada).start("/p/payment-methods/add")
	link := b.bankLink().Query().Get("setup")
	c, err := n.bank.SubmitCard(t.Context(), link, simulator.Card{Number: "5555555555554444",
		ExpMonth: 12, ExpYear: 34, CVC: "123"})
	n.must(err)
	n.line.dead = true
	back := c.ReturnURL[len(publicURL):]
	b.follow(back).see("Confirming with your bank…")
	n.line.dead = false
	b.get(back).on("/p/payment-methods").see("Mastercard ending 4444 was added")
}

func TestADroppedChangeLeavesNoInvoiceInTheList(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	b := n.enter(ada).start("/p/payment-methods/add").enterCard("4000002760003184")
	n.at(first + 3000)
	path := "/p/subscriptions/" + sub + "/review"
	for range 13 { // more than one page of them
		b.get(review(sub, n.business)).press(path).on("/p/bank/").answer(false).on(path)
	}
	void := 0
	for _, inv := range n.invoices(ada) {
		if inv.Status == billing.InvoiceVoid {
			void++
		}
	}
	if void != 13 {
		t.Fatalf("%d invoices are void", void)
	}
	b.get("/p/invoices").see("$29.00", "Paid").seeNot("Void").seeNot("Older")
	b.get("/p/home").see("$29.00", "Paid").seeNot("Void")
}
