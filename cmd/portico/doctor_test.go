package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDoctorFindsWhatIsWrong spoils a year of good books in every way that a check looks for.
func TestDoctorFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	healthy := filepath.Join(t.TempDir(), "demo")
	demo(t, healthy).stop()
	for _, tt := range []struct{ name, file, spoil, finds string }{
		{"a column", "portico.db",
			"update customers set email = 'x@example.com' where rowid = 1",
			"columns say what documents say"},
		{"a posting", "portico.db",
			"update ledger_entries set amount = amount + 1 where rowid = 1",
			"the books sum to zero"},
		{"what is receivable", "portico.db",
			"update invoices set doc = json_set(doc, '$.amount_remaining', 1, '$.amount_paid', " +
				"json_extract(doc, '$.amount_due') - 1) where status = 'open'",
			"receivable is what"},
		{"a balance", "portico.db",
			"update customers set doc = json_set(doc, '$.balance', -500) where rowid = 1",
			"balances are the sums"},
		{"a total", "portico.db",
			"update invoices set doc = json_set(doc, '$.total', 1) where rowid = 1",
			"invoices add up"},
		{"a second payment", "portico.db",
			"insert into attempts select account, livemode, id || 'x', created, rev, deleted, v, " +
				"op, state, invoice, payment_intent, setup_intent, charge, refund, customer, " +
				"gateway, gateway_ref, idempotency_key, inquire_at, clock, private, " +
				"json_set(doc, '$.id', id || 'x') from attempts where state = 'succeeded' limit 1",
			"no payment is made twice"},
		{"a change nobody told of", "portico.db",
			"update customers set doc = json_set(doc, '$.phone', '+353') where id in " +
				"(select customer from subscriptions where status = 'past_due')",
			"replayed backwards"},
		{"money that never came", "simulator.db",
			"delete from entries where kind = 'charge' and rowid in " +
				"(select max(rowid) from entries)",
			"the gateway took"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			for _, name := range []string{"portico.db", "simulator.db"} {
				content, err := os.ReadFile(filepath.Join(healthy, name))
				if err == nil {
					err = os.WriteFile(filepath.Join(folder, name), content, 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			spoil(t, filepath.Join(folder, tt.file), tt.spoil)
			p := launch(t, "doctor", "verify", "--data", folder)
			<-p.ended
			if p.status == nil {
				t.Fatalf("the doctor is content:\n%s", p.output())
			}
			for line := range strings.Lines(p.output()) {
				if strings.HasPrefix(line, tt.finds) && strings.Contains(line, "WRONG") {
					return
				}
			}
			t.Errorf("%q was not found wrong:\n%s%s", tt.finds, p.output(), p.logged())
		})
	}
}

// spoil edits a database behind the program's back.
func spoil(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	done, err := db.Exec(statement)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("%s touched %d rows: %v", statement, n, err)
	}
}
