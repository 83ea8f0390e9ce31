package app

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/ledger"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/store"
)

// balanceMove is one step of a customer's balance: positive is owed, negative is credit.
type balanceMove struct {
	Type        string
	Amount      int64
	Currency    string
	Invoice     string
	Description *string
	Metadata    billing.Metadata
	Now         int64
}

// moveBalance changes a locked customer's balance by one immutable transaction, so that the
// balance is always the sum of its transactions.
func (a *App) moveBalance(tx *store.Tx, cus *billing.Customer,
	m balanceMove) (*billing.CustomerBalanceTransaction, error) {
	after, ok := money.AddChecked(cus.Balance, m.Amount)
	if !ok {
		return nil, billing.Invalid("amount", "The balance would be too large.").
			WithCode("amount_too_large")
	}
	cus.Balance = after
	t := &billing.CustomerBalanceTransaction{
		ID: a.IDs.New("cbtxn"), Object: "customer_balance_transaction", Amount: m.Amount,
		Created: m.Now, Currency: m.Currency, Customer: billing.To[billing.Customer](cus.ID),
		Description: m.Description, EndingBalance: cus.Balance, Livemode: cus.Livemode,
		Invoice: billing.To[billing.Invoice](m.Invoice), Metadata: m.Metadata, Type: m.Type,
	}
	store.BalanceTransactions.Insert(tx, t)
	if m.Type == billing.BalanceAdjustment {
		return t, a.post(tx, ledger.BalanceAdjusted(m.Currency, m.Amount),
			posting{Customer: cus.ID, Ref: t.ID, Now: m.Now})
	}
	return t, nil // what an invoice moves is posted with the invoice
}

// posting says what a journal entry is about.
type posting struct {
	Customer, Invoice, Ref string
	Now                    int64
}

// post writes a journal entry. An entry that does not balance is a bug and aborts the command.
func (a *App) post(tx *store.Tx, p ledger.Posting, about posting) error {
	if len(p.Entries) == 0 {
		return nil
	}
	entries := make([]store.Entry, len(p.Entries))
	for i, e := range p.Entries {
		entries[i] = store.Entry(e)
	}
	return store.Post(tx, store.Posting{Kind: p.Kind, Customer: about.Customer,
		Invoice: about.Invoice, Ref: about.Ref, At: about.Now, Entries: entries})
}
