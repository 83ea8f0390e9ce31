package store_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/portico-billing/portico/internal/store"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ was, is, want string }{
		{`{}`, `{}`, `{}`},
		{`{"a":1}`, `{"a":1}`, `{}`},
		{`{"a":1,"b":2}`, `{"a":1,"b":3}`, `{"b":2}`},
		{`{"a":1}`, `{"a":1,"b":2}`, `{"b":null}`},
		{`{"a":1}`, `{"a":1,"b":null}`, `{}`},
		{`{"a":1,"b":2}`, `{"a":1}`, `{"b":2}`},
		{`{"a":{"x":1,"y":2}}`, `{"a":{"x":1,"y":3}}`, `{"a":{"y":2}}`},
		{`{"a":{"x":1}}`, `{"a":null}`, `{"a":{"x":1}}`},
		{`{"a":null}`, `{"a":{"x":1}}`, `{"a":null}`},
		{`{"a":[1,2]}`, `{"a":[1,2,3]}`, `{"a":[1,2]}`},
		{`{"a":[{"x":1}],"b":"}"}`, `{"a":[{"x":2}],"b":"}"}`, `{"a":[{"x":1}]}`},
		{`{"a":"q\"\\","b":"{\""}`, `{"a":"q\"\\","b":"x"}`, `{"b":"{\""}`},
		{`{"b":1,"a":2}`, `{"a":2,"b":1}`, `{}`},
	} {
		if got := store.DiffForTest(c.was, c.is); got != c.want {
			t.Errorf("diff(%s, %s) = %s, want %s", c.was, c.is, got, c.want)
		}
	}
}

// Whatever the documents are, the diff is JSON, holds exactly the keys that changed, and each of
// them as it was unless both sides are objects.
func TestDiffOfAnyDocuments(t *testing.T) {
	t.Parallel()
	scalar := rapid.OneOf(rapid.Just[any](nil), rapid.Map(rapid.String(), toAny[string]),
		rapid.Map(rapid.IntRange(0, 9), toAny[int]), rapid.Map(rapid.Bool(), toAny[bool]))
	key := rapid.SampledFrom([]string{"a", "b", `c"\`, "d{", "é"})
	list := rapid.Map(rapid.SliceOfN(scalar, 0, 3), toAny[[]any])
	inner := rapid.Map(rapid.MapOfN(key, scalar, 0, 4), toAny[map[string]any])
	document := rapid.MapOfN(key, rapid.OneOf(scalar, list, inner), 0, 5)
	rapid.Check(t, func(t *rapid.T) {
		was, is := document.Draw(t, "was"), document.Draw(t, "is")
		before, _ := json.Marshal(was)
		after, _ := json.Marshal(is)
		var got map[string]any
		text := store.DiffForTest(string(before), string(after))
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for name := range merged(was, is) {
			held, told := got[name]
			if changed := encode(was[name]) != encode(is[name]); changed != told &&
				!onlyPresence(was, is, name) {
				t.Fatalf("%s: changed %v, told %v: %s", name, changed, told, text)
			}
			_, wasObject := was[name].(map[string]any)
			_, isObject := is[name].(map[string]any)
			if told && !(wasObject && isObject) && encode(held) != encode(was[name]) {
				t.Fatalf("%s: was %s, told %s", name, encode(was[name]), encode(held))
			}
		}
	})
}

func toAny[T any](v T) any { return v }

// onlyPresence is a key that is null on one side and absent on the other.
func onlyPresence(was, is map[string]any, name string) bool {
	return was[name] == nil && is[name] == nil
}

func merged(a, b map[string]any) map[string]bool {
	out := map[string]bool{}
	for name := range a {
		out[name] = true
	}
	for name := range b {
		out[name] = true
	}
	return out
}

func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
