package store_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/store"
)

// TestEncodeAsEncodingJSON fills every noun with whatever its fields can hold.
func TestEncodeAsEncodingJSON(t *testing.T) {
	for _, typ := range store.NounTypes() {
		for seed := range uint64(60) {
			f := filler{rand.New(rand.NewPCG(seed, 1))}
			noun := reflect.New(typ)
			if seed > 0 { // the first is empty
				f.fill(noun.Elem(), 0)
			}
			sameJSON(t, noun.Interface())
			if private := store.PrivateOf(noun.Interface()); private != nil {
				sameJSON(t, private)
			}
		}
	}
}

// TestEncodeWhatItDoesNotKnow hands over what only encoding/json can do.
func TestEncodeWhatItDoesNotKnow(t *testing.T) {
	type inner struct{ A int }
	n := 7
	for _, v := range []any{
		&struct{ inner }{inner{1}},
		&struct {
			N int64 `json:"n,string"`
		}{5},
		&struct {
			B []byte
			F float64
			U uint8
			M map[int]string
			A [2]bool
			R json.RawMessage
			P **int
			X any
		}{[]byte("bytes"), 1.5, 200, map[int]string{2: "b", 1: "a"}, [2]bool{true, false},
			json.RawMessage(`{"a": [1, 2]}`), new(&n),
			map[string]any{"b": nil, "a": []any{1, "<"}}},
	} {
		sameJSON(t, v)
	}
	if _, err := store.Encode(&struct{ C chan int }{make(chan int)}); err == nil {
		t.Error("a channel was encoded")
	}
}

func sameJSON(t *testing.T, v any) {
	t.Helper()
	want, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	got, err := store.Encode(v)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Fatalf("%T:\n got %s\nwant %s", v, got, want)
	}
}

// filler puts random things into a value.
type filler struct{ *rand.Rand }

var texts = []string{"", "usd", "in_1", `say "hi" \o/`, "<b>&</b>", "Zoë 東京", "a\tb\nc\x00\x7f",
	"\u2028", "\xff broken"}

const deepest = 6

func (f filler) fill(v reflect.Value, depth int) {
	if v.Type() == reflect.TypeFor[money.Decimal]() {
		v.Set(reflect.ValueOf(money.MustDecimal(fmt.Sprint(f.IntN(100), ".", 1+f.IntN(9)))))
		return
	}
	if v.Type() == reflect.TypeFor[json.RawMessage]() {
		v.SetBytes([]byte(`{"is": "raw"}`))
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(f.IntN(2) == 0)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.IntN(3)-1) * f.Int64N(1e15))
	case reflect.Uint8:
		v.SetUint(uint64(f.IntN(256)))
	case reflect.String:
		v.SetString(texts[f.IntN(len(texts))])
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				f.fill(v.Field(i), depth)
			}
		}
	default:
		if depth < deepest && f.IntN(3) > 0 {
			f.hold(v, depth+1)
		}
	}
}

// hold fills what is nil until then.
func (f filler) hold(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), depth)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), f.IntN(3), 3))
		for i := range v.Len() {
			f.fill(v.Index(i), depth)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range f.IntN(4) {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			f.fill(key, depth)
			f.fill(value, depth)
			v.SetMapIndex(key, value)
		}
	}
}
