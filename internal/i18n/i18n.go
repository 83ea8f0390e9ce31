// Package i18n is what the product says and how it writes numbers: the texts of the portal, the
// hosted pages, the mails and the PDFs, with plurals, and money, dates and lists in 46 locales.
//
// It owns the catalogues (catalog/*.json), the typed keys that name their texts, the choice of a
// locale from what a customer prefers, and the formats. The data behind the formats is the table of
// package cldr. It does not own which locale a customer has, nor the account's time zone: times
// come in already in the zone they are to be shown in. Text is not HTML; the templates escape it.
//
// It promises: a key that compiles has a text in English; a locale without a catalogue shows
// English text with its own numbers and dates; amounts and dates are written as CLDR writes them,
// no digit of an amount is ever lost to a format, and a Localizer is safe for use by many
// goroutines. Nothing is decoded before the first use of its locale.
package i18n

import (
	"slices"
	"sync"

	"github.com/portico-billing/portico/internal/i18n/cldr"
)

//go:generate go run ./keygen

// Locale is one of the locales the portal offers, spelt as the API spells it: "en", "es-419".
type Locale string

// Default is the locale of a customer about whom nothing is known.
const Default Locale = "en"

// locales are the values of a portal session's locale, without "auto".
var locales = []Locale{
	"bg", "cs", "da", "de", "el", "en", "en-AU", "en-CA", "en-GB", "en-IE", "en-IN", "en-NZ",
	"en-SG", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hr", "hu", "id", "it", "ja", "ko",
	"lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "th",
	"tr", "vi", "zh", "zh-HK", "zh-TW",
}

// Locales lists every locale in alphabetical order.
func Locales() []Locale { return slices.Clone(locales) }

// Localizer speaks one locale. It is made once and never changes.
type Localizer struct {
	locale Locale
	data   *cldr.Locale
	texts  *catalog
}

// localizers holds one slot per locale, each filled at its first use.
var localizers = func() map[Locale]func() *Localizer {
	slots := make(map[Locale]func() *Localizer, len(locales))
	for _, l := range locales {
		slots[l] = sync.OnceValue(func() *Localizer {
			return &Localizer{locale: l, data: cldr.Load(string(l)), texts: catalogFor(l)}
		})
	}
	return slots
}()

// For returns the Localizer of a locale, and that of the nearest one when the portal does not offer
// it.
func For(l Locale) *Localizer {
	slot, ok := localizers[l]
	if !ok {
		slot = localizers[Match(string(l))]
	}
	return slot()
}

// Locale is the locale whose numbers and dates are written.
func (z *Localizer) Locale() Locale { return z.locale }

// TextLocale is the locale of the words: English while the locale has no catalogue. It belongs in
// the lang attribute of a page.
func (z *Localizer) TextLocale() Locale { return z.texts.locale }

// Dir is the direction of writing, "ltr" or "rtl".
func (z *Localizer) Dir() string {
	if z.texts.rightToLeft {
		return "rtl"
	}
	return "ltr"
}
