package i18n

import (
	"math"
	"testing"
	"time"
)

// Spaces that do not break a line, as CLDR writes them.
const (
	nbsp   = "\u00a0"
	narrow = "\u202f"
)

func TestMoney(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		locale   Locale
		minor    int64
		currency string
		want     string
	}{
		{"en", 2900, "eur", "€29.00"},
		{"en", 2900, "USD", "$29.00"},
		{"de", 2900, "eur", "29,00" + nbsp + "€"},
		{"fr", 123456, "eur", "1" + narrow + "234,56" + nbsp + "€"},
		{"es", 123456, "eur", "1234,56" + nbsp + "€"},
		{"es", 1234567, "eur", "12.345,67" + nbsp + "€"},
		{"nl", -500, "eur", "€" + nbsp + "-5,00"},
		{"sv", -500, "sek", "\u22125,00" + nbsp + "kr"},
		{"en", -500, "usd", "-$5.00"},
		{"en", 500, "chf", "CHF" + nbsp + "5.00"},
		{"en-IN", 12345678900, "inr", "₹12,34,56,789.00"},
		{"ja", 12345678, "jpy", "￥12,345,678"},
		{"en", 12345678, "jpy", "¥12,345,678"},
		{"en", 1234567, "kwd", "KWD" + nbsp + "1,234.567"},
		{"en", 0, "usd", "$0.00"},
		{"en", math.MinInt64, "usd", "-$92,233,720,368,547,758.08"},
		// Two decimals in the API and none in life, unless they are not zero.
		{"en", 150000, "ugx", "UGX" + nbsp + "1,500"},
		{"en", 150050, "ugx", "UGX" + nbsp + "1,500.50"},
		{"en", 500, "zzz", "ZZZ" + nbsp + "5.00"},
	} {
		if got := For(c.locale).Money(c.minor, c.currency); got != c.want {
			t.Errorf("%s %d %s: got %q, want %q", c.locale, c.minor, c.currency, got, c.want)
		}
	}
}

func TestDecimal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		locale            Locale
		decimal, currency string
		want              string
	}{
		{"en", "0.5", "usd", "$0.005"},
		{"en", "100", "usd", "$1.00"},
		{"en", "100.0", "usd", "$1.00"},
		{"en", "150.00", "usd", "$1.50"},
		{"en", "0.000000000001", "usd", "$0.00000000000001"},
		{"de", "1234567.25", "eur", "12.345,6725" + nbsp + "€"},
		{"en", "0.5", "jpy", "¥0.5"},
		{"en", "-0.5", "usd", "-$0.005"},
		{"en", "-0.0", "usd", "$0.00"},
		{"en", "007", "usd", "$0.07"},
		{"en", "", "usd", ""},
		{"en", "1e3", "usd", "1e3"},
		{"en", "5.", "usd", "5."},
		{"en", "--5", "usd", "--5"},
	} {
		if got := For(c.locale).Decimal(c.decimal, c.currency); got != c.want {
			t.Errorf("%s %s %s: got %q, want %q", c.locale, c.decimal, c.currency, got, c.want)
		}
	}
}

func TestPercentAndNumber(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{For("en").Percent("12.5"), "12.5%"},
		{For("en").Percent("20.00"), "20%"},
		{For("de").Percent("8.875"), "8,875" + nbsp + "%"},
		{For("tr").Percent("18"), "%18"},
		{For("en").Percent("abc"), "abc"},
		{For("en").Number(math.MinInt64), "-9,223,372,036,854,775,808"},
		{For("pl").Number(1000), "1000"},
		{For("pl").Number(10000), "10" + nbsp + "000"},
		{For("sv").Number(-5), "\u22125"},
		{For("de").Quote("Pro"), "„Pro“"},
		{For("fr").Quote("Pro"), "«Pro»"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 12, 14, 15, 4, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{For("en").Date(at), "December 14, 2026"},
		{For("en-GB").Date(at), "14 December 2026"},
		{For("es").Date(at), "14 de diciembre de 2026"},
		{For("th").Date(at), "14 ธันวาคม ค.ศ. 2026"},
		{For("ja").Date(at), "2026年12月14日"},
		{For("cs").Date(at), "14. prosince 2026"},
		{For("cs").Month(at), "prosinec 2026"},
		{For("en").Month(at), "December 2026"},
		{For("en-GB").DateShort(at), "14 Dec 2026"},
		{For("de").DateShort(at), "14.12.2026"},
		{For("en").DateTime(at), "December 14, 2026 at 3:04" + narrow + "PM"},
		{For("de").DateTime(at), "14. Dezember 2026 um 15:04"},
		{For("vi").DateTime(at), "lúc 15:04 14 tháng 12, 2026"},
		{For("zh-TW").DateTime(at), "2026年12月14日 下午3:04"},
		// The day is the one of the time's zone.
		{For("en").Date(at.In(time.FixedZone("", 10*3600))), "December 15, 2026"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestRelativeDays(t *testing.T) {
	t.Parallel()
	for days, want := range map[int]string{
		0: "today", 1: "tomorrow", -1: "yesterday", 2: "in 2 days", 23: "in 23 days",
		-5: "5 days ago",
	} {
		if got := For("en").RelativeDays(days); got != want {
			t.Errorf("%d: got %q, want %q", days, got, want)
		}
	}
	if got := For("es").RelativeDays(23); got != "dentro de 23 días" {
		t.Errorf("got %q", got)
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		locale Locale
		items  []string
		want   string
	}{
		{"en", nil, ""},
		{"en", []string{"a"}, "a"},
		{"en", []string{"a", "b"}, "a and b"},
		{"en", []string{"a", "b", "c"}, "a, b, and c"},
		{"en-GB", []string{"a", "b", "c"}, "a, b and c"},
		{"es", []string{"España", "Italia"}, "España e Italia"},
		{"es", []string{"agua", "hielo"}, "agua y hielo"},
		{"en", []string{"{1}", "{0}"}, "{1} and {0}"},
	} {
		if got := For(c.locale).List(c.items); got != c.want {
			t.Errorf("%s %v: got %q, want %q", c.locale, c.items, got, c.want)
		}
	}
}

func TestCurrencyDigits(t *testing.T) {
	t.Parallel()
	for currency, want := range map[string]int{
		"usd": 2, "USD": 2, "jpy": 0, "KRW": 0, "kwd": 3, "TND": 3, "ugx": 2, "ISK": 2,
		"": 2, "xof": 0,
	} {
		if got := CurrencyDigits(currency); got != want {
			t.Errorf("%s: got %d, want %d", currency, got, want)
		}
	}
}
