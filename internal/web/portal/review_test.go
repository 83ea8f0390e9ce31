package portal_test

import (
	"testing"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// balance gives a customer credit, where it is negative, or a debt.
func (n *town) balance(customer string, minor int64) {
	n.Helper()
	p := app.CustomerUpdateParams{}
	p.Balance = &minor
	_, err := n.app.UpdateCustomer(n.Context(), n.caller(), customer, p)
	n.must(err)
}

// A debt is no credit: it makes the sum larger, and its name says so.
func TestReviewTellsDebtFromCredit(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	n.at(upgrade)
	n.balance(ada, 700)
	b := n.enter(ada)
	b.get(review(sub, n.business)).see("From earlier $7.00", "Due today $38.25").
		seeNot("Your credit")
	n.balance(ada, -700)
	b.get(review(sub, n.business)).see("Your credit −$7.00", "Due today $24.25").
		seeNot("From earlier")
}

// What was paid with a discount is not said to have been the price of the list.
func TestReviewExplainsWhatADiscountTook(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{billing.BillingClassic, billing.BillingFlexible} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			n := open(t)
			ada := n.ada("pm_card_visa")
			coupon := n.coupon("20")
			sub := n.subscribe(ada, func(p *app.SubscriptionCreateParams) {
				p.BillingMode = &app.BillingModeParams{Type: mode}
				p.Discounts = billing.Some([]app.DiscountParams{{Coupon: &coupon}})
			})
			full := n.subscribe(ada)
			n.at(upgrade)
			b := n.enter(ada).get(review(sub, n.business)).seeNot("You paid $29.00")
			b.see("Starter costs $29.00", "−$10.36", "The discount ("+coupon+") is taken off",
				"computed to the second, from April 17, 2025 at 2:37")
			b.get(review(full, n.business)).see("You paid $29.00", "−$12.94").
				seeNot("The discount").seeNot("goes by what was billed")
		})
	}
}

func TestReviewOfANewBillingDateSaysWhenIsNext(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	n.at(upgrade)
	n.enter(ada).get(review(sub, n.yearly)).
		see("From today on, you are billed on this day: next on April 17, 2026")
}

func TestReviewWithoutACardHasAWayOut(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	_, err := n.app.DetachPaymentMethod(n.Context(), n.caller(), n.methods(ada)[0].ID)
	n.must(err)
	n.enter(ada).get(review(sub, n.business)).see("Add a card to continue", "Stay on Starter")
}

// While payments are paused nobody is asked for anything: the page says so, and it is so.
func TestReviewWhilePaymentsArePaused(t *testing.T) {
	t.Parallel()
	for _, behavior := range []string{billing.PauseKeepAsDraft, billing.PauseVoid,
		billing.PauseMarkUncollectible} {
		t.Run(behavior, func(t *testing.T) {
			t.Parallel()
			n := open(t)
			ada := n.ada("pm_card_visa")
			sub := n.subscribe(ada)
			n.at(upgrade)
			n.balance(ada, -700)
			_, err := n.app.UpdateSubscription(n.Context(), n.caller(), sub,
				app.SubscriptionUpdateParams{PauseCollection: billing.Some(
					app.PauseCollectionParams{Behavior: behavior})})
			n.must(err)
			b := n.enter(ada).get(review(sub, n.business))
			b.see("Payments are paused, so nothing is charged for this change now.",
				"Remaining time on Business", "Switch to Business")
			b.seeNot("Due today").seeNot("Pay $").seeNot("Your credit")
			b.press(view.SubscriptionPath(sub, "review")).want(200)
			if got := n.captured(ada); got != 2900 {
				t.Errorf("captured %d", got)
			}
			if price := n.sub(sub).Items.Data[0].Price.ID; price != n.business {
				t.Errorf("the plan is %s", price)
			}
		})
	}
}
