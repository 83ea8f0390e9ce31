package app

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/money"
)

// checkIntentAmount holds an amount to what can be charged in a currency.
func checkIntentAmount(amount int64, currency string) error {
	switch {
	case amount < 1:
		return billing.Invalid("amount", "This value must be greater than or equal to 1.").
			WithCode("parameter_invalid_integer")
	case amount < money.MinimumCharge(currency):
		return billing.Invalid("amount", "Amount must be at least %s.",
			money.Amount{Minor: money.MinimumCharge(currency), Currency: currency}).
			WithCode("amount_too_small")
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
	amount, currency := pi.Amount, pi.Currency
	assign(&amount, p.Amount)
	if p.Currency != nil {
		currency = lower(*p.Currency)
	}
	switch {
	case amount == pi.Amount && currency == pi.Currency:
		return nil
	case pi.Private.Invoice != "":
		return billing.Invalid("amount", "The amount of an invoice's PaymentIntent cannot be "+
			"changed.")
	case !money.ValidCurrency(currency):
		return billing.Invalid("currency", "Invalid currency: %s.", *p.Currency)
	case pi.Status == billing.PaymentIntentRequiresAction:
		return notUpdated(pi, "amount")
	}
	if err := undecided(pi, "amount"); err != nil {
		return err
	}
	if err := checkIntentAmount(amount, currency); err != nil {
		return err
	}
	pi.Amount, pi.Currency = amount, currency
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
