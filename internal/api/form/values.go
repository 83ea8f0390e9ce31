package form

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Values is a parsed request: a tree with hashes, arrays and texts as they were sent. Which of
// these a parameter should be, Check decides.
type Values struct {
	text string
	leaf bool
	kids []child
}

type child struct {
	key      string
	appended bool // sent as key[]
	*Values
}

// Parse reads bracket parameters from the query and the body of a request, in this order. A key
// that is sent twice has its last value; a[] appends, and starts a new element of an array of
// hashes when the element at hand already has what follows.
func Parse(parts ...string) (*Values, error) {
	root := new(Values)
	keys := 0
	for _, raw := range parts {
		for raw != "" {
			var pair string
			pair, raw, _ = strings.Cut(raw, "&")
			if pair == "" {
				continue
			}
			if keys++; keys > keysMax {
				return nil, invalid("", "", "Too many parameters: at most "+
					strconv.Itoa(keysMax)+" can be sent in one request.")
			}
			if err := root.add(pair); err != nil {
				return nil, err
			}
		}
	}
	return root, nil
}

// add reads one key=value.
func (v *Values) add(pair string) error {
	rawKey, rawText, _ := strings.Cut(pair, "=")
	key, err := unescape(rawKey)
	if err != nil {
		return err
	}
	text, err := unescape(rawText)
	if err != nil {
		return err
	}
	var storage [depthMax]string
	path, ok := split(storage[:0], key)
	if !ok {
		return invalid("", key, "Invalid parameter name: "+key)
	}
	v.set(path, text)
	return nil
}

func unescape(raw string) (string, error) {
	text, err := url.QueryUnescape(raw)
	if err != nil || !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 {
		return "", invalid("", "", "Invalid request: parameters must be URL-encoded UTF-8 text.")
	}
	return text, nil
}

// split takes a[b][] apart into a, b and "". It refuses stray brackets and too many levels.
func split(path []string, key string) ([]string, bool) {
	bracket := strings.IndexByte(key, '[')
	if bracket < 0 {
		return append(path, key), key != "" && strings.IndexByte(key, ']') < 0
	}
	if bracket == 0 || strings.IndexByte(key[:bracket], ']') >= 0 {
		return nil, false
	}
	path = append(path, key[:bracket])
	for rest := key[bracket:]; rest != ""; {
		end := strings.IndexByte(rest, ']')
		if rest[0] != '[' || end < 0 || len(path) == depthMax {
			return nil, false
		}
		name := rest[1:end]
		if strings.IndexByte(name, '[') >= 0 {
			return nil, false
		}
		path = append(path, name)
		rest = rest[end+1:]
	}
	return path, true
}

// set stores a text at a path; a later value replaces an earlier one of another shape.
func (v *Values) set(path []string, text string) {
	at := v
	for i, name := range path {
		at.text, at.leaf = "", false
		if name == "" && i > 0 {
			at = at.element(path[i+1:])
		} else {
			at = at.kid(name)
		}
	}
	*at = Values{text: text, leaf: true}
}

func (v *Values) find(key string) *Values {
	for i := range v.kids {
		if v.kids[i].key == key {
			return v.kids[i].Values
		}
	}
	return nil
}

func (v *Values) kid(key string) *Values {
	if known := v.find(key); known != nil {
		return known
	}
	made := new(Values)
	v.kids = append(v.kids, child{key: key, Values: made})
	return made
}

// element is where a[] followed by rest goes: the last element while it lacks rest, else a new
// one. An array below it ("a[][b][]=") never starts a new element.
func (v *Values) element(rest []string) *Values {
	if n := len(v.kids); n > 0 && v.kids[n-1].appended && len(rest) > 0 {
		last := v.kids[n-1].Values
		if slices.Contains(rest, "") || !last.has(rest) {
			return last
		}
	}
	made := new(Values)
	key := strconv.Itoa(len(v.kids))
	v.kids = append(v.kids, child{key: key, appended: true, Values: made})
	return made
}

func (v *Values) has(path []string) bool {
	for _, name := range path {
		if v = v.find(name); v == nil {
			return false
		}
	}
	return true
}

// Expand lists the paths of expand[], in the order they were sent. It does not judge them: Check
// has seen that they are texts, and params knows which may be expanded.
func Expand(v *Values) []string {
	sent := v.find("expand")
	if sent == nil {
		return nil
	}
	var paths []string
	for _, element := range sent.kids {
		if element.leaf && element.text != "" {
			paths = append(paths, element.text)
		}
	}
	return paths
}

// Canonical is the request written in one way, whatever order its keys were sent in: two requests
// with the same parameters have the same text. Idempotency compares it.
func Canonical(v *Values) string {
	var b strings.Builder
	v.canonical(&b)
	return b.String()
}

func (v *Values) canonical(b *strings.Builder) {
	if v.leaf {
		b.WriteString(strconv.Quote(v.text))
		return
	}
	kids := slices.Clone(v.kids)
	slices.SortFunc(kids, func(x, y child) int { return strings.Compare(x.key, y.key) })
	b.WriteByte('{')
	for _, kid := range kids {
		b.WriteString(strconv.Quote(kid.key))
		b.WriteByte(':')
		kid.canonical(b)
		b.WriteByte(',')
	}
	b.WriteByte('}')
}
