package store

import (
	"context"
	"fmt"

	"github.com/portico-billing/portico/internal/billing"
)

// Posting is one movement of money in double entry. It is written once and never changed.
type Posting struct {
	ID       string
	Kind     string
	Customer string
	Invoice  string
	Ref      string // what caused it: a charge, a refund, a balance transaction
	At       int64
	Entries  []Entry
}

// Entry is one side of a posting. Debits are positive, credits negative, in minor units.
type Entry struct {
	Account  string // of the books, "receivable:cus_1"
	Currency string
	Amount   int64
}

var (
	postingShape = insertShape("ledger_transactions", []string{"account text", "livemode boolean",
		"id text", "kind text", "customer text", "invoice text", "ref text", "at bigint"})
	ledgerEntryShape = insertShape("ledger_entries", []string{"account text", "livemode boolean",
		"posting text", "place bigint", "book text", "currency text", "amount bigint"})
)

// Post appends a movement to the books. One that does not sum to zero in each currency is refused.
func Post(tx *Tx, p Posting) error {
	if err := p.balanced(); err != nil {
		return err
	}
	if p.ID == "" {
		p.ID = tx.w.ids.New("ltx")
	}
	s := tx.scope
	tx.w.link.queue(stmt{shape: postingShape, args: []any{s.Account, s.Livemode, p.ID, p.Kind,
		orNull(p.Customer), orNull(p.Invoice), orNull(p.Ref), p.At}})
	for i, e := range p.Entries {
		tx.w.link.queue(stmt{shape: ledgerEntryShape, args: []any{s.Account, s.Livemode, p.ID,
			int64(i), e.Account, e.Currency, e.Amount}})
	}
	return nil
}

func (p Posting) balanced() error {
	if len(p.Entries) < 2 {
		return fmt.Errorf("store: posting %s has fewer than two entries", p.Kind)
	}
	sums := map[string]int64{}
	for _, e := range p.Entries {
		sums[e.Currency] += e.Amount
	}
	for currency, sum := range sums {
		if sum != 0 {
			return fmt.Errorf("store: posting %s is off by %d %s", p.Kind, sum, currency)
		}
	}
	return nil
}

// BookSum is what a book of the ledger adds up to.
type BookSum struct {
	Account  string
	Currency string
	Amount   int64
}

// LedgerSums adds up the books of an account's mode; with a prefix, those whose name begins so.
func LedgerSums(q Querier, prefix string) (out []BookSum, err error) {
	at := within(q).and("substr(book, 1, %s) = %s", int64(len(prefix)), prefix)
	// bigint sums are numeric on PostgreSQL, hence the cast.
	err = q.work().link.query("select book, currency, cast(sum(amount) as bigint)"+
		" from ledger_entries"+at.String()+" group by book, currency order by book, currency",
		at.args, func(r row) error {
			var s BookSum
			err := r.Scan(&s.Account, &s.Currency, &s.Amount)
			out = append(out, s)
			return err
		})
	return out, err
}

// UnbalancedPostings are the ids of postings that do not sum to zero, in every account: always
// none, unless somebody edited the books.
func (db *DB) UnbalancedPostings(ctx context.Context) (out []string, err error) {
	err = db.across(ctx, func(l link) error {
		return l.query(`select posting from ledger_entries
			group by account, livemode, posting, currency having sum(amount) <> 0
			order by posting`, nil, func(r row) error {
			var id string
			err := r.Scan(&id)
			out = append(out, id)
			return err
		})
	})
	return out, err
}

// Postings are the movements that name an invoice, oldest first.
func Postings(q Querier, invoice string) (out []Posting, err error) {
	s := q.Scope()
	err = q.work().link.query(`select t.id, t.kind, t.at, coalesce(t.customer, ''),
		coalesce(t.ref, ''), e.book, e.currency, e.amount
		from ledger_transactions t join ledger_entries e on e.account = t.account
		and e.livemode = t.livemode and e.posting = t.id
		where t.account = $1 and t.livemode = $2 and t.invoice = $3
		order by t.at, t.id, e.place`, []any{s.Account, s.Livemode, invoice}, func(r row) error {
		var p Posting
		var e Entry
		err := r.Scan(&p.ID, &p.Kind, &p.At, &p.Customer, &p.Ref, &e.Account, &e.Currency,
			&e.Amount)
		if n := len(out); n == 0 || out[n-1].ID != p.ID {
			p.Invoice = invoice
			out = append(out, p)
		}
		last := &out[len(out)-1]
		last.Entries = append(last.Entries, e)
		return err
	})
	return out, err
}

// LedgerScopes are the accounts and modes that have books.
func (db *DB) LedgerScopes(ctx context.Context) (out []billing.Scope, err error) {
	err = db.across(ctx, func(l link) error {
		return l.query(`select distinct account, livemode from ledger_transactions
			order by account, livemode`, nil, func(r row) error {
			var s billing.Scope
			err := r.Scan(&s.Account, &s.Livemode)
			out = append(out, s)
			return err
		})
	})
	return out, err
}
