package api_test

import (
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/store/storetest"
)

// TestImpossibleNumbers sends numbers that are negative, huge, or too fine, alone and where they
// would be multiplied or summed: they are refused, and nothing wraps around.
func TestImpossibleNumbers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		d := paidOn(t, opener)
		cus, sub, price := d.subscriber()
		charge := d.get("/v1/charges").ids()[0]
		product := "product=" + d.get("/v1/products").ids()[0]
		most := d.post("/v1/prices", product, "currency=usd", "unit_amount=99999999",
			"recurring[interval]=month").id()
		before := d.get("/v1/customers/" + cus).raw
		fresh := "customer=" + cus
		const max64, min64 = "9223372036854775807", "-9223372036854775808"
		for _, test := range []string{
			"prices " + product + " currency=usd unit_amount=-1",
			"prices " + product + " currency=usd unit_amount=" + max64,
			"prices " + product + " currency=usd unit_amount=" + max64 + "0",
			"prices " + product + " currency=usd unit_amount=1.5",
			"prices " + product + " currency=usd unit_amount_decimal=0.0000000000001",
			"prices " + product + " currency=usd unit_amount_decimal=" + strings.Repeat("9", 40),
			"prices " + product + " currency=usd unit_amount_decimal=1e5",
			"prices " + product + " currency=usd unit_amount_decimal=-0.5",
			"prices " + product + " currency=usd unit_amount=1 recurring[interval]=month" +
				" recurring[interval_count]=0",
			"prices " + product + " currency=usd unit_amount=1 recurring[interval]=year" +
				" recurring[interval_count]=" + max64,
			"prices " + product + " currency=usd unit_amount=1 transform_quantity[divide_by]=0" +
				" transform_quantity[round]=up",
			"prices " + product + " currency=usd unit_amount=1" +
				" transform_quantity[divide_by]=-5 transform_quantity[round]=up",
			"prices " + product + " currency=usd billing_scheme=tiered tiers_mode=volume" +
				" tiers[0][up_to]=-1 tiers[0][unit_amount]=1 tiers[1][up_to]=inf" +
				" tiers[1][unit_amount]=1",
			"coupons percent_off=0", "coupons percent_off=-1", "coupons percent_off=100.01",
			"coupons percent_off=0.001", "coupons amount_off=0 currency=usd",
			"coupons amount_off=-5 currency=usd", "coupons amount_off=" + max64 + " currency=usd",
			"coupons percent_off=5 max_redemptions=0", "coupons percent_off=5 redeem_by=1",
			"coupons percent_off=5 redeem_by=" + max64,
			"coupons percent_off=5 duration=repeating duration_in_months=0",
			"coupons percent_off=5 duration=repeating duration_in_months=" + max64,
			"tax_rates display_name=x inclusive=false percentage=-1",
			"tax_rates display_name=x inclusive=false percentage=100.01",
			"tax_rates display_name=x inclusive=false percentage=" + strings.Repeat("9", 40),
			"customers balance=" + max64, "customers balance=" + min64,
			"customers/" + cus + "/balance_transactions currency=usd amount=" + max64,
			"customers/" + cus + "/balance_transactions currency=usd amount=" + min64,
			"customers/" + cus + "/balance_transactions currency=usd amount=0",
			"invoiceitems " + fresh + " currency=usd amount=" + max64,
			"invoiceitems " + fresh + " currency=usd amount=" + min64,
			"invoiceitems " + fresh + " currency=usd quantity=-1 unit_amount_decimal=5",
			"invoiceitems " + fresh + " currency=usd unit_amount_decimal=99999999 quantity=" +
				max64,
			"invoiceitems " + fresh + " currency=usd amount=5 period[start]=10 period[end]=5",
			"payment_intents currency=usd amount=0", "payment_intents currency=usd amount=-100",
			"payment_intents currency=usd amount=100000000",
			"payment_intents currency=usd amount=" + max64,
			"refunds charge=" + charge + " amount=0", "refunds charge=" + charge + " amount=-5",
			"refunds charge=" + charge + " amount=2001",
			"refunds charge=" + charge + " amount=" + max64,
			"subscriptions " + fresh + " items[0][price]=" + price + " items[0][quantity]=-1",
			"subscriptions " + fresh + " items[0][price]=" + most + " items[0][quantity]=" + max64,
			"subscriptions " + fresh + " items[0][price]=" + most +
				" items[0][quantity]=999999999999",
			"subscriptions " + fresh + " items[0][price]=" + price + " trial_period_days=-1",
			"subscriptions " + fresh + " items[0][price]=" + price + " trial_period_days=" + max64,
			"subscriptions " + fresh + " items[0][price]=" + price + " trial_end=" + max64,
			"subscriptions " + fresh + " items[0][price]=" + price + " trial_end=-1",
			"subscriptions " + fresh + " items[0][price]=" + price + " billing_cycle_anchor=" +
				max64,
			"subscriptions " + fresh + " items[0][price]=" + price + " billing_cycle_anchor=1",
			"subscriptions " + fresh + " items[0][price]=" + price + " backdate_start_date=" +
				min64,
			"subscriptions " + fresh + " items[0][price]=" + price + " cancel_at=" + max64,
			"subscriptions " + fresh + " items[0][price]=" + price +
				" collection_method=send_invoice days_until_due=" + max64,
			"subscriptions " + fresh + " items[0][price]=" + price +
				" collection_method=send_invoice days_until_due=-1",
			"subscriptions/" + sub + " proration_date=" + max64 + " items[0][price]=" + price,
			"subscriptions/" + sub + " trial_end=" + max64,
			"subscriptions/" + sub + " cancel_at=" + max64,
			"invoices " + fresh + " collection_method=send_invoice due_date=" + max64,
			"invoices " + fresh + " collection_method=send_invoice days_until_due=" + max64,
			"test_helpers/test_clocks frozen_time=" + max64,
			"test_helpers/test_clocks frozen_time=-1",
		} {
			words := strings.Fields(test)
			a := d.do("POST", "/v1/"+words[0], words[1:]...)
			if a.status != http.StatusBadRequest {
				t.Errorf("%s: status %d: %.300s\n%s", test, a.status, a.raw, d.lastFailure())
			}
		}
		if after := d.get("/v1/customers/" + cus).raw; after != before {
			t.Errorf("the customer was\n%s and is\n%s", before, after)
		}
	})
}

// TestSumsDoNotWrap adds up items that are allowed each by itself.
func TestSumsDoNotWrap(t *testing.T) {
	t.Parallel()
	d := paid(t)
	cus := d.post("/v1/customers").id()
	product := d.post("/v1/products", "name=x").id()
	var items []string
	for i := range 20 {
		price := d.post("/v1/prices", "product="+product, "currency=usd", "unit_amount=99999999",
			"recurring[interval]=month").id()
		items = append(items, fmt.Sprintf("items[%d][price]=%s", i, price),
			fmt.Sprintf("items[%d][quantity]=999999999", i))
	}
	items = append(items, "customer="+cus, "collection_method=send_invoice", "days_until_due=5")
	if a := d.do("POST", "/v1/subscriptions", items...); a.status != http.StatusBadRequest {
		t.Errorf("a subscription for too much: status %d: %.300s", a.status, a.raw)
	}
	for range 3 {
		d.do("POST", "/v1/invoiceitems", "customer="+cus, "currency=usd", "amount=99999999999999")
		d.do("POST", "/v1/customers/"+cus+"/balance_transactions", "currency=usd",
			"amount=99999999999999")
	}
	a := d.do("POST", "/v1/invoices", "customer="+cus, "pending_invoice_items_behavior=include")
	if a.status >= http.StatusInternalServerError {
		t.Errorf("an invoice for too much: status %d: %s\n%s", a.status, a.raw, d.lastFailure())
	}
	d.get("/v1/customers/" + cus)
}

// TestOneCurrency tries to bill a customer in a second currency.
func TestOneCurrency(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		d := paidOn(t, opener)
		cus, sub, _ := d.subscriber()
		product := d.post("/v1/products", "name=x").id()
		euros := d.post("/v1/prices", "product="+product, "currency=eur", "unit_amount=500",
			"recurring[interval]=month").id()
		once := d.post("/v1/prices", "product="+product, "currency=jpy", "unit_amount=500").id()
		coupon := d.post("/v1/coupons", "amount_off=500", "currency=eur").id()
		for _, test := range []string{
			"subscriptions customer=" + cus + " items[0][price]=" + euros,
			"subscriptions/" + sub + " items[0][price]=" + euros,
			"subscriptions/" + sub + " add_invoice_items[0][price]=" + once,
			"subscriptions/" + sub + " discounts[0][coupon]=" + coupon,
			"subscription_items subscription=" + sub + " price=" + euros,
			"invoiceitems customer=" + cus + " currency=eur amount=5",
			"invoiceitems customer=" + cus + " pricing[price]=" + once,
			"invoices customer=" + cus + " currency=jpy",
			"customers/" + cus + "/balance_transactions currency=eur amount=-500",
			"invoices/create_preview customer=" + cus + " subscription_details[items][0][price]=" +
				euros,
		} {
			words := strings.Fields(test)
			if a := d.do("POST", "/v1/"+words[0], words[1:]...); a.status != 400 {
				t.Errorf("%s: status %d: %.300s", test, a.status, a.raw)
			}
		}
		d.get("/v1/customers/"+cus).want("currency", `"usd"`).want("balance", "0")
		for currency, status := range map[string]int{"jpy": 200, "kwd": 200, "isk": 200, "xxx": 400,
			"US": 400, "": 400, "usd; drop": 400} {
			a := d.do("POST", "/v1/prices", "product="+product, "currency="+currency,
				"unit_amount=1000")
			if a.status != status {
				t.Errorf("currency %q: status %d: %s", currency, a.status, a.raw)
			}
		}
	})
}

// flips is how often a customer changes their mind in one period.
const flips = 300

// TestFlipFlop changes a plan up and down hundreds of times in a period. What all this adds up to
// is the price of the time that was spent on each plan, give or take a unit per change.
func TestFlipFlop(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, opener storetest.Opener) {
		d := paidOn(t, opener)
		_, sub, small := d.subscriber()
		shown := d.get("/v1/subscriptions/" + sub)
		item := shown.text("items.data.0.id")
		large := d.post("/v1/prices", "product="+shown.text("items.data.0.price.product"),
			"currency=usd", "unit_amount=7777", "recurring[interval]=month").id()
		start := int64(shown.at("items.data.0.current_period_start").(float64))
		period := int64(shown.at("items.data.0.current_period_end").(float64)) - start
		prices, amounts := []string{small, large}, []int64{2000, 7777}
		fair, last := new(big.Rat), int64(0)
		spend := func(plan int, until int64) {
			fair.Add(fair, big.NewRat(amounts[plan]*(until-last), period))
			last = until
		}
		changes := int64(flips)
		if t.Name() != "TestFlipFlop/sqlite" {
			changes = 50 // the sums are the same; only the round trips are longer
		}
		for i := range changes {
			spend(int(i%2), (i+1)*2417+i%7)
			d.clock.Set(time.Unix(start+last, 0))
			d.hurried("/v1/subscriptions/"+sub, "items[0][id]="+item,
				"items[0][price]="+prices[(i+1)%2], "proration_behavior=create_prorations")
		}
		spend(int(changes%2), period)
		charged := amounts[0] + d.pendingItems()
		miss := new(big.Rat).Sub(big.NewRat(charged, 1), fair)
		if miss.Abs(miss).Cmp(big.NewRat(changes, 1)) > 0 {
			t.Errorf("charged %d, fair is %s", charged, fair.FloatString(2))
		}
	})
}

// hurried posts without holding the answer against Stripe's document, which takes longer than the
// command.
func (d *desk) hurried(path string, fields ...string) {
	d.Helper()
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, d.request(http.MethodPost, path, fields...))
	if w.Code != http.StatusOK {
		d.Fatalf("%s: status %d: %s", path, w.Code, w.Body)
	}
}

// pendingItems is the sum of all invoice items.
func (d *desk) pendingItems() (sum int64) {
	d.Helper()
	fields := []string{"limit=100"}
	for {
		page := d.get("/v1/invoiceitems", fields...)
		for i := range page.ids() {
			data := page.body["data"].([]any)[i].(map[string]any)
			sum += int64(data["amount"].(float64))
		}
		if page.at("has_more") != true {
			return sum
		}
		all := page.ids()
		fields = []string{"limit=100", "starting_after=" + all[len(all)-1]}
	}
}

// TestTheCenturyIsLong renews where 32 bits end, in 2100, which is no leap year, and at the end of
// February.
func TestTheCenturyIsLong(t *testing.T) {
	t.Parallel()
	d := paid(t)
	for _, test := range []struct{ now, next string }{
		{"2037-12-31T23:59:59Z", "2038-01-31T23:59:59Z"},
		{"2038-01-19T03:14:07Z", "2038-02-19T03:14:07Z"},
		{"2100-01-31T12:00:00Z", "2100-02-28T12:00:00Z"},
		{"2096-01-31T00:00:00Z", "2096-02-29T00:00:00Z"},
	} {
		now, _ := time.Parse(time.RFC3339, test.now)
		next, _ := time.Parse(time.RFC3339, test.next)
		clk := d.post("/v1/test_helpers/test_clocks",
			"frozen_time="+strconv.FormatInt(now.Unix(), 10)).id()
		cus := d.post("/v1/customers", "test_clock="+clk).id()
		d.post("/v1/subscriptions", "customer="+cus, "collection_method=send_invoice",
			"days_until_due=1", "items[0][price_data][currency]=usd",
			"items[0][price_data][unit_amount]=500",
			"items[0][price_data][recurring][interval]=month",
			"items[0][price_data][product]="+d.post("/v1/products", "name=x").id()).
			want("items.data.0.current_period_end", strconv.FormatInt(next.Unix(), 10))
	}
}
