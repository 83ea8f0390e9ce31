package store

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/portico-billing/portico/internal/billing"
)

var saveAccountShape = &shape{one: `insert into accounts (id, created, doc) values ($1, $2, $3)
	on conflict (id) do update set doc = excluded.doc`}

// SaveAccount writes a company, new or changed.
func SaveAccount(tx *Tx, a *billing.Account) error {
	doc, err := json.Marshal(a)
	if err != nil {
		return err
	}
	tx.w.link.queue(stmt{shape: saveAccountShape, args: []any{a.ID, a.Created, asText(doc)}})
	return nil
}

// Account reads a company; ErrNotFound when there is none of that id.
func Account(q Querier, id string) (*billing.Account, error) {
	if a, ok := q.work().ahead.rows[accountKey(id)]; ok {
		return a.(*billing.Account), nil
	}
	as, err := accounts(q.work().link, "select doc from accounts where id = $1", id)
	if err == nil {
		err = missing(as)
	}
	if err != nil {
		return nil, err
	}
	return as[0], nil
}

// Accounts are all companies, oldest first.
func (db *DB) Accounts(ctx context.Context) (out []*billing.Account, err error) {
	err = db.across(ctx, func(l link) (err error) {
		out, err = accounts(l, "select doc from accounts order by created, id")
		return err
	})
	return out, err
}

func accounts(l link, sql string, args ...any) (out []*billing.Account, err error) {
	asked := accountQuestion(sql, args, &out)
	err = l.query(asked.sql, asked.args, asked.each)
	return out, err
}

func accountQuestion(sql string, args []any, out *[]*billing.Account) question {
	return question{sql, args, func(r row) error {
		var doc []byte
		if err := r.Scan(&doc); err != nil {
			return err
		}
		a := &billing.Account{}
		*out = append(*out, a)
		return json.Unmarshal(doc, a)
	}}
}

func accountKey(id string) key { return key{table: "accounts", id: id} }

// ToReadAccount is for Account, of whom the transaction is.
func ToReadAccount() Need {
	return func(q Querier) *need {
		id := q.Scope().Account
		if _, ok := q.work().ahead.rows[accountKey(id)]; ok {
			return nil
		}
		var found []*billing.Account
		asked := accountQuestion("select doc from accounts where id = $1", []any{id}, &found)
		return &need{asked, func() error {
			for _, a := range found {
				q.work().ahead.row(accountKey(id), a)
			}
			return nil
		}}
	}
}

var saveSettingsShape = &shape{one: `insert into settings (account, livemode, doc)
	values ($1, $2, $3) on conflict (account, livemode) do update set doc = excluded.doc`}

// SaveSettings writes the settings of the transaction's account and mode.
func SaveSettings(tx *Tx, s *billing.Settings) error {
	doc, err := json.Marshal(s)
	if err != nil {
		return err
	}
	tx.w.settings = nil
	tx.w.link.queue(stmt{shape: saveSettingsShape,
		args: []any{tx.scope.Account, tx.scope.Livemode, asText(doc)}})
	return nil
}

// LoadSettings reads the settings of an account's mode: the defaults until some are saved. They
// are read once per transaction or snapshot; each caller gets a copy.
func LoadSettings(q Querier) (*billing.Settings, error) {
	if err := Prefetch(q, ToLoadSettings()); err != nil {
		return nil, err
	}
	doc := q.work().settings[q.Scope()]
	if doc == nil {
		return defaultSettings(q)
	}
	s := &billing.Settings{}
	return s, json.Unmarshal(doc, s)
}

// ToLoadSettings is for LoadSettings.
func ToLoadSettings() Need {
	return func(q Querier) *need {
		w, scope := q.work(), q.Scope()
		if _, ok := w.settings[scope]; ok {
			return nil
		}
		var doc []byte
		return &need{question{"select doc from settings where account = $1 and livemode = $2",
			[]any{scope.Account, scope.Livemode}, func(r row) error { return r.Scan(&doc) }},
			func() error {
				if w.settings == nil {
					w.settings = map[billing.Scope][]byte{}
				}
				w.settings[scope] = doc
				return nil
			}}
	}
}

func defaultSettings(q Querier) (*billing.Settings, error) {
	name := ""
	switch a, err := Account(q, q.Scope().Account); {
	case err == nil:
		name = a.Name
	case !errors.Is(err, ErrNotFound):
		return nil, err
	}
	return billing.DefaultSettings(q.Scope().Livemode, name), nil
}
