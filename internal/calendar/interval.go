package calendar

import (
	"errors"
	"time"
)

// Units of an interval, in Stripe's words.
const (
	Day   = "day"
	Week  = "week"
	Month = "month"
	Year  = "year"
)

const daySeconds = 86400

// Interval is the length of a billing period. Days and weeks are fixed spans of 86400 and 604800
// seconds; months and years keep the anchor's day and time of day.
type Interval struct {
	Unit  string
	Count int64
}

// countMax is three years in each unit: the longest interval there is.
var countMax = map[string]int64{Day: 1095, Week: 156, Month: 36, Year: 3}

// What may be wrong with an interval.
var (
	ErrUnit  = errors.New("the interval must be one of day, week, month or year")
	ErrCount = errors.New("the interval must be at least 1 and at most three years" +
		" (3 years, 36 months, 156 weeks or 1095 days)")
)

// Valid refuses an unknown unit and a length below one unit or beyond three years.
func (iv Interval) Valid() error {
	longest, known := countMax[iv.Unit]
	switch {
	case !known:
		return ErrUnit
	case iv.Count < 1 || iv.Count > longest:
		return ErrCount
	}
	return nil
}

// Boundary is the kth boundary of the grid through anchor, counted from the anchor itself and
// never from the boundary before, so that the day of the month survives short months:
// 31 Jan, 29 Feb, 31 Mar. k may be negative.
func (iv Interval) Boundary(anchor, k int64) int64 {
	if seconds := iv.seconds(); seconds > 0 {
		return anchor + k*seconds
	}
	return AddMonths(anchor, int(k*iv.months()))
}

// PeriodAt is the half-open period of the grid through anchor that contains t.
func (iv Interval) PeriodAt(anchor, t int64) (start, end int64) {
	k := iv.indexAt(anchor, t)
	return iv.Boundary(anchor, k), iv.Boundary(anchor, k+1)
}

// NextAfter is the first boundary of the grid through anchor that is later than t.
func (iv Interval) NextAfter(anchor, t int64) int64 {
	_, end := iv.PeriodAt(anchor, t)
	return end
}

// indexAt is the number of the period that contains t: 0 begins at the anchor.
func (iv Interval) indexAt(anchor, t int64) int64 {
	if seconds := iv.seconds(); seconds > 0 {
		return floorDiv(t-anchor, seconds)
	}
	a, at := time.Unix(anchor, 0).UTC(), time.Unix(t, 0).UTC()
	k := floorDiv(monthNumber(at)-monthNumber(a), iv.months())
	if iv.Boundary(anchor, k) > t { // the boundary lies in t's month, but later
		k--
	}
	return k
}

// seconds is the fixed length of an interval of days or weeks, else 0.
func (iv Interval) seconds() int64 {
	switch iv.Unit {
	case Day:
		return iv.Count * daySeconds
	case Week:
		return iv.Count * 7 * daySeconds
	}
	return 0
}

// months is the length of an interval of months or years.
func (iv Interval) months() int64 {
	switch iv.Unit {
	case Month:
		return iv.Count
	case Year:
		return iv.Count * 12
	}
	panic("calendar: unknown interval " + iv.Unit)
}

// AddMonths is t moved by n months, on the same day and time of day; the last day of the month
// when it has no such day.
func AddMonths(t int64, n int) int64 {
	at := time.Unix(t, 0).UTC()
	first := time.Date(at.Year(), at.Month()+time.Month(n), 1,
		at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
	day := min(at.Day(), daysIn(first.Year(), first.Month()))
	return first.Unix() + int64(day-1)*daySeconds
}

// DaysLeft is how many days are left from t until end, a begun day counting as one; 0 once end
// has come. It is for words such as "9 days left", never for sums.
func DaysLeft(t, end int64) int64 {
	if t >= end {
		return 0
	}
	return (end - t + daySeconds - 1) / daySeconds
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func monthNumber(t time.Time) int64 { return int64(t.Year())*12 + int64(t.Month()) - 1 }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
