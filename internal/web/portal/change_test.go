package portal_test

import (
	"net/url"
	"strconv"
	"testing"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store/storetest"
)

func review(sub, price string) string {
	return "/p/subscriptions/" + sub + "/review?price=" + price
}

// A price says what is counted in the company's own word.
func TestPricesOfSeats(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		n := openOn(t, opener)
		seats, amount := int64(2), int64(4900)
		team, err := n.app.CreatePrice(n.Context(), n.caller(), app.PriceCreateParams{
			Currency: "usd", UnitAmount: &amount, ProductData: &app.PriceProductParams{
				Name: "Team", UnitLabel: billing.Some("seat")},
			Recurring: &app.PriceRecurringParams{
				RecurringParams: app.RecurringParams{Interval: "month"}}})
		n.must(err)
		ada := n.ada("pm_card_visa")
		sub := n.subscribe(ada, func(p *app.SubscriptionCreateParams) {
			p.Items[0].Price, p.Items[0].Quantity = &team.ID, &seats
		})
		b := n.enter(ada).see("$49.00 per seat per month")
		b.get("/p/subscriptions/"+sub+"/plan").see("$49.00 per seat per month",
			"$29.00 per unit per month")
	})
}

// The customer of the vector "upgrade 29->99 14:37:05": unused time -12.94, remaining time 44.19.
func TestUpgradeWithProration(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		n := openOn(t, opener)
		ada := n.ada("pm_card_visa")
		sub := n.subscribe(ada)
		n.at(upgrade)
		b := n.enter(ada).see("Starter", "$29.00 per month", "May 1, 2025", "Visa ending 4242")
		b.get("/p/subscriptions/"+sub+"/plan").want(200).see("Starter", "Business", "$99.00")
		b.get(review(sub, n.business)).want(200).see("Unused time on Starter", "−$12.94",
			"Remaining time on Business", "$44.19", "Due today $31.25", "Pay $31.25 and switch",
			"Then $99.00 per month", "Visa ending 4242")
		n.clock.Advance(90e9) // reading takes a while, and costs nothing
		b.press("/p/subscriptions/" + sub + "/review").on("/p/home").see("You are now on Business")
		if got := n.captured(ada); got != 2900+3125 {
			t.Errorf("captured %d", got)
		}
		if price := n.sub(sub).Items.Data[0].Price.ID; price != n.business {
			t.Errorf("the price is %s", price)
		}
		b.get("/p/home").seeNot("You are now on Business").see("$99.00")
	})
}

// Going on with the plan that one has says so.
func TestTheSamePlanIsNoChange(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	b := n.enter(ada).get("/p/subscriptions/" + sub + "/plan").seeNot("This is what you have now")
	b.get(review(sub, n.starter)).on("/p/subscriptions/" + sub + "/plan").
		see("This is what you have now")
	b.get(review(sub, n.business)).see("Pay $70.00 and switch")
}

func TestConfirmedTwiceIsPaidOnce(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	n.at(upgrade)
	b := n.enter(ada).get(review(sub, n.business))
	form := b.form("/p/subscriptions/" + sub + "/review")
	b.press("/p/subscriptions/" + sub + "/review").see("You are now on Business")
	b.post("/p/subscriptions/"+sub+"/review", form).on("/p/home").see("You are now on Business")
	if got := n.captured(ada); got != 6025 {
		t.Errorf("captured %d", got)
	}
	b.get(review(sub, n.business)).on("/p/subscriptions/" + sub + "/plan")
}

func TestTwoTabsAndAChangedAmount(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	n.at(upgrade)
	b := n.enter(ada)
	path := "/p/subscriptions/" + sub + "/review"
	tab := b.get(review(sub, n.business)).form(path)
	forged := url.Values{}
	for name := range tab {
		forged.Set(name, tab.Get(name))
	}
	forged.Set("expect", "1")
	b.post(path, forged).want(409).see("The amount changed", "Due today $31.25")
	forged.Set("expect", tab.Get("expect"))
	forged.Set("at", strconv.Itoa(upgrade-2*86400))
	b.post(path, forged).want(409).see("The amount changed")
	n.clock.Advance(25 * 3600e9) // the first tab was left open over night
	b = n.enter(ada)
	b.post(path, tab).want(409).see("The amount changed").seeNot("Due today $31.25")
	if got := n.captured(ada); got != 2900 {
		t.Errorf("captured %d", got)
	}
}

func TestADeclineLeavesNoTrace(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	b := n.enter(ada).start("/p/payment-methods/add").enterCard("4000000000000341")
	b.see("was added and is now your default")
	n.at(first + 3000)
	invoices := len(n.invoices(ada))
	b.get(review(sub, n.business)).press("/p/subscriptions/"+sub+"/review").want(402).
		see("Nothing was charged", "Review your change")
	if s := n.sub(sub); s.Items.Data[0].Price.ID != n.starter || s.PendingUpdate != nil ||
		s.Status != billing.SubscriptionActive {
		t.Errorf("the subscription changed: %+v", s)
	}
	if len(n.invoices(ada)) != invoices || n.captured(ada) != 2900 {
		t.Errorf("a trace is left")
	}
}

func TestUpgradeAskedByTheBank(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	b := n.enter(ada).start("/p/payment-methods/add").enterCard("4000002760003184")
	n.at(first + 3000)
	path := "/p/subscriptions/" + sub + "/review"
	b.get(review(sub, n.business)).press(path).on("/p/bank/").see("Your bank wants to confirm")
	b.answer(false).on(path).see("Nothing was charged", "Pay ")
	if s := n.sub(sub); s.PendingUpdate != nil || s.Items.Data[0].Price.ID != n.starter {
		t.Errorf("after a failed challenge: %+v", s.PendingUpdate)
	}
	b.press(path).on("/p/bank/")
	home := b.path
	b.get("/p/home").see("Confirm with your bank")
	b.get(review(sub, n.business)).press(path).on(home) // confirmed again: the same payment waits
	b.answer(true).on("/p/home").see("You are now on Business")
	b.get(home).on("/p/home")
	if price := n.sub(sub).Items.Data[0].Price.ID; price != n.business {
		t.Errorf("the price is %s", price)
	}
	if got := n.captured(ada); got <= 2900 || got > 9900 {
		t.Errorf("captured %d", got)
	}
}

func TestDowngradeBecomesCredit(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada, func(p *app.SubscriptionCreateParams) {
		p.Items[0].Price = &n.business
	})
	n.at(upgrade)
	b := n.enter(ada).get(review(sub, n.starter)).see("becomes", "$31.25", "Switch")
	b.press("/p/subscriptions/"+sub+"/review").see("You are now on Starter", "$31.25")
	if got := n.captured(ada); got != 9900 {
		t.Errorf("captured %d", got)
	}
}

func TestIntervalSwitchStartsToday(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	n.at(upgrade)
	b := n.enter(ada).get(review(sub, n.yearly)).see("Yearly", "$990.00", "−$12.94",
		"Due today $977.06", "April 17, 2026")
	b.press("/p/subscriptions/" + sub + "/review").see("You are now on Yearly")
	if got := n.captured(ada); got != 2900+97706 {
		t.Errorf("captured %d", got)
	}
}

func TestQuantityAndACardOnTheWay(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	n.takeCards(ada)
	n.at(upgrade)
	b := n.enter(ada)
	b.get("/p/subscriptions/" + sub + "/plan?set_quantity=3").see("Total $87.00 per month")
	b.get("/p/subscriptions/"+sub+"/review?price="+n.starter+"&quantity=3").
		see("3 × Starter", "Add a card to continue")
	b.press("/p/payment-methods/add").on("/p/bank/").enterCard("4242424242424242").
		on("/p/subscriptions/"+sub+"/review").see("3 × Starter", "Pay $25.89 and change")
	b.press("/p/subscriptions/" + sub + "/review").see("You are now on 3 × Starter")
}
