package cldr

import (
	"io/fs"
	"strings"
	"testing"
)

// TestTablesAreWhole opens every file of the table.
func TestTablesAreWhole(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(files, "data/*.gen.json")
	if err != nil || len(names) != 47 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	for _, name := range names {
		locale := strings.TrimSuffix(strings.TrimPrefix(name, "data/"), ".gen.json")
		if locale == "digits" {
			continue
		}
		l := Load(locale)
		for _, month := range append(l.Months, l.MonthsAbbr...) {
			if month == "" {
				t.Errorf("%s has a month without a name", locale)
			}
		}
		if len(l.Months) != 12 || len(l.MonthsAbbr) != 12 || len(l.MonthsAlone)%12 != 0 {
			t.Errorf("%s has not 12 months", locale)
		}
		for what, text := range map[string]string{
			"decimal": l.Decimal, "group": l.Group, "minus": l.Minus, "percent": l.Percent,
			"positive": l.Currency.Positive, "negative": l.Currency.Negative,
			"alpha": l.CurrencyAlpha.Positive, "alpha negative": l.CurrencyAlpha.Negative,
			"long": l.DateLong, "medium": l.DateMedium, "month": l.YearMonth, "time": l.Time,
			"both": l.DateTime, "list": l.List.Start + l.List.Middle, "pair": l.List.Pair,
			"am": l.AM, "pm": l.PM, "quote": l.Quotes[0],
		} {
			if text == "" {
				t.Errorf("%s has no %s", locale, what)
			}
		}
		if strings.Contains(l.Time, "B") && (len(l.DayPeriods) != 24 || l.DayPeriods[0] == "") {
			t.Errorf("%s names its hours, but the table does not", locale)
		}
	}
}

func TestLoadStopsAtAnUnknownLocale(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a locale without a table was loaded")
		}
	}()
	Load("../cldr")
}

func TestCategory(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		locale string
		want   string // categories of 0, 1, 2, 5, 11, 12, 21, 22, 25, 101, 1000000
	}{
		{"en", "other one other other other other other other other other other"},
		{"fr", "one one other other other other other other other other many"},
		{"es", "other one other other other other other other other other many"},
		{"pl", "many one few many many many many few many many many"},
		{"ru", "many one few many many many one few many one many"},
		{"lt", "other one few few other other one few few one other"},
		{"lv", "zero one other other zero zero one other other one zero"},
		{"sl", "other one two other other other other other other one other"},
		{"mt", "few one two few many many other other other other other"},
		{"ja", "other other other other other other other other other other other"},
	} {
		rules := Load(c.locale).Plurals()
		var got []string
		for _, n := range []int64{0, 1, 2, 5, 11, 12, 21, 22, 25, 101, 1_000_000} {
			got = append(got, Category(rules, n))
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: got  %s\nwant %s", c.locale, text, c.want)
		}
		if Category(rules, -1) != Category(rules, 1) {
			t.Errorf("%s: minus one is not counted as one", c.locale)
		}
	}
}

func TestParseRuleRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "n", "x = 1", "n % x = 1", "n = ", "n = 1..", "n = ..2", "n = 1 and", "n = 1 or i",
	} {
		if _, err := parseRule("one", text); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

func TestCurrencyDigits(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]int{"EUR": 2, "JPY": 0, "KWD": 3, "UGX": 0, "ZZZ": 2} {
		if got := CurrencyDigits(code); got != want {
			t.Errorf("%s: got %d, want %d", code, got, want)
		}
	}
}
