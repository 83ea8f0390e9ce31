package storetest_test

import (
	"testing"

	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

func TestEveryDatabaseHasTwoAccounts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) {
		db := open()
		accounts, err := db.Accounts(t.Context())
		if err != nil || len(accounts) != 2 || accounts[0].Name != "Acme" {
			t.Fatalf("accounts: %v, %v", accounts, err)
		}
		if n, err := db.Pending(t.Context()); n != 0 || err != nil {
			t.Fatalf("%d migrations are pending, %v", n, err)
		}
	})
}

func TestHandlesShareTheDatabase(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) {
		a, b := open(), open(func(o *store.Options) { o.MaxReaders = 2 })
		if err := a.SetMeta(t.Context(), "epoch", "7"); err != nil {
			t.Fatal(err)
		}
		if got, err := b.Meta(t.Context(), "epoch"); got != "7" || err != nil {
			t.Fatalf("the other handle reads %q, %v", got, err)
		}
	})
}
