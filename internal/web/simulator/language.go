package simulator

import (
	"net/http"
	"net/url"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
)

// frame is what every page has: its language, and the title of the browser's tab.
type frame struct {
	Z       *i18n.Localizer
	Title   string
	Refresh string // where the page leads by itself
}

// carry is what goes along from page to page: where to return to, and the language, if the caller
// named one. Without one it is the browser's.
type carry struct{ Return, Locale string }

func carryOf(values url.Values) carry {
	return carry{Return: values.Get("return_url"), Locale: values.Get("locale")}
}

// query adds what is carried to an address.
func (c carry) query(q url.Values) string {
	if c.Return != "" {
		q.Set("return_url", c.Return)
	}
	if c.Locale != "" {
		q.Set("locale", c.Locale)
	}
	return q.Encode()
}

func (c carry) frame(r *http.Request, title i18n.Key) frame {
	z := kit.Localizer(r, c.Locale)
	return frame{Z: z, Title: z.T(title)}
}

// cardSays tells what each of the test cards does.
var cardSays = map[string]func(z *i18n.Localizer) string{
	"4242 4242 4242 4242": says(i18n.SimulatorSucceeds),
	"5555 5555 5555 4444": func(z *i18n.Localizer) string {
		return z.T(i18n.SimulatorSucceedsBrand, i18n.A("brand", "Mastercard"))
	},
	"4000 0025 0000 3155": says(i18n.SimulatorAuthenticatesOnce),
	"4000 0027 6000 3184": says(i18n.SimulatorAuthenticatesAlways),
	"4000 0082 6000 3178": says(i18n.SimulatorAuthenticatesDeclines),
	"4000 0000 0000 0341": says(i18n.SimulatorSavesDeclines),
	"4000 0000 0000 9995": func(z *i18n.Localizer) string {
		return z.T(i18n.SimulatorDeclinesNamed,
			i18n.A("reason", z.T(i18n.DeclineReasonInsufficientFunds)))
	},
	"4000 0000 0000 0002": says(i18n.SimulatorDeclines),
}

func says(key i18n.Key) func(z *i18n.Localizer) string {
	return func(z *i18n.Localizer) string { return z.T(key) }
}
