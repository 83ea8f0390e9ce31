package i18n

import (
	"slices"
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		preferred string // separated by "|"
		want      Locale
	}{
		{"", "en"},
		{"auto", "en"},
		{"auto||de", "de"},
		{"es-MX", "es-419"},
		{"es-ES", "es"},
		{"es_ar", "es-419"},
		{"es-419", "es-419"},
		{"pt", "pt"},
		{"pt-PT", "pt"},
		{"pt-br", "pt-BR"},
		{"pt-AO", "pt"},
		{"fr-BE", "fr"},
		{"fr-CA", "fr-CA"},
		{"fr-Latn-CA", "fr-CA"},
		{"en-US", "en"},
		{"en-ZA", "en-GB"},
		{"en-PH", "en"},
		{"en-IN", "en-IN"},
		{"zh", "zh"},
		{"zh-CN", "zh"},
		{"zh-SG", "zh"},
		{"zh-Hans-HK", "zh"},
		{"zh-Hant", "zh-TW"},
		{"zh-Hant-HK", "zh-HK"},
		{"zh-MO", "zh-HK"},
		{"zh-tw", "zh-TW"},
		{"nb-NO", "nb"},
		{"nn", "nb"},
		{"no", "nb"},
		{"tl-PH", "fil"},
		{"in-ID", "id"},
		{"de-AT", "de"},
		{"de-DE-u-co-phonebk", "de"},
		{"de-1996", "de"},
		{"xx", "en"},
		{"xx|it", "it"},
		{"fr|it", "fr"},
		{"es-MX,es;q=0.9,en;q=0.8", "es-419"},
		{"en;q=0.5, it;q=0.9", "it"},
		{"ca,eu;q=0.9,it;q=0.8", "it"},
		{"it;q=0, fr;q=0.1", "fr"},
		{"it;level=1, fr", "fr"},
		{"*", "en"},
		{"-|;|,|--|q=1", "en"},
		{strings.Repeat("xx,", 5000) + "it", "en"},
	} {
		if got := Match(strings.Split(c.preferred, "|")...); got != c.want {
			t.Errorf("%.60s: got %s, want %s", c.preferred, got, c.want)
		}
	}
}

func TestMatchKeepsEveryLocale(t *testing.T) {
	t.Parallel()
	list := Locales()
	if len(list) != 46 || !slices.IsSorted(list) {
		t.Errorf("%d locales, sorted: %v", len(list), slices.IsSorted(list))
	}
	for _, l := range list {
		if got := Match(string(l)); got != l {
			t.Errorf("%s became %s", l, got)
		}
	}
}
