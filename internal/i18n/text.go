package i18n

import (
	"fmt"
	"strings"
)

// Key names a text of the catalogue. Keys are constants, generated from the English catalogue.
type Key string

// Arg is a value for one placeholder of a text.
type Arg struct {
	name  string
	value any
}

// A gives the placeholder {name} a value. Whole numbers are written as the locale writes them;
// everything else must be a finished piece of text, such as what Money or Date returned.
func A(name string, value any) Arg { return Arg{name, value} }

// T is the text of a key with its placeholders filled. A placeholder without a value stays visible.
func (z *Localizer) T(key Key, args ...Arg) string {
	return z.fill(z.texts.text(key), args)
}

// N is the text of a key in the plural form of count. {count} is filled with the number.
func (z *Localizer) N(key Key, count int64, args ...Arg) string {
	all := append(make([]Arg, 0, len(args)+1), args...)
	return z.fill(z.texts.plural(key, count), append(all, A("count", count)))
}

// fill replaces each {name}. A value is never read again, so a name in braces inside it is
// harmless.
func (z *Localizer) fill(text string, args []Arg) string {
	if !strings.ContainsRune(text, '{') {
		return text
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		if !found {
			b.WriteString(before)
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if value, ok := z.value(name, args); ok && closed {
			if z.texts.locale == "it" {
				before = elide(before, value)
			}
			b.WriteString(before + value)
			text = after
			continue
		}
		b.WriteString(before + "{")
		text = rest
	}
}

// value is the argument of that name as text.
func (z *Localizer) value(name string, args []Arg) (string, bool) {
	for _, arg := range args {
		if arg.name != name {
			continue
		}
		switch v := arg.value.(type) {
		case string:
			return v, true
		case int:
			return z.Number(int64(v)), true
		case int64:
			return z.Number(v), true
		default:
			return fmt.Sprint(v), true
		}
	}
	return "", false
}
