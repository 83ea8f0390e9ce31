package sim

import (
	"math/big"
	"strconv"
	"testing"
	"time"
)

// HeldPlan is a customer who changes what they have again and again.
type HeldPlan struct {
	Engine  string
	Dice    Dice
	Changes int
}

// menu are monthly prices and what so many of each cost, by the auditor's own arithmetic.
var menu = []struct {
	words []string
	total func(quantity int64) int64
}{
	{[]string{"unit_amount=1000"}, func(n int64) int64 { return 1000 * n }},
	{[]string{"unit_amount=3333"}, func(n int64) int64 { return 3333 * n }},
	{[]string{"unit_amount=299"}, func(n int64) int64 { return 299 * n }},
	{[]string{"billing_scheme=tiered", "tiers_mode=graduated", "tiers[0][up_to]=2",
		"tiers[0][unit_amount]=1000", "tiers[1][up_to]=inf", "tiers[1][unit_amount]=800",
		"tiers[1][flat_amount]=150"}, func(n int64) int64 {
		if n <= 2 {
			return 1000 * n
		}
		return 2000 + 150 + 800*(n-2)
	}},
}

// held is what was had from a moment on.
type held struct {
	from  int64
	price int
	count int64
}

// Held changes a flexible subscription at random moments over some months and compares all that was
// billed with the sum of each price times the share of its period for which it was really held:
// they agree within a minor unit for each change (I13).
func Held(t testing.TB, p HeldPlan) {
	t.Helper()
	h := Open(t, p.Engine)
	h.must("/v1/products", values("name=Held", "id=prod_held"))
	var prices []string
	for _, m := range menu {
		prices = append(prices, h.Make("/v1/prices", append(m.words, "product=prod_held",
			"currency=usd", "recurring[interval]=month")...))
	}
	customer := h.Make("/v1/customers", "payment_method=pm_card_visa",
		"invoice_settings[default_payment_method]=pm_card_visa")
	sub := h.must("/v1/subscriptions", values("customer="+customer, "items[0][price]="+prices[0]))
	id, item := sub.text("id"), dig(sub.Body, "items.data.0.id").(string)
	had := []held{{h.Clock.Now().Unix(), 0, 1}}
	for range p.Changes {
		h.MoveTo(h.Clock.Now().Add(time.Duration(p.Dice.IntN(9*24*3600))*time.Second), 24*time.Hour)
		next := held{h.Clock.Now().Unix(), p.Dice.IntN(len(menu)), int64(1 + p.Dice.IntN(5))}
		how := []string{"always_invoice", "create_prorations"}[p.Dice.IntN(2)]
		h.must("/v1/subscriptions/"+id, values("items[0][id]="+item,
			"items[0][price]="+prices[next.price], "proration_behavior="+how,
			"items[0][quantity]="+strconv.FormatInt(next.count, 10)))
		had = append(had, next)
	}
	h.MoveTo(h.Clock.Now().AddDate(0, 1, 1), 24*time.Hour)
	billed, want := h.billed(customer), worth(had, h.Clock.Now().Unix())
	off := new(big.Rat).Sub(new(big.Rat).SetInt64(billed), want)
	if off.Abs(off).Cmp(big.NewRat(int64(p.Changes), 1)) > 0 {
		t.Errorf("I13: %d was billed for what is worth %s: %+v", billed, want.FloatString(3), had)
	}
}

// worth sums up price times share of the period, for every period that has begun.
func worth(had []held, now int64) *big.Rat {
	sum := new(big.Rat)
	for month := 0; monthsAfter(Start, month).Unix() <= now; month++ {
		start, end := monthsAfter(Start, month).Unix(), monthsAfter(Start, month+1).Unix()
		for i, x := range had {
			from, to := max(x.from, start), end
			if i+1 < len(had) {
				to = min(end, had[i+1].from)
			}
			if from < to {
				sum.Add(sum, new(big.Rat).Mul(big.NewRat(to-from, end-start),
					new(big.Rat).SetInt64(menu[x.price].total(x.count))))
			}
		}
	}
	return sum
}

// monthsAfter keeps the day over short months.
func monthsAfter(at time.Time, n int) time.Time {
	last := time.Date(at.Year(), at.Month()+time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC)
	return time.Date(last.Year(), last.Month(), min(at.Day(), last.Day()), at.Hour(), at.Minute(),
		at.Second(), 0, time.UTC)
}

// billed sums up every line of every invoice of a customer.
func (h *House) billed(customer string) (total int64) {
	h.Helper()
	page := h.Get("/v1/invoices", values("customer="+customer, "limit=100"))
	data, _ := page.Body["data"].([]any)
	for _, in := range data {
		id, _ := dig(in, "id").(string)
		lines, _ := h.Get("/v1/invoices/"+id+"/lines", values("limit=100")).Body["data"].([]any)
		for _, l := range lines {
			total += unix(dig(l, "amount"))
		}
	}
	return total
}
