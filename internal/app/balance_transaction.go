package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// BalanceTransactionCreateParams adjust a customer's balance.
type BalanceTransactionCreateParams struct {
	Amount      int64          `form:"amount"`
	Currency    string         `form:"currency"`
	Description *string        `form:"description"`
	Metadata    MetadataParams `form:"metadata"`
}

// CreateBalanceTransaction adjusts a customer's balance: a positive amount is owed with the next
// invoice, a negative one is credit for it.
func (a *App) CreateBalanceTransaction(ctx context.Context, c Caller, customer string,
	p BalanceTransactionCreateParams) (t *billing.CustomerBalanceTransaction, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		cus, err := locked(tx, store.Customers, customer)
		if err != nil {
			return nil, err
		}
		now, err := a.now(tx, c, cus)
		if err != nil {
			return nil, err
		}
		if p.Amount == 0 {
			return nil, billing.Invalid("amount", "Invalid non-zero integer")
		}
		if err := fixCurrency(cus, lower(p.Currency)); err != nil {
			return nil, err
		}
		metadata, err := changeMetadata(nil, p.Metadata)
		if err != nil {
			return nil, err
		}
		t, err = a.moveBalance(tx, cus, balanceMove{Type: billing.BalanceAdjustment,
			Amount: p.Amount, Currency: *cus.Currency, Description: p.Description,
			Metadata: metadata, Now: now})
		if err != nil {
			return nil, err
		}
		return t, a.mirrorDrafts(tx, cus)
	})
	return t, err
}

// BalanceTransactionUpdateParams change what is written beside a balance transaction.
type BalanceTransactionUpdateParams struct {
	Customer    string         `form:"-"` // whose it must be
	Description *string        `form:"description"`
	Metadata    MetadataParams `form:"metadata"`
}

// UpdateBalanceTransaction changes description and metadata; the amount never changes.
func (a *App) UpdateBalanceTransaction(ctx context.Context, c Caller, id string,
	p BalanceTransactionUpdateParams) (t *billing.CustomerBalanceTransaction, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if t, err = locked(tx, store.BalanceTransactions, id); err != nil {
			return nil, err
		}
		if p.Customer != t.Customer.ID {
			return nil, billing.NoSuch("customer_balance_transaction", id, "id")
		}
		if p.Description != nil {
			t.Description = p.Description
		}
		t.Metadata, err = changeMetadata(t.Metadata, p.Metadata)
		return t, err
	})
	return t, err
}
