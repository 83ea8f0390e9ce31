package i18n

import "strings"

// List joins items as a sentence does: "a, b and c".
func (z *Localizer) List(items []string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	case 2:
		return z.join(z.data.List.Pair, items[0], items[1])
	}
	last := len(items) - 1
	text := z.join(z.data.List.End, items[last-1], items[last])
	for i := last - 2; i > 0; i-- {
		text = pair(z.data.List.Middle, items[i], text)
	}
	return pair(z.data.List.Start, items[0], text)
}

// join is the pattern with "and". Spanish says "e" for "y" before the sound of i.
func (z *Localizer) join(pattern, left, right string) string {
	if strings.HasPrefix(string(z.locale), "es") && soundsLikeI(right) {
		pattern = strings.Replace(pattern, " y ", " e ", 1)
	}
	return pair(pattern, left, right)
}

// soundsLikeI tells "Italia" and "hilo" from "hielo" and "hiato", which begin with another sound.
func soundsLikeI(word string) bool {
	word = strings.ToLower(word)
	if strings.HasPrefix(word, "i") {
		return true
	}
	return strings.HasPrefix(word, "hi") &&
		!strings.HasPrefix(word, "hie") && !strings.HasPrefix(word, "hia")
}

// pair fills {0} and {1}; braces inside the items are left alone.
func pair(pattern, left, right string) string {
	return strings.NewReplacer("{0}", left, "{1}", right).Replace(pattern)
}
