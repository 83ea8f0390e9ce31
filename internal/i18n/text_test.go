package i18n

import "testing"

func TestTextFillsPlaceholders(t *testing.T) {
	t.Parallel()
	en, de := For("en"), For("de")
	for _, c := range []struct{ name, got, want string }{
		{"no placeholder", en.T(NavOverview), "Overview"},
		{"text", en.T(ReviewSwitchButton, A("plan", "Pro")), "Switch to Pro"},
		{"whole number", en.T(PDFPage, A("page", 1), A("pages", int64(1200))), "Page 1 of 1,200"},
		{"locale's number", de.T(PDFPage, A("page", 1), A("pages", 1200)), "Page 1 of 1.200"},
		{"braces in a value", en.T(ReviewSwitchButton, A("plan", "{plan} {x"), A("x", "y")),
			"Switch to {plan} {x"},
		{"missing value", en.T(ReviewSwitchButton), "Switch to {plan}"},
		{"value not asked for", en.T(NavPlan, A("plan", "Pro")), "Plan"},
		{"markup is left alone", en.T(ReviewSwitchButton, A("plan", "<b>&")), "Switch to <b>&"},
		{"unknown key", en.T(Key("no.such")), "no.such"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestPlurals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		locale Locale
		key    Key
		count  int64
		want   string
	}{
		{"en", PriceMonth, 1, "€5 per month"},
		{"en", PriceMonth, 3, "€5 every 3 months"},
		{"es", PriceMonth, 1, "€5 al mes"},
		{"es", PriceMonth, 6, "€5 cada 6 meses"},
		{"es-419", PriceYear, 1, "€5 al año"},
		{"it", PriceYear, 1, "€5 all'anno"},
		{"it", PriceWeek, 2, "€5 ogni 2 settimane"},
		{"fr", PriceMonth, 1, "€5 per month"}, // English words follow English rules:
		{"fr", PeriodDays, 0, "0 days"},       // French would take the singular
		{"ja", PeriodDays, 1, "1 day"},        // Japanese has one form only
		{"en", PeriodDays, 1500, "1,500 days"},
		{"es", PeriodDays, 1_000_000, "1.000.000 días"},
	} {
		if got := For(c.locale).N(c.key, c.count, A("amount", "€5")); got != c.want {
			t.Errorf("%s %s %d: got %q, want %q", c.locale, c.key, c.count, got, c.want)
		}
	}
}

func TestTextLocale(t *testing.T) {
	t.Parallel()
	for locale, want := range map[Locale]Locale{
		"en-GB": "en", "es": "es", "es-419": "es", "it": "it", "de": "en", "zh-TW": "en",
	} {
		z := For(locale)
		if z.TextLocale() != want || z.Locale() != locale || z.Dir() != "ltr" {
			t.Errorf("%s: text %s, locale %s, %s", locale, z.TextLocale(), z.Locale(), z.Dir())
		}
	}
}

func TestItalianElision(t *testing.T) {
	t.Parallel()
	for date, want := range map[string]string{
		"8 dicembre 2026":  "Mantieni Pro fino all'8 dicembre 2026. Non viene addebitato altro.",
		"11 dicembre 2026": "Mantieni Pro fino all'11 dicembre 2026. Non viene addebitato altro.",
		"1 dicembre 2026":  "Mantieni Pro fino al 1 dicembre 2026. Non viene addebitato altro.",
		"18 dicembre 2026": "Mantieni Pro fino al 18 dicembre 2026. Non viene addebitato altro.",
	} {
		got := For("it").T(HomeCanceling, A("plan", "Pro"), A("date", date))
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := For("it").T(PlanSave, A("percent", "80%")); got != "Risparmi l'80%" {
		t.Errorf("got %q", got)
	}
}

func TestForIsOneLocalizerPerLocale(t *testing.T) {
	t.Parallel()
	one, other := For("de"), For("de")
	if one != other || For("xx") != For("en") || For("de-AT") != For("de") {
		t.Error("a locale has more than one Localizer")
	}
}
