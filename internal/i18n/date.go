package i18n

import (
	"fmt"
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/i18n/cldr"
)

// Date writes a day in the locale's long form: "14 December 2026". The day is the one in t's zone.
func (z *Localizer) Date(t time.Time) string { return writeTime(z.data, z.data.DateLong, t) }

// DateShort writes a day where space is tight: "14 Dec 2026".
func (z *Localizer) DateShort(t time.Time) string { return writeTime(z.data, z.data.DateMedium, t) }

// Month writes a month and its year: "December 2026".
func (z *Localizer) Month(t time.Time) string { return writeTime(z.data, z.data.YearMonth, t) }

// DateTime writes the long day and the short time, without naming the zone.
func (z *Localizer) DateTime(t time.Time) string {
	glue := writeTime(z.data, z.data.DateTime, t) // drops the apostrophes around words
	hour := writeTime(z.data, z.data.Time, t)
	return strings.NewReplacer("{1}", z.Date(t), "{0}", hour).Replace(glue)
}

// RelativeDays says how far a day is from today: "tomorrow", "in 23 days", "5 days ago".
func (z *Localizer) RelativeDays(days int) string {
	switch {
	case days == 0:
		return z.T(RelativeToday)
	case days == 1:
		return z.T(RelativeTomorrow)
	case days == -1:
		return z.T(RelativeYesterday)
	case days > 0:
		return z.N(RelativeFuture, int64(days))
	default:
		return z.N(RelativePast, -int64(days))
	}
}

// writeTime fills a pattern of CLDR: runs of a letter are fields, text between apostrophes and
// everything else stands for itself.
func writeTime(data *cldr.Locale, pattern string, t time.Time) string {
	var b strings.Builder
	runes := []rune(pattern)
	for i := 0; i < len(runes); {
		end := i + 1
		if runes[i] == '\'' {
			for end < len(runes) && runes[end] != '\'' {
				end++
			}
			b.WriteString(string(runes[i+1 : end]))
			i = end + 1
			continue
		}
		for end < len(runes) && runes[end] == runes[i] {
			end++
		}
		b.WriteString(field(data, runes[i:end], t))
		i = end
	}
	return b.String()
}

// field writes one run of a letter. The generator of the table refuses letters that are not here.
func field(data *cldr.Locale, run []rune, t time.Time) string {
	width := len(run)
	switch run[0] {
	case 'G':
		return data.Era
	case 'y':
		return fmt.Sprintf("%d", t.Year())
	case 'M', 'L':
		return month(data, run, t.Month())
	case 'd':
		return fmt.Sprintf("%0*d", width, t.Day())
	case 'H':
		return fmt.Sprintf("%0*d", width, t.Hour())
	case 'h':
		return fmt.Sprintf("%0*d", width, (t.Hour()+11)%12+1)
	case 'm':
		return fmt.Sprintf("%0*d", width, t.Minute())
	case 'a':
		if t.Hour() < 12 {
			return data.AM
		}
		return data.PM
	case 'B':
		return data.DayPeriods[t.Hour()]
	default:
		return string(run)
	}
}

// month writes M or MM as a number, MMM abbreviated, MMMM in full, LLLL in full without a day.
func month(data *cldr.Locale, run []rune, m time.Month) string {
	switch {
	case len(run) <= 2:
		return fmt.Sprintf("%0*d", len(run), int(m))
	case len(run) == 3:
		return data.MonthsAbbr[m-1]
	case run[0] == 'L' && data.MonthsAlone != nil:
		return data.MonthsAlone[m-1]
	default:
		return data.Months[m-1]
	}
}
