package app

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/money"
)

// checkIntentAmount holds an amount to what can be charged in a currency.
func checkIntentAmount(amount int64, currency string) error {
	switch {
	case amount < 1 || amount < money.MinimumCharge(currency):
		return billing.Invalid("amount", "Amount must be at least the minimum charge of the "+
			"currency.").WithCode("amount_too_small")
	case amount > money.MaximumCharge(currency):
		return billing.Invalid("amount", "Amount must be no more than %d.",
			money.MaximumCharge(currency)).WithCode("amount_too_large")
	}
	return checkStep(amount, currency)
}

// checkStep refuses fractions that no card network takes.
func checkStep(amount int64, currency string) error {
	if step := money.Step(currency); amount%step != 0 {
		return billing.Invalid("amount", "Amounts in %s must be divisible by %d.", currency, step)
	}
	return nil
}

// applyAmount changes what an intent asks for. While the customer is at their bank the amount
// stands: it is what they were shown.
func (p PaymentIntentUpdateParams) applyAmount(pi *billing.PaymentIntent) error {
	switch {
	case p.Amount == nil:
		return nil
	case pi.Private.Invoice != "":
		return billing.Invalid("amount", "The amount of an invoice's PaymentIntent cannot be "+
			"changed.")
	case pi.Status == billing.PaymentIntentRequiresAction:
		return notUpdated(pi, "amount")
	}
	if err := undecided(pi, "amount"); err != nil {
		return err
	}
	if err := checkIntentAmount(*p.Amount, pi.Currency); err != nil {
		return err
	}
	pi.Amount = *p.Amount
	return nil
}

// undecided refuses to change what a charge was, or is being, made with.
func undecided(pi *billing.PaymentIntent, what string) error {
	switch pi.Status {
	case billing.PaymentIntentRequiresPaymentMethod, billing.PaymentIntentRequiresConfirmation,
		billing.PaymentIntentRequiresAction:
		return nil
	}
	return notUpdated(pi, what)
}

func notUpdated(pi *billing.PaymentIntent, what string) error {
	return billing.Invalid("", "This PaymentIntent's %s could not be updated because it has a "+
		"status of %s.", what, pi.Status).WithCode("payment_intent_unexpected_state")
}
