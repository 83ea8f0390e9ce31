package portal

import (
	"slices"
	"testing"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

func TestCountriesInEveryLanguage(t *testing.T) {
	t.Parallel()
	english := countries(i18n.Default)
	for _, l := range i18n.Locales() {
		all := countries(l)
		if len(all) != len(english) {
			t.Errorf("%s has %d countries, English %d", l, len(all), len(english))
		}
		for _, o := range all {
			if len(o.Value) != 2 || o.Text == "" {
				t.Errorf("%s: %q %q", l, o.Value, o.Text)
			}
		}
	}
	if !slices.Contains(countries("de"), view.Option{Value: "DE", Text: "Deutschland"}) ||
		!slices.Contains(countries("pt-BR"), view.Option{Value: "DE", Text: "Alemanha"}) {
		t.Error("the names are not in their language")
	}
}
