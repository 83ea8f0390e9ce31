package portal_test

import (
	"testing"

	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

func TestHomeAndItsForecastsWaitForNobody(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		n := openOn(t, opener)
		ada := n.ada("pm_card_visa")
		one, other := n.subscribe(ada), n.subscribe(ada)
		b := n.enter(ada)
		// Somebody is changing the very rows that a renewal would change, and takes their time.
		err := n.app.DB.Write(n.Context(), store.Origin{Scope: n.scope, Now: first},
			func(tx *store.Tx) error {
				cus, err := store.Customers.Lock(tx, ada)
				if err != nil {
					return err
				}
				cus.Name = new("Not Ada any more")
				for _, id := range []string{one, other} {
					if _, err := store.Subscriptions.Lock(tx, id); err != nil {
						return err
					}
				}
				b.get("/p/home").want(200).see("Starter", "$29.00", "May 1, 2025")
				return nil
			})
		n.must(err)
	})
}

// homeQueries is what the overview asks for, whatever the number of subscriptions.
const homeQueries = 18

// homeTrips is how often it waits for PostgreSQL.
const homeTrips = 5

func TestHomeAsksTheDatabaseLittle(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		n := openOn(t, opener)
		ada := n.ada("pm_card_visa")
		stats := n.app.DB.Stats()
		for more := range int64(3) {
			n.subscribe(ada)
			b := n.enter(ada)
			queries, writes := stats.Queries.Load(), stats.Writes.Load()
			trips := stats.Trips.Load()
			b.get("/p/home").want(200)
			if got := stats.Queries.Load() - queries; got != homeQueries {
				t.Errorf("%d subscriptions take %d queries", 1+more, got)
			}
			if waited := stats.Trips.Load() - trips; waited > homeTrips {
				t.Errorf("%d subscriptions wait for the database %d times", 1+more, waited)
			}
			if wrote := stats.Writes.Load() - writes; wrote != 0 {
				t.Errorf("looking wrote %d times", wrote)
			}
		}
	})
}

// A renewal late in the evening is paid after midnight: that is the date of its invoice, too.
func TestHomeTellsTheDayOfThePayment(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		n := openOn(t, opener)
		for _, c := range []struct {
			hour int64
			want string
		}{
			{22*3600 + 3599, "May 1, 2025"}, {23 * 3600, "May 2, 2025"},
			{23*3600 + 1, "May 2, 2025"},
		} {
			n.at(first + c.hour)
			ada := n.ada("pm_card_visa")
			n.subscribe(ada)
			n.enter(ada).see("The next payment of $29.00 is on " + c.want)
		}
	})
}
