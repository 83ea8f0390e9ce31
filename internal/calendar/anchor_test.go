package calendar_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/portico-billing/portico/internal/calendar"
)

// TestResolveAnchorConfig writes a configuration as month-day-hour:minute:second, with - for
// what is not given. first is when the first full period begins.
func TestResolveAnchorConfig(t *testing.T) {
	t.Parallel()
	for _, f := range rows(`
		every  month day time     start               anchor              first
		1month -     1   -        2024-01-20T10:00:00 2024-02-01T10:00:00 2024-02-01T10:00:00
		1month -     20  -        2024-01-20T10:00:00 2024-01-20T10:00:00 2024-02-20T10:00:00
		1month -     20  09:00:00 2024-01-20T10:00:00 2024-02-20T09:00:00 2024-02-20T09:00:00
		1month -     20  10:00:01 2024-01-20T10:00:00 2024-01-20T10:00:01 2024-01-20T10:00:01
		1month -     31  00:00:00 2024-01-20T10:00:00 2024-01-31T00:00:00 2024-01-31T00:00:00
		1month -     31  00:00:00 2023-02-10T10:00:00 2023-03-31T00:00:00 2023-02-28T00:00:00
		1month -     30  00:00:00 2024-02-10T10:00:00 2024-03-30T00:00:00 2024-02-29T00:00:00
		1month 12    1   00:00:00 2024-01-20T10:00:00 2024-12-01T00:00:00 2024-02-01T00:00:00
		1month 4     31  00:00:00 2024-01-20T10:00:00 2024-05-31T00:00:00 2024-01-31T00:00:00
		3month 1     1   00:00:00 2024-02-20T10:00:00 2025-01-01T00:00:00 2024-04-01T00:00:00
		3month -     15  00:00:00 2024-02-20T10:00:00 2024-03-15T00:00:00 2024-03-15T00:00:00
		1year  7     1   00:00:00 2024-01-20T10:00:00 2024-07-01T00:00:00 2024-07-01T00:00:00
		1year  7     1   00:00:00 2024-07-01T00:00:01 2025-07-01T00:00:00 2025-07-01T00:00:00
		1year  2     29  00:00:00 2025-01-20T10:00:00 2028-02-29T00:00:00 2025-02-28T00:00:00
		1year  4     31  00:00:00 2024-01-20T10:00:00 2024-04-30T00:00:00 2024-04-30T00:00:00
	`) {
		var cfg calendar.AnchorConfig
		fmt.Sscan(f[2], &cfg.DayOfMonth)
		if f[1] != "-" {
			cfg.Month = new(int64)
			fmt.Sscan(f[1], cfg.Month)
		}
		if f[3] != "-" {
			cfg.Hour, cfg.Minute, cfg.Second = new(int64), new(int64), new(int64)
			fmt.Sscanf(f[3], "%d:%d:%d", cfg.Hour, cfg.Minute, cfg.Second)
		}
		iv, start := interval(t, f[0]), unix(t, f[4])
		anchor, err := calendar.ResolveAnchorConfig(cfg, start, iv)
		if err != nil || text(anchor) != f[5] {
			t.Errorf("%v: anchor %s %v", f, text(anchor), err)
		}
		if first := iv.NextAfter(anchor, start); text(first) != f[6] {
			t.Errorf("%v: first period %s", f, text(first))
		}
	}
}

func TestResolveAnchorConfigRefuses(t *testing.T) {
	t.Parallel()
	month := calendar.Interval{Unit: "month", Count: 1}
	for _, tc := range []struct {
		cfg  calendar.AnchorConfig
		iv   calendar.Interval
		want error
	}{
		{calendar.AnchorConfig{DayOfMonth: 1}, month, nil},
		{calendar.AnchorConfig{DayOfMonth: 31}, month, nil},
		{calendar.AnchorConfig{DayOfMonth: 0}, month, calendar.ErrAnchorRange},
		{calendar.AnchorConfig{DayOfMonth: 32}, month, calendar.ErrAnchorRange},
		{calendar.AnchorConfig{DayOfMonth: 1, Month: new(int64(13))}, month, calendar.ErrAnchorRange},
		{calendar.AnchorConfig{DayOfMonth: 1, Month: new(int64(0))}, month, calendar.ErrAnchorRange},
		{calendar.AnchorConfig{DayOfMonth: 1, Hour: new(int64(24))}, month, calendar.ErrAnchorRange},
		{calendar.AnchorConfig{DayOfMonth: 1, Minute: new(int64(60))}, month, calendar.ErrAnchorRange},
		{calendar.AnchorConfig{DayOfMonth: 1, Second: new(int64(-1))}, month, calendar.ErrAnchorRange},
		{calendar.AnchorConfig{DayOfMonth: 1}, calendar.Interval{Unit: "week", Count: 1},
			calendar.ErrAnchorUnit},
		{calendar.AnchorConfig{DayOfMonth: 1}, calendar.Interval{Unit: "day", Count: 1},
			calendar.ErrAnchorUnit},
	} {
		if _, err := calendar.ResolveAnchorConfig(tc.cfg, 1_700_000_000, tc.iv); err != tc.want {
			t.Errorf("%+v: %v, want %v", tc.cfg, err, tc.want)
		}
	}
}

// TestAnchorIsOnItsDay checks that every period of a configured anchor begins on the day that was
// asked for, or on the last of a month without that day.
func TestAnchorIsOnItsDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		iv := calendar.Interval{Unit: "month", Count: rapid.Int64Range(1, 36).Draw(t, "count")}
		cfg := calendar.AnchorConfig{DayOfMonth: rapid.Int64Range(1, 31).Draw(t, "day")}
		start := rapid.Int64Range(0, 4_000_000_000).Draw(t, "start")
		anchor, err := calendar.ResolveAnchorConfig(cfg, start, iv)
		if err != nil || anchor < start {
			t.Fatalf("anchor %s for a start at %s: %v", text(anchor), text(start), err)
		}
		if first := iv.NextAfter(anchor, start-1); first > iv.Boundary(start, 1) {
			t.Fatalf("the first full period begins only at %s", text(first))
		}
		for k := range int64(24) {
			at := time.Unix(iv.Boundary(anchor, k), 0).UTC()
			last := at.AddDate(0, 0, 1).Day() == 1
			if int64(at.Day()) != cfg.DayOfMonth && !last {
				t.Fatalf("period %d begins on %v, want day %d", k, at, cfg.DayOfMonth)
			}
			if int64(at.Day()) > cfg.DayOfMonth {
				t.Fatalf("period %d begins on %v, want day %d", k, at, cfg.DayOfMonth)
			}
		}
	})
}
