package ledger

import "github.com/portico-billing/portico/internal/billing"

// Finalized books an invoice: what is due is receivable, and its total is revenue and tax. What
// lies between the two went over the customer's balance; balanceChange is by how much that
// balance rose (credit that was used raises it, an amount owed that is now billed lowers it).
func Finalized(inv *billing.Invoice, balanceChange int64) Posting {
	tax := taxOf(inv)
	return post(KindFinalized, inv.Currency).
		move(Receivable, inv.AmountDue).
		move(CustomerBalance, balanceChange).
		move(Revenue, tax-inv.Total).
		move(TaxPayable, -tax).posting
}

// Paid books what a gateway collected for an invoice.
func Paid(inv *billing.Invoice, gateway string, amountMinor int64) Posting {
	return post(KindPaid, inv.Currency).
		move(GatewayClearing(gateway), amountMinor).
		move(owedIn(inv), -amountMinor).posting
}

// PaidOutOfBand books an invoice that was paid past every gateway, such as in cash.
func PaidOutOfBand(inv *billing.Invoice, amountMinor int64) Posting {
	return post(KindPaidOutOfBand, inv.Currency).
		move(OutOfBand, amountMinor).
		move(owedIn(inv), -amountMinor).posting
}

// Overpaid books what a gateway collected beyond what an invoice asked for: it becomes the
// customer's credit.
func Overpaid(inv *billing.Invoice, gateway string, amountMinor int64) Posting {
	return post(KindOverpaid, inv.Currency).
		move(GatewayClearing(gateway), amountMinor).
		move(CustomerBalance, -amountMinor).posting
}

// Voided takes an invoice back that nothing was paid of. balanceChange is what Finalized was
// given; it is returned.
func Voided(inv *billing.Invoice, balanceChange int64) Posting {
	tax := taxOf(inv)
	return post(KindVoided, inv.Currency).
		move(owedIn(inv), -inv.AmountDue).
		move(CustomerBalance, -balanceChange).
		move(Revenue, inv.Total-tax).
		move(TaxPayable, tax).posting
}

// Unapplied takes back what a gateway collected for an invoice that is about to be voided: it
// becomes the customer's credit.
func Unapplied(inv *billing.Invoice, amountMinor int64) Posting {
	return post(KindUnapplied, inv.Currency).
		move(owedIn(inv), amountMinor).
		move(CustomerBalance, -amountMinor).posting
}

// Uncollectible gives up what is still due of an invoice. The balance that was applied stays.
func Uncollectible(inv *billing.Invoice) Posting {
	return post(KindUncollectible, inv.Currency).
		move(BadDebt, inv.AmountRemaining).
		move(Receivable, -inv.AmountRemaining).posting
}

// BalanceAdjusted books a change of a customer's balance by hand: a credit is negative.
func BalanceAdjusted(currency string, amountMinor int64) Posting {
	return post(KindBalanceAdjusted, currency).
		move(CustomerBalance, amountMinor).
		move(Adjustments, -amountMinor).posting
}

// Received books money that pays no invoice.
func Received(currency, gateway string, amountMinor int64) Posting {
	return post(KindReceived, currency).
		move(GatewayClearing(gateway), amountMinor).
		move(Revenue, -amountMinor).posting
}

// Refunded books money that a gateway gave back.
func Refunded(currency, gateway string, amountMinor int64) Posting {
	return post(KindRefunded, currency).
		move(Refunds, amountMinor).
		move(GatewayClearing(gateway), -amountMinor).posting
}

// RefundFailed takes a refund back that did not arrive.
func RefundFailed(currency, gateway string, amountMinor int64) Posting {
	return post(KindRefundFailed, currency).
		move(Refunds, -amountMinor).
		move(GatewayClearing(gateway), amountMinor).posting
}

// owedIn is the account in which an invoice waits to be paid: bad debt once it was given up.
func owedIn(inv *billing.Invoice) string {
	if inv.StatusTransitions.MarkedUncollectibleAt != nil {
		return BadDebt
	}
	return Receivable
}

// taxOf is all tax of an invoice, contained in its prices or added to them.
func taxOf(inv *billing.Invoice) (sum int64) {
	for _, t := range inv.TotalTaxes {
		sum += t.Amount
	}
	return sum
}
