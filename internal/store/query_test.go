package store_test

import (
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// TestSQLiteLooksListsUp: what belongs to several nouns is found by its own index, not by walking
// through everything in the order of its creation. PostgreSQL knows how many rows there are.
func TestSQLiteLooksListsUp(t *testing.T) {
	t.Parallel()
	b := bed{t, storetest.New(t, "sqlite")()}
	b.read(func(v *store.View) error {
		plan, err := store.PlanOf(v, store.Charges, store.In("invoice", "in_1", "in_2", "in_3"))
		if !strings.Contains(plan, "charges_invoice_idx") {
			t.Errorf("the charges of three invoices are looked for so:\n%s", plan)
		}
		return err
	})
}
