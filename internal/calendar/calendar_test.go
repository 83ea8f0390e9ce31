package calendar_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/portico-billing/portico/internal/calendar"
)

func unix(t *testing.T, s string) int64 {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04:05", s)
	if err != nil {
		t.Fatal(err)
	}
	return at.Unix()
}

func text(at int64) string { return time.Unix(at, 0).UTC().Format("2006-01-02T15:04:05") }

// rows are the lines of a table, split in fields, without its head.
func rows(table string) [][]string {
	var out [][]string
	for line := range strings.Lines(table) {
		if f := strings.Fields(line); len(f) > 0 {
			out = append(out, f)
		}
	}
	return out[1:]
}

func interval(t *testing.T, s string) calendar.Interval {
	t.Helper()
	var iv calendar.Interval
	if _, err := fmt.Sscanf(s, "%d%s", &iv.Count, &iv.Unit); err != nil {
		t.Fatal(err)
	}
	return iv
}

func TestBoundary(t *testing.T) {
	t.Parallel()
	for _, f := range rows(`
		anchor              every   k   want
		2024-01-31T10:00:00 1month  0   2024-01-31T10:00:00
		2024-01-31T10:00:00 1month  1   2024-02-29T10:00:00
		2024-01-31T10:00:00 1month  2   2024-03-31T10:00:00
		2024-01-31T10:00:00 1month  3   2024-04-30T10:00:00
		2024-01-31T10:00:00 1month  13  2025-02-28T10:00:00
		2024-01-31T10:00:00 1month  -1  2023-12-31T10:00:00
		2024-01-31T10:00:00 1month  -11 2023-02-28T10:00:00
		2023-01-31T10:00:00 1month  1   2023-02-28T10:00:00
		2023-01-29T00:00:00 1month  1   2023-02-28T00:00:00
		2024-01-30T23:59:59 1month  1   2024-02-29T23:59:59
		2024-12-15T00:00:00 1month  1   2025-01-15T00:00:00
		2024-11-30T00:00:00 3month  1   2025-02-28T00:00:00
		2024-11-30T00:00:00 3month  2   2025-05-30T00:00:00
		2024-02-29T12:00:00 1year   1   2025-02-28T12:00:00
		2024-02-29T12:00:00 1year   4   2028-02-29T12:00:00
		2096-02-29T00:00:00 1year   4   2100-02-28T00:00:00
		2024-02-29T12:00:00 3year   1   2027-02-28T12:00:00
		2023-05-10T08:30:00 36month 1   2026-05-10T08:30:00
		2024-02-28T00:00:00 1day    2   2024-03-01T00:00:00
		2024-02-25T00:00:00 1week   1   2024-03-03T00:00:00
		2024-03-30T12:00:00 1day    1   2024-03-31T12:00:00
		2024-03-30T12:00:00 1week   -2  2024-03-16T12:00:00
		1969-12-31T23:00:00 1month  2   1970-02-28T23:00:00
	`) {
		var k int64
		fmt.Sscan(f[2], &k)
		if got := text(interval(t, f[1]).Boundary(unix(t, f[0]), k)); got != f[3] {
			t.Errorf("%v: got %s", f, got)
		}
	}
}

func TestPeriodAt(t *testing.T) {
	t.Parallel()
	for _, f := range rows(`
		anchor              every  at                  start               end
		2024-01-31T10:00:00 1month 2024-01-31T09:59:59 2023-12-31T10:00:00 2024-01-31T10:00:00
		2024-01-31T10:00:00 1month 2024-01-31T10:00:00 2024-01-31T10:00:00 2024-02-29T10:00:00
		2024-01-31T10:00:00 1month 2024-01-31T10:00:01 2024-01-31T10:00:00 2024-02-29T10:00:00
		2024-01-31T10:00:00 1month 2024-02-29T09:59:59 2024-01-31T10:00:00 2024-02-29T10:00:00
		2024-01-31T10:00:00 1month 2024-02-29T10:00:00 2024-02-29T10:00:00 2024-03-31T10:00:00
		2024-01-31T10:00:00 1month 2024-03-30T10:00:00 2024-02-29T10:00:00 2024-03-31T10:00:00
		2024-01-31T10:00:00 3month 2024-04-30T10:00:01 2024-04-30T10:00:00 2024-07-31T10:00:00
		2024-02-29T00:00:00 1year  2025-02-27T23:59:59 2024-02-29T00:00:00 2025-02-28T00:00:00
		2024-02-29T00:00:00 1year  2025-02-28T00:00:00 2025-02-28T00:00:00 2026-02-28T00:00:00
		2024-02-29T00:00:00 1year  2023-01-01T00:00:00 2022-02-28T00:00:00 2023-02-28T00:00:00
		2024-01-01T00:00:00 1week  2023-12-31T23:59:59 2023-12-25T00:00:00 2024-01-01T00:00:00
		2024-01-01T00:00:00 2week  2024-01-15T00:00:00 2024-01-15T00:00:00 2024-01-29T00:00:00
		2024-01-01T06:00:00 1day   2024-01-03T05:59:59 2024-01-02T06:00:00 2024-01-03T06:00:00
	`) {
		iv, anchor, at := interval(t, f[1]), unix(t, f[0]), unix(t, f[2])
		start, end := iv.PeriodAt(anchor, at)
		if text(start) != f[3] || text(end) != f[4] {
			t.Errorf("%v: got %s %s", f, text(start), text(end))
		}
		if next := iv.NextAfter(anchor, at); text(next) != f[4] {
			t.Errorf("%v: next after is %s", f, text(next))
		}
	}
}

func drawInterval(t *rapid.T) calendar.Interval {
	longest := map[string]int{"day": 1095, "week": 156, "month": 36, "year": 3}
	unit := rapid.SampledFrom([]string{"day", "week", "month", "year"}).Draw(t, "unit")
	return calendar.Interval{Unit: unit,
		Count: int64(rapid.IntRange(1, longest[unit]).Draw(t, "count"))}
}

// TestPeriodsTile compares PeriodAt with a walk along the grid: periods follow one another
// without gap or overlap, and exactly one contains each instant.
func TestPeriodsTile(t *testing.T) {
	t.Parallel()
	const from, to = -2_000_000_000, 4_500_000_000 // 1906 to 2112
	rapid.Check(t, func(t *rapid.T) {
		iv := drawInterval(t)
		anchor := rapid.Int64Range(from, to).Draw(t, "anchor")
		k := rapid.Int64Range(-40, 40).Draw(t, "k")
		start, end := iv.Boundary(anchor, k), iv.Boundary(anchor, k+1)
		if start >= end {
			t.Fatalf("period %d is empty", k)
		}
		for _, at := range []int64{start, start + 1, (start + end) / 2, end - 1} {
			if s, e := iv.PeriodAt(anchor, at); s != start || e != end {
				t.Fatalf("at %s: [%s, %s), want [%s, %s)", text(at), text(s), text(e), text(start), text(end))
			}
		}
		if s, _ := iv.PeriodAt(anchor, end); s != end {
			t.Fatalf("the next period starts at %s, want %s", text(s), text(end))
		}
		if s, e := iv.PeriodAt(anchor, start-1); e != start || s >= e {
			t.Fatalf("the period before ends at %s, want %s", text(e), text(start))
		}
	})
}

// TestMonthsKeepTheDay compares AddMonths with a naive search for the day.
func TestMonthsKeepTheDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-2_000_000_000, 4_500_000_000).Draw(t, "at"), 0).UTC()
		n := rapid.IntRange(-600, 600).Draw(t, "n")
		want := at
		for back := 0; ; back++ { // the day itself, else the nearest before it in that month
			want = time.Date(at.Year(), at.Month()+time.Month(n), at.Day()-back,
				at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
			if (int(want.Month())-int(at.Month())-n)%12 == 0 {
				break
			}
		}
		if got := calendar.AddMonths(at.Unix(), n); got != want.Unix() {
			t.Fatalf("%v and %d months: %s, want %v", at, n, text(got), want)
		}
	})
}

func TestValid(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		every string
		want  error
	}{
		{"1day", nil}, {"1095day", nil}, {"1096day", calendar.ErrCount},
		{"1week", nil}, {"156week", nil}, {"157week", calendar.ErrCount},
		{"1month", nil}, {"36month", nil}, {"37month", calendar.ErrCount},
		{"1year", nil}, {"3year", nil}, {"4year", calendar.ErrCount},
		{"0month", calendar.ErrCount}, {"-1month", calendar.ErrCount},
		{"1fortnight", calendar.ErrUnit},
	} {
		if got := interval(t, tc.every).Valid(); got != tc.want {
			t.Errorf("%s: %v", tc.every, got)
		}
	}
}

func TestDaysLeft(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ t, end, want int64 }{
		{0, 86400, 1}, {1, 86400, 1}, {-1, 86400, 2}, {86399, 86400, 1}, {86400, 86400, 0},
		{86401, 86400, 0}, {0, 30 * 86400, 30},
	} {
		if got := calendar.DaysLeft(tc.t, tc.end); got != tc.want {
			t.Errorf("from %d to %d: %d", tc.t, tc.end, got)
		}
	}
}
