package bench_test

import (
	"fmt"
	"time"
)

// renewing is how many subscriptions renew in a round.
const renewing = 400

// finalizing is how long after its renewal a draft is final, and a little.
const finalizing = time.Hour + time.Minute

// renewals measures one worker: drafts, and then drafts that become paid.
func (h *bench) renewals() {
	h.Helper()
	h.subscribeDaily()
	draft := func() {
		h.house.Clock.Advance(24*time.Hour - finalizing)
		h.house.Work()
	}
	pay := func() {
		h.house.Clock.Advance(finalizing)
		h.house.Work()
	}
	drafting, paying := h.footprint(renewing, draft), h.footprint(renewing, pay)
	var drafted, paid, draftLimit, payLimit []float64
	for range rounds {
		drafted = append(drafted, rate(renewing, draft))
		draftLimit = append(draftLimit, h.replay(drafting, 1))
		paid = append(paid, rate(renewing, pay))
		payLimit = append(payLimit, h.replay(paying, 1))
	}
	r := row{deed: "renewals drafted, one worker", engine: h.engine,
		ours: perSecond(median(drafted)), limit: median(drafted) / median(draftLimit),
		wrote: drafting.String()}
	r.aim, r.met = aimed(r.limit, h.engine, 0.5, 0.6, "the limit")
	h.add(r)
	h.add(row{deed: "drafts finalized and paid, one worker", engine: h.engine,
		ours: perSecond(median(paid)), limit: median(paid) / median(payLimit),
		wrote: paying.String()})
}

// subscribeDaily makes customers who renew every day, and lets everything else pass by.
func (h *bench) subscribeDaily() {
	h.Helper()
	price := h.house.Make("/v1/prices", "product=prod_bench", "unit_amount=1000", "currency=usd",
		"recurring[interval]=day")
	for i := range renewing {
		c := h.house.Make("/v1/customers", fmt.Sprint("name=", i), "payment_method=pm_card_visa",
			"invoice_settings[default_payment_method]=pm_card_visa")
		h.house.Make("/v1/subscriptions", "customer="+c, "items[0][price]="+price)
		h.customer = c // whose portal is measured
	}
	h.house.Clock.Advance(finalizing) // so that a renewal and its payment never fall due together
	h.house.Work()
}
