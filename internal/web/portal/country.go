package portal

import (
	"embed"
	"strings"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

//go:embed countries/*.txt
var countryNames embed.FS

// countries are all countries in a language and in its order.
func countries(l i18n.Locale) []view.Option {
	language, _, _ := strings.Cut(string(l), "-")
	for _, name := range []string{string(l), language, string(i18n.Default)} {
		raw, err := countryNames.ReadFile("countries/" + name + ".txt")
		if err != nil {
			continue
		}
		var out []view.Option
		for line := range strings.Lines(string(raw)) {
			code, name, _ := strings.Cut(strings.TrimSpace(line), "\t")
			out = append(out, view.Option{Value: code, Text: name})
		}
		return out
	}
	return nil
}

// countryName is a country in a language; a code that nobody knows is shown as it is.
func countryName(code string, l i18n.Locale) string {
	for _, o := range countries(l) {
		if o.Value == code {
			return o.Text
		}
	}
	return code
}
