package form

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// The same request as four clients send it.
func TestParseClients(t *testing.T) {
	t.Parallel()
	const want = `{"customer":"cus_1","expand":{"0":"latest_invoice",},` +
		`"items":{"0":{"price":"price_1","quantity":"2",},"1":{"price":"price_2",},},` +
		`"metadata":{"a b":"c&d",},}`
	tests := []struct{ client, body string }{
		{"Go, sorted keys", "customer=cus_1&expand[0]=latest_invoice&items[0][price]=price_1&" +
			"items[0][quantity]=2&items[1][price]=price_2&metadata[a+b]=c%26d"},
		{"Node", "customer=cus_1&items[0][price]=price_1&items[0][quantity]=2&" +
			"items[1][price]=price_2&metadata[a%20b]=c%26d&expand[0]=latest_invoice"},
		{"Python, brackets encoded", "customer=cus_1&items%5B0%5D%5Bprice%5D=price_1&" +
			"items%5B0%5D%5Bquantity%5D=2&items%5B1%5D%5Bprice%5D=price_2&" +
			"metadata%5Ba+b%5D=c%26d&expand%5B0%5D=latest_invoice"},
		{"curl and the CLI, empty brackets", "customer=cus_1&items[][price]=price_1&" +
			"items[][quantity]=2&items[][price]=price_2&metadata[a+b]=c%26d&expand[]=latest_invoice"},
	}
	for _, test := range tests {
		t.Run(test.client, func(t *testing.T) {
			t.Parallel()
			v, err := Parse(test.body)
			if err != nil {
				t.Fatal(err)
			}
			if got := Canonical(v); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, raw, want string }{
		{"nothing", "", `{}`},
		{"stray ampersands", "&a=1&&b=2&", `{"a":"1","b":"2",}`},
		{"no value", "a", `{"a":"",}`},
		{"an equals sign in the value", "a=b=c", `{"a":"b=c",}`},
		{"last wins", "a=1&a=2", `{"a":"2",}`},
		{"last wins over a hash", "a[b]=1&a=2", `{"a":"2",}`},
		{"last wins over a value", "a=1&a[b]=2", `{"a":{"b":"2",},}`},
		{"append", "a[]=x&a[]=y&a[]=x", `{"a":{"0":"x","1":"y","2":"x",},}`},
		{"append after an index", "a[0]=x&a[]=y", `{"a":{"0":"x","1":"y",},}`},
		{"new element when a key repeats", "a[][b]=1&a[][c]=2&a[][b]=3",
			`{"a":{"0":{"b":"1","c":"2",},"1":{"b":"3",},},}`},
		{"new element when a deep key repeats", "a[][b][c]=1&a[][b][d]=2&a[][b][c]=3",
			`{"a":{"0":{"b":{"c":"1","d":"2",},},"1":{"b":{"c":"3",},},},}`},
		{"an array inside does not repeat", "a[][b][]=1&a[][b][]=2",
			`{"a":{"0":{"b":{"0":"1","1":"2",},},},}`},
		{"unset", "a=&b[c]=", `{"a":"","b":{"c":"",},}`},
		{"an empty key in a hash appends", "a[b][]=1", `{"a":{"b":{"0":"1",},},}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v, err := Parse(test.raw)
			if err != nil {
				t.Fatal(err)
			}
			if got := Canonical(v); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, raw, param string }{
		{"no name", "=1", ""},
		{"bracket first", "[a]=1", "[a]"},
		{"not closed", "a[b=1", "a[b"},
		{"closed without opening", "a]=1", "a]"},
		{"text after a bracket", "a[b]c=1", "a[b]c"},
		{"a bracket in a key", "metadata[a[b]]=1", "metadata[a[b]]"},
		{"a closing bracket in a key", "metadata[a]b]=1", "metadata[a]b]"},
		{"nine levels", "a" + strings.Repeat("[b]", 8) + "=1", "a" + strings.Repeat("[b]", 8)},
		{"invalid UTF-8", "a=%ff", ""},
		{"a zero byte", "a=x%00", ""},
		{"a zero byte in a key", "a%00=x", ""},
		{"a broken escape", "a=%zz", ""},
		{"1001 keys", strings.Repeat("a=1&", 1001), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(test.raw)
			mistake, ok := errors.AsType[*Error](err)
			if !ok || mistake.Type != "invalid_request_error" || mistake.Param != test.param {
				t.Errorf("got %#v, want param %q", err, test.param)
			}
		})
	}
	if _, err := Parse("a"+strings.Repeat("[b]", 7)+"=1", strings.Repeat("a=1&", 999)); err != nil {
		t.Errorf("eight levels and 1000 keys: %v", err)
	}
}

func TestParseQueryAndBody(t *testing.T) {
	t.Parallel()
	v, err := Parse("invoice_now=true&prorate=false", "prorate=true")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Canonical(v), `{"invoice_now":"true","prorate":"true",}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	tests := []struct {
		raw  string
		want []string
	}{
		{"", nil},
		{"expand=", nil},
		{"expand=customer", nil},
		{"expand[]=b&expand[]=a", []string{"b", "a"}},
		{"expand[0]=b&expand[1]=a&expand[2]=", []string{"b", "a"}},
	}
	for _, test := range tests {
		v, err := Parse(test.raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := Expand(v); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.raw, got, test.want)
		}
	}
}
