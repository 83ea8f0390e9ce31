package ledger_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/ledger"
)

// invoice has a total of which tax is part, and what is due after the balance.
func invoice(total, tax, due int64) *billing.Invoice {
	in := &billing.Invoice{Currency: "usd", Total: total, AmountDue: due, AmountRemaining: due}
	if tax != 0 {
		in.TotalTaxes = []billing.Tax{{Amount: tax}}
	}
	return in
}

func givenUp(in *billing.Invoice) *billing.Invoice {
	in.StatusTransitions.MarkedUncollectibleAt = new(int64(1))
	return in
}

func show(p ledger.Posting) string {
	var words []string
	for _, e := range p.Entries {
		words = append(words, fmt.Sprintf("%s %+d", e.Account, e.Amount))
	}
	return p.Kind + ": " + strings.Join(words, ", ")
}

func TestPostings(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		posting ledger.Posting
		want    string
	}{
		{ledger.Finalized(invoice(1200, 200, 1200), 0),
			"invoice_finalized: receivable +1200, revenue -1000, tax_payable -200"},
		{ledger.Finalized(invoice(400, 0, 0), 400), // balance -1000 becomes -600
			"invoice_finalized: customer_balance +400, revenue -400"},
		{ledger.Finalized(invoice(1000, 0, 1500), -500), // +500 is billed along
			"invoice_finalized: receivable +1500, customer_balance -500, revenue -1000"},
		{ledger.Finalized(invoice(-334, 0, 0), -334), // becomes credit
			"invoice_finalized: customer_balance -334, revenue +334"},
		{ledger.Finalized(invoice(30, 5, 0), 30), // below the minimum: owed on the balance
			"invoice_finalized: customer_balance +30, revenue -25, tax_payable -5"},
		{ledger.Finalized(invoice(0, 0, 0), 0), "invoice_finalized: "},
		{ledger.Paid(invoice(1200, 200, 1200), "simulator", 1200),
			"invoice_paid: gateway_clearing:simulator +1200, receivable -1200"},
		{ledger.Paid(givenUp(invoice(1200, 200, 1200)), "simulator", 1200),
			"invoice_paid: gateway_clearing:simulator +1200, bad_debt -1200"},
		{ledger.PaidOutOfBand(invoice(1200, 200, 1200), 1200),
			"invoice_paid_out_of_band: out_of_band +1200, receivable -1200"},
		{ledger.Overpaid(invoice(1200, 200, 1200), "simulator", 300),
			"invoice_overpaid: gateway_clearing:simulator +300, customer_balance -300"},
		{ledger.Voided(invoice(1000, 100, 1500), -500),
			"invoice_voided: receivable -1500, customer_balance +500, revenue +900, tax_payable +100"},
		{ledger.Voided(givenUp(invoice(1000, 0, 1000)), 0),
			"invoice_voided: bad_debt -1000, revenue +1000"},
		{ledger.Unapplied(invoice(1000, 0, 1000), 400),
			"invoice_payment_unapplied: receivable +400, customer_balance -400"},
		{ledger.Uncollectible(invoice(1000, 100, 700)),
			"invoice_marked_uncollectible: bad_debt +700, receivable -700"},
		{ledger.BalanceAdjusted("usd", -500),
			"balance_adjusted: customer_balance -500, adjustments +500"},
		{ledger.Refunded("usd", "simulator", 200),
			"refunded: refunds +200, gateway_clearing:simulator -200"},
		{ledger.RefundFailed("usd", "simulator", 200),
			"refund_failed: refunds -200, gateway_clearing:simulator +200"},
	} {
		if got := show(tc.posting); got != tc.want {
			t.Errorf("got %s\nwant %s", got, tc.want)
		}
		if !tc.posting.Balanced() {
			t.Errorf("not balanced: %s", tc.want)
		}
		if tc.posting.Empty() != strings.HasSuffix(tc.want, ": ") {
			t.Errorf("empty: %v, %s", tc.posting.Empty(), tc.want)
		}
	}
}

// TestBalancedIsPerCurrency: figures that disagree, and sums that only cancel across currencies,
// are not balanced.
func TestBalancedIsPerCurrency(t *testing.T) {
	t.Parallel()
	if ledger.Finalized(invoice(1000, 0, 900), 0).Balanced() {
		t.Error("900 due of 1000 without a balance is balanced")
	}
	two := ledger.Posting{Entries: []ledger.Entry{
		{Account: ledger.Receivable, Currency: "usd", Amount: 100},
		{Account: ledger.Revenue, Currency: "eur", Amount: -100}}}
	if two.Balanced() {
		t.Error("100 usd and -100 eur are balanced")
	}
}

// TestBooksOfAnInvoice follows an invoice: finalized and voided leaves nothing; finalized, given
// up and paid after all leaves revenue and money.
func TestBooksOfAnInvoice(t *testing.T) {
	t.Parallel()
	in := invoice(1000, 100, 1500)
	if got := books(ledger.Finalized(in, -500), ledger.Voided(in, -500)); len(got) != 0 {
		t.Errorf("voided: %v", got)
	}
	postings := []ledger.Posting{ledger.Finalized(in, -500), ledger.Uncollectible(in)}
	givenUp(in)
	got := books(append(postings, ledger.Paid(in, "simulator", 1500))...)
	want := map[string]int64{"gateway_clearing:simulator": 1500, "customer_balance": -500,
		"revenue": -900, "tax_payable": -100}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// books are the accounts that are not 0.
func books(postings ...ledger.Posting) map[string]int64 {
	sums := map[string]int64{}
	for _, p := range postings {
		for _, e := range p.Entries {
			sums[e.Account] += e.Amount
			if sums[e.Account] == 0 {
				delete(sums, e.Account)
			}
		}
	}
	return sums
}
