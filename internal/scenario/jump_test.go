package scenario_test

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/scenario"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// TestAJumpIsAsGoodAsEveryDay advances a test clock by more than a year, once in one jump and
// once day by day, and compares every invoice: what is due is done at its own time.
func TestAJumpIsAsGoodAsEveryDay(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) {
		const day = 86400
		start := time.Date(2024, 1, 31, 9, 0, 0, 0, time.UTC)
		h := scenario.Open(t, open, scenario.Plan{Start: start.AddDate(2, 0, 0)})
		h.Tell("shop", "product pro Pro\nprice month pro 2900 usd month\n"+
			"price week pro 700 usd week")
		jump := live(t, h, start, 400*day)
		if n := strings.Count(jump, "\n"); n < 40 {
			t.Fatalf("only %d invoices:\n%s", n, jump)
		}
		if !strings.Contains(jump, "void") || !strings.Contains(jump, "open") {
			t.Fatalf("nothing went wrong in that year:\n%s", jump)
		}
		if daily := live(t, h, start, 5*day); daily != jump {
			t.Errorf("in one jump:\n%s\nin steps:\n%s", jump, daily)
		}
	})
}

// live tells a year of four customers on one test clock, in steps, and lists their invoices.
func live(t *testing.T, h *scenario.House, start time.Time, step int64) string {
	t.Helper()
	h.Tell("life", fmt.Sprintf(`
get /v1/prices -> all
post /v1/test_helpers/test_clocks frozen_time=%d -> clock
post /v1/customers test_clock=$clock -> ada
post /v1/customers test_clock=$clock -> bob
post /v1/customers test_clock=$clock -> eve
post /v1/customers test_clock=$clock -> gus
card ada pm_card_visa
card bob pm_card_visa
card eve pm_card_chargeCustomerFail
subscribe one ada all.data.1
subscribe two bob all.data.0 trial_period_days=10 cancel_at=@2024-09-03T10:00:00
subscribe six eve all.data.1 trial_period_days=5
subscribe odd eve all.data.1
subscribe old gus all.data.1 trial_period_days=3
change one pause_collection[behavior]=void pause_collection[resumes_at]=@2024-04-15`, start.Unix()))
	_, clocks := h.Call("GET", "/v1/test_helpers/test_clocks", nil)
	clock := clocks["data"].([]any)[0].(map[string]any)["id"].(string)
	for at := start.Unix(); at < start.Unix()+400*86400; {
		at += step
		status, body := h.Call("POST", "/v1/test_helpers/test_clocks/"+clock+"/advance",
			url.Values{"frozen_time": {strconv.FormatInt(at, 10)}})
		if status != 200 {
			t.Fatalf("advance answered %d: %v", status, body)
		}
		h.Settle()
	}
	return invoices(t, h, clock)
}

// invoices lists what the API says of every invoice of a clock, but for its ids.
func invoices(t *testing.T, h *scenario.House, clock string) string {
	t.Helper()
	var rows []string
	q := url.Values{"limit": {"100"}}
	for {
		status, page := h.Call("GET", "/v1/invoices", q)
		if status != 200 {
			t.Fatalf("list answered %d: %v", status, page)
		}
		for _, v := range page["data"].([]any) {
			in := v.(map[string]any)
			q.Set("starting_after", in["id"].(string))
			if in["test_clock"] != clock {
				continue
			}
			times := in["status_transitions"].(map[string]any)
			rows = append(rows, fmt.Sprintf("%.0f %v %.0f %v %v %.0f–%.0f %v %v", in["created"],
				in["billing_reason"], in["total"], in["status"], in["attempt_count"],
				in["period_start"], in["period_end"], times["finalized_at"], times["paid_at"]))
		}
		if page["has_more"] != true {
			slices.Sort(rows)
			return strings.Join(rows, "\n") + "\n"
		}
	}
}
