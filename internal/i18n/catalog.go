package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/portico-billing/portico/internal/i18n/cldr"
)

//go:embed catalog/*.json
var catalogFiles embed.FS

// catalog is the words of one locale. Its plural forms follow its own language, also when it stands
// in for a locale without a catalogue.
type catalog struct {
	locale      Locale
	rightToLeft bool
	plurals     []cldr.PluralRule
	entries     map[Key]entry
	fallback    *catalog // nil for English
}

// entry is a text, or its plural forms by CLDR's category; "other" is then always there.
type entry struct {
	text  string
	forms map[string]string
}

// english is the catalogue every other one falls back to.
var english = sync.OnceValue(func() *catalog { return readCatalog(Default, nil) })

// catalogs holds one slot per file, each read at its first use.
var catalogs = map[Locale]func() *catalog{
	Default: english,
	"es":    sync.OnceValue(func() *catalog { return readCatalog("es", english()) }),
	"it":    sync.OnceValue(func() *catalog { return readCatalog("it", english()) }),
}

// catalogFor is the catalogue of a locale, of its language, or English.
func catalogFor(l Locale) *catalog {
	if slot, ok := catalogs[l]; ok {
		return slot()
	}
	language, _, _ := strings.Cut(string(l), "-")
	if slot, ok := catalogs[Locale(language)]; ok {
		return slot()
	}
	return english()
}

// readCatalog decodes one file. The files are ours and tested, so a damaged one is a broken
// invariant.
func readCatalog(l Locale, fallback *catalog) *catalog {
	raw, err := catalogFiles.ReadFile("catalog/" + string(l) + ".json")
	if err != nil {
		panic(fmt.Sprintf("i18n: %v", err))
	}
	c := &catalog{locale: l, plurals: cldr.Load(string(l)).Plurals(), fallback: fallback}
	if err := json.Unmarshal(raw, &c.entries); err != nil {
		panic(fmt.Sprintf("i18n: catalog %s: %v", l, err))
	}
	return c
}

// UnmarshalJSON reads an entry: plain text, or an object with "text" or the plural forms, beside
// which "note" and "max" speak to translators only.
func (e *entry) UnmarshalJSON(raw []byte) error {
	if raw[0] == '"' {
		return json.Unmarshal(raw, &e.text)
	}
	var fields struct {
		Text, Zero, One, Two, Few, Many, Other string
	}
	if err := json.Unmarshal(raw, &fields); err != nil {
		return err
	}
	if fields.Other == "" {
		e.text = fields.Text
		return nil
	}
	e.forms = map[string]string{"other": fields.Other}
	for name, text := range map[string]string{
		"zero": fields.Zero, "one": fields.One, "two": fields.Two,
		"few": fields.Few, "many": fields.Many,
	} {
		if text != "" {
			e.forms[name] = text
		}
	}
	return nil
}

// text is the words of a key, in English where a translation is missing.
func (c *catalog) text(key Key) string {
	for ; c != nil; c = c.fallback {
		if e, ok := c.entries[key]; ok {
			if e.forms != nil {
				return e.forms["other"]
			}
			return e.text
		}
	}
	return string(key)
}

// plural is the form of a key for a count, chosen by the rules of the catalogue it was found in.
func (c *catalog) plural(key Key, count int64) string {
	for ; c != nil; c = c.fallback {
		e, ok := c.entries[key]
		if !ok {
			continue
		}
		if e.forms == nil {
			return e.text
		}
		if form, ok := e.forms[cldr.Category(c.plurals, count)]; ok {
			return form
		}
		return e.forms["other"]
	}
	return string(key)
}
