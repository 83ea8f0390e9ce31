package app

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/ledger"
	"github.com/portico-billing/portico/internal/store"
)

// sums are minor units by currency.
type sums map[string]int64

// verifyInvoices computes each invoice anew from its lines, and sums up what open ones ask for.
func (d *doctor) verifyInvoices(v *store.View) (owed sums, err error) {
	owed = sums{}
	id := func(inv *billing.Invoice) string { return inv.ID }
	err = every(v, store.Invoices, id, func(inv *billing.Invoice) error {
		d.invoices.Read++
		verifyTotals(&d.invoices, inv)
		if inv.Status == billing.InvoiceOpen {
			owed[inv.Currency] += inv.AmountRemaining
		}
		return nil
	})
	return owed, err
}

// verifyTotals holds an invoice against the sentences at its definition.
func verifyTotals(c *Check, inv *billing.Invoice) {
	var total int64
	for i := range inv.Lines.Data {
		line := &inv.Lines.Data[i]
		total += line.Amount
		for _, off := range line.DiscountAmounts {
			total -= off.Amount
		}
		c.must(line.Currency == inv.Currency, "%s: line %s is in %s", inv.ID, line.ID,
			line.Currency)
	}
	for _, tax := range inv.TotalTaxes {
		if tax.TaxBehavior == "exclusive" {
			total += tax.Amount
		}
	}
	c.must(total == inv.Total, "%s: lines, discounts and tax make %d, the total is %d",
		inv.ID, total, inv.Total)
	if inv.Status == billing.InvoiceUncollectible && inv.Total < 0 {
		return // the credit of an ended subscription, written off before it was final
	}
	switch inv.Status {
	case billing.InvoiceOpen, billing.InvoicePaid, billing.InvoiceUncollectible:
		c.must(inv.AmountDue == inv.AmountPaid+inv.AmountRemaining,
			"%s: %d is due, %d paid and %d remaining", inv.ID, inv.AmountDue, inv.AmountPaid,
			inv.AmountRemaining)
		c.must(inv.Number != nil, "%s is final and has no number", inv.ID)
	}
	c.must(inv.Status != billing.InvoicePaid || inv.AmountRemaining == 0,
		"%s is paid and still asks for %d", inv.ID, inv.AmountRemaining)
	c.must(inv.AmountDue >= 0, "%s asks for %d", inv.ID, inv.AmountDue)
}

// verifyBalances sums up each customer's transactions. Those of deleted customers count for the
// books alone.
func (d *doctor) verifyBalances(v *store.View) (total sums, err error) {
	total = sums{}
	moved := map[string]int64{}
	err = every(v, store.BalanceTransactions,
		func(t *billing.CustomerBalanceTransaction) string { return t.ID },
		func(t *billing.CustomerBalanceTransaction) error {
			moved[t.Customer.ID] += t.Amount
			total[t.Currency] += t.Amount
			return nil
		})
	if err != nil {
		return nil, err
	}
	return total, every(v, store.Customers, func(c *billing.Customer) string { return c.ID },
		func(c *billing.Customer) error {
			d.balances.Read++
			d.balances.must(c.Balance == moved[c.ID], "%s: the balance is %d, its transactions "+
				"make %d", c.ID, c.Balance, moved[c.ID])
			return nil
		})
}

// verifyBooks holds the double entry against the nouns.
func (d *doctor) verifyBooks(v *store.View, owed, balances sums) error {
	books, err := store.LedgerSums(v, "")
	if err != nil {
		return err
	}
	zero, receivable, credit := sums{}, sums{}, sums{}
	for _, b := range books {
		d.books.Read++
		zero[b.Currency] += b.Amount
		switch b.Account {
		case ledger.Receivable:
			receivable[b.Currency] += b.Amount
		case ledger.CustomerBalance:
			credit[b.Currency] += b.Amount
		}
	}
	account := v.Scope().Account
	for currency, sum := range zero {
		d.books.must(sum == 0, "%s: off by %d %s", account, sum, currency)
		d.receivable.Read++
		d.receivable.must(receivable[currency] == owed[currency], "%s: the books say %d %s, "+
			"open invoices %d", account, receivable[currency], currency, owed[currency])
		d.balances.must(credit[currency] == balances[currency], "%s: the books say %d %s, the "+
			"transactions %d", account, credit[currency], currency, balances[currency])
	}
	return nil
}

// verifyAttempts looks for a payment that is under way twice, was made twice, or is under way
// for an invoice that asks for nothing.
func (d *doctor) verifyAttempts(v *store.View) error {
	open, made := map[string]string{}, map[string]string{}
	id := func(att *store.Attempt) string { return att.ID }
	return every(v, store.Attempts, id, func(att *store.Attempt) error {
		d.attempts.Read++
		d.seen[att.ID] = true
		if gateway.Op(att.Op) != gateway.OpCharge || att.PaymentIntent == "" {
			return nil
		}
		if att.State == store.AttemptSucceeded {
			d.attempts.must(made[att.PaymentIntent] == "", "%s was charged by %s and by %s",
				att.PaymentIntent, made[att.PaymentIntent], att.ID)
			made[att.PaymentIntent], d.moved[att.ID] = att.ID, att
		}
		if !att.State.Open() {
			return nil
		}
		d.attempts.must(open[att.PaymentIntent] == "", "%s is being charged by %s and by %s",
			att.PaymentIntent, open[att.PaymentIntent], att.ID)
		open[att.PaymentIntent] = att.ID
		return d.verifyWanted(v, att)
	})
}

// verifyWanted says whether the invoice of an open attempt still asks for money.
func (d *doctor) verifyWanted(v *store.View, att *store.Attempt) error {
	if att.Invoice == "" {
		return nil
	}
	inv, err := store.Invoices.Get(v, att.Invoice)
	if errors.Is(err, store.ErrNotFound) {
		return nil // a held change: the invoice is written when the money has come
	}
	if err != nil {
		return err
	}
	d.attempts.must(inv.Status == billing.InvoiceOpen || inv.Status == billing.InvoiceUncollectible,
		"%s is under way for %s, which is %s", att.ID, inv.ID, inv.Status)
	return nil
}

// reconcile compares the gateway's own books with our attempts, in both directions.
func (d *doctor) reconcile(ctx context.Context) error {
	books, ok := d.app.Gateway.(gateway.Ledger)
	if !ok {
		return nil
	}
	taken := map[string]int64{}
	for cursor, first := "", true; first || cursor != ""; first = false {
		var entries []gateway.Entry
		var err error
		entries, cursor, err = books.Entries(ctx, time.Unix(0, 0),
			time.Unix(math.MaxInt32, 0), cursor)
		if err != nil {
			return err
		}
		for _, e := range entries {
			d.gateway.Read++
			if e.Kind == "charge" {
				taken[e.Attempt] += e.Moved.Minor
				d.gateway.must(d.seen[e.Attempt], "the gateway took %d %s for %s, which we do not "+
					"know", e.Moved.Minor, strings.ToUpper(e.Moved.Currency), e.Attempt)
			}
		}
	}
	for id, att := range d.moved {
		moved := movedBy(att)
		d.gateway.must(att.Hold || taken[id] == moved, "%s succeeded with %d, the gateway "+
			"took %d", id, moved, taken[id])
	}
	return nil
}

// movedBy is what the gateway said that an attempt moved, which may be less than was asked.
func movedBy(att *store.Attempt) int64 {
	var result gateway.Result
	if err := json.Unmarshal(att.Result, &result); err != nil {
		return att.Amount
	}
	return result.Moved.Minor
}
