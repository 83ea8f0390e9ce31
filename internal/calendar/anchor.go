package calendar

import (
	"errors"
	"time"
)

// AnchorConfig asks for an anchor on a chosen day, in UTC. What is not given is taken from the
// start. It has the fields of the API's billing_cycle_anchor_config.
type AnchorConfig struct {
	DayOfMonth int64 // 1 to 31; a month without that day uses its last
	Hour       *int64
	Minute     *int64
	Month      *int64
	Second     *int64
}

// What may be wrong with an anchor configuration.
var (
	ErrAnchorUnit  = errors.New("only month and year intervals take a day of the month")
	ErrAnchorRange = errors.New("the day must be 1 to 31, the month 1 to 12, the hour 0 to 23," +
		" the minute and the second 0 to 59")
)

// anchorTries is enough steps to meet a long month and a leap year on every grid.
const anchorTries = 48

// ResolveAnchorConfig is the anchor that a configuration means for a subscription that starts at
// start: the first matching instant that is not earlier. When that month is too short for the
// day, the anchor is the next one on the same grid that has it, since an anchor on 28 February
// could not come back to the 31st in March. So the anchor may lie more than one interval ahead;
// the first full period begins at iv.NextAfter(anchor, start), which never does.
func ResolveAnchorConfig(cfg AnchorConfig, start int64, iv Interval) (int64, error) {
	if iv.Unit != Month && iv.Unit != Year {
		return 0, ErrAnchorUnit
	}
	if !cfg.inRange() {
		return 0, ErrAnchorRange
	}
	at := time.Unix(start, 0).UTC()
	month, step := monthNumber(at), int64(1)
	if cfg.Month != nil {
		month, step = int64(at.Year())*12+*cfg.Month-1, 12
	}
	for cfg.on(month, at) < start {
		month += step
	}
	longest := month
	for i := int64(1); i < anchorTries && cfg.days(longest) < cfg.DayOfMonth; i++ {
		if m := month + i*iv.months(); cfg.days(m) > cfg.days(longest) {
			longest = m
		}
	}
	return cfg.on(longest, at), nil
}

// on is the configured instant in a month, counted from the year 0.
func (cfg AnchorConfig) on(month int64, start time.Time) int64 {
	day := min(cfg.DayOfMonth, cfg.days(month))
	return time.Date(int(month/12), time.Month(month%12+1), int(day),
		or(cfg.Hour, start.Hour()), or(cfg.Minute, start.Minute()), or(cfg.Second, start.Second()),
		0, time.UTC).Unix()
}

// days is the length of a month, counted from the year 0.
func (AnchorConfig) days(month int64) int64 {
	return int64(daysIn(int(month/12), time.Month(month%12+1)))
}

func (cfg AnchorConfig) inRange() bool {
	return 1 <= cfg.DayOfMonth && cfg.DayOfMonth <= 31 && within(cfg.Month, 1, 12) &&
		within(cfg.Hour, 0, 23) && within(cfg.Minute, 0, 59) && within(cfg.Second, 0, 59)
}

func within(v *int64, low, high int64) bool { return v == nil || low <= *v && *v <= high }

func or(v *int64, otherwise int) int {
	if v == nil {
		return otherwise
	}
	return int(*v)
}
