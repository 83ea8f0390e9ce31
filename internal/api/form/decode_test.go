package form

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/portico-billing/portico/internal/api/params"
)

// opt is an optional as the commands' params structs have them.
type opt[T any] struct {
	Set, Null bool
	Value     T
}

func (o *opt[T]) SetForm(null bool) any {
	o.Set, o.Null = true, null
	return &o.Value
}

// moment is now or a time.
type moment struct {
	Now  bool
	Unix int64
}

func (m *moment) SetString(text string) error {
	if text == "now" {
		m.Now = true
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return errors.New("Invalid moment: " + text)
	}
	m.Unix = n
	return nil
}

// span is created=N or created[gt]=N.
type span struct {
	At  int64
	GT  *int64 `form:"gt"`
	LTE *int64 `form:"lte"`
}

func (s *span) SetString(text string) (err error) {
	s.At, err = strconv.ParseInt(text, 10, 64)
	return err
}

type itemParams struct {
	Price    string `form:"price"`
	Quantity *int64 `form:"quantity"`
}

type page struct {
	Limit *int64 `form:"limit"`
}

type listParams struct {
	page
	Created *span `form:"created"`
}

type subscriptionParams struct {
	Customer          string                 `form:"customer"`
	Description       *string                `form:"description"`
	Items             []itemParams           `form:"items"`
	TrialEnd          *moment                `form:"trial_end"`
	CancelAt          opt[moment]            `form:"cancel_at"`
	CancelAtPeriodEnd *bool                  `form:"cancel_at_period_end"`
	DaysUntilDue      opt[int64]             `form:"days_until_due"`
	DefaultTaxRates   opt[[]string]          `form:"default_tax_rates"`
	Metadata          opt[map[string]string] `form:"metadata"`
	PaymentSettings   any                    `form:"payment_settings"`
	TrialSettings     *struct {
		EndBehavior struct {
			MissingPaymentMethod string `form:"missing_payment_method"`
		} `form:"end_behavior"`
	} `form:"trial_settings"`
}

func ptr[T any](v T) *T { return &v }

func TestDecode(t *testing.T) {
	t.Parallel()
	trial := subscriptionParams{Customer: "c"}
	trial.TrialSettings = new(struct {
		EndBehavior struct {
			MissingPaymentMethod string `form:"missing_payment_method"`
		} `form:"end_behavior"`
	})
	trial.TrialSettings.EndBehavior.MissingPaymentMethod = "pause"
	tests := []struct {
		name, raw string
		want      subscriptionParams
	}{
		{"nothing sent, nothing set", "", subscriptionParams{}},
		{"values", "customer=c&cancel_at_period_end=True&days_until_due=7",
			subscriptionParams{Customer: "c", CancelAtPeriodEnd: ptr(true),
				DaysUntilDue: opt[int64]{Set: true, Value: 7}}},
		{"elements in the order of their indexes",
			"items[10][price]=k&items[9][price]=j&items[9][quantity]=0",
			subscriptionParams{Items: []itemParams{{"j", ptr(int64(0))}, {"k", nil}}}},
		{"unset", "description=&default_tax_rates=&metadata=&cancel_at=&days_until_due=",
			subscriptionParams{Description: ptr(""),
				DefaultTaxRates: opt[[]string]{Set: true, Null: true},
				Metadata:        opt[map[string]string]{Set: true, Null: true},
				CancelAt:        opt[moment]{Set: true, Null: true},
				DaysUntilDue:    opt[int64]{Set: true, Null: true}}},
		{"metadata, with one key to delete", "metadata[a]=1&metadata[b]=",
			subscriptionParams{Metadata: opt[map[string]string]{Set: true,
				Value: map[string]string{"a": "1", "b": ""}}}},
		{"a word", "trial_end=now", subscriptionParams{TrialEnd: &moment{Now: true}}},
		{"or a time", "trial_end=9&cancel_at=8", subscriptionParams{TrialEnd: &moment{Unix: 9},
			CancelAt: opt[moment]{Set: true, Value: moment{Unix: 8}}}},
		{"hash in a hash", "customer=c&trial_settings[end_behavior][missing_payment_method]=pause",
			trial},
		{"as it came", "payment_settings[payment_method_types][]=card&payment_settings" +
			"[payment_method_options][card][mandate_options][amount]=5&payment_settings" +
			"[save_default_payment_method]=off",
			subscriptionParams{PaymentSettings: map[string]any{
				"payment_method_types":        []any{"card"},
				"save_default_payment_method": "off",
				"payment_method_options": map[string]any{"card": map[string]any{
					"mandate_options": map[string]any{"amount": int64(5)}}}}}},
		{"expand is the caller's", "customer=c&expand[]=customer", subscriptionParams{Customer: "c"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got subscriptionParams
			if err := read(operation(t, updateLike), test.raw, &got); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("\ngot  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

// updateLike has every parameter of subscriptionParams.
const updateLike = createSubscription

// read is what a handler does, without Check, so that Decode is tried on its own.
func read(op *params.Operation, raw string, dst any) error {
	v, err := Parse(raw)
	if err != nil {
		return err
	}
	return Decode(op, v, dst)
}

func TestDecodeEmbeddedAndRange(t *testing.T) {
	t.Parallel()
	op := operation(t, listCustomers)
	tests := []struct {
		raw  string
		want listParams
	}{
		{"limit=3&created=5", listParams{page{ptr(int64(3))}, &span{At: 5}}},
		{"created[gt]=1&created[lte]=2", listParams{Created: &span{GT: ptr(int64(1)),
			LTE: ptr(int64(2))}}},
	}
	for _, test := range tests {
		var got listParams
		if err := read(op, test.raw, &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v", test.raw, got)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ raw, param, message string }{
		{"coupon_code=x", "coupon_code", "Received unknown parameter: coupon_code"},
		{"on_behalf_of=acct_1", "on_behalf_of", "on_behalf_of is not supported by Portico"},
		{"items[0][price]=p&items[0][tax_rates][]=t", "items[0][tax_rates]",
			"items[0][tax_rates] is not supported by Portico"},
		{"items[0][quantity]=x", "items[0][quantity]", "Invalid integer: x"},
		{"cancel_at_period_end=x", "cancel_at_period_end", "Invalid boolean: x"},
		{"trial_end=later", "trial_end", "Invalid moment: later"},
		{"trial_end[a]=1", "trial_end", "Invalid integer"},
		{"customer[a]=1", "customer", "Invalid string"},
		{"items=1", "items", "Invalid array"},
		{"trial_settings=1", "trial_settings", "Invalid object"},
	}
	for _, test := range tests {
		err := read(operation(t, createSubscription), test.raw, new(subscriptionParams))
		mistake, ok := errors.AsType[*Error](err)
		if !ok || mistake.Param != test.param || mistake.Message != test.message {
			t.Errorf("%s: got %+v", test.raw, err)
		}
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	type wrong struct {
		Name  string                 `form:"name"`
		Typo  string                 `form:"emial"`
		Metas opt[map[string]string] `form:"metadata"`
		Ship  *struct {
			Name string `form:"name"`
			City string `form:"city"`
		} `form:"shipping"`
	}
	unbuilt, stray := Compare(operation(t, createCustomer), &wrong{})
	if want := []string{"emial", "shipping[city]"}; !slices.Equal(stray, want) {
		t.Errorf("stray %q, want %q", stray, want)
	}
	for _, param := range []string{"email", "shipping[address]", "shipping[phone]"} {
		if !slices.Contains(unbuilt, param) {
			t.Errorf("%s is not listed as unbuilt: %q", param, unbuilt)
		}
	}
	for _, param := range []string{"name", "metadata", "expand", "shipping"} {
		if slices.Contains(unbuilt, param) {
			t.Errorf("%s is listed as unbuilt", param)
		}
	}
}

const typicalBody = "customer=cus_NffrFeUfNV2Hib&items[0][price]=price_1MowQVLkdIwHu7ix" +
	"&items[0][quantity]=2&trial_end=now&cancel_at_period_end=false&metadata[order]=6735" +
	"&expand[0]=latest_invoice&description=Pro"

func BenchmarkParseCheckDecode(b *testing.B) {
	op := operation(b, createSubscription)
	b.ReportAllocs()
	for b.Loop() {
		v, err := Parse(typicalBody)
		if err != nil {
			b.Fatal(err)
		}
		if err := Check(op, v); err != nil {
			b.Fatal(err)
		}
		if err := Decode(op, v, new(subscriptionParams)); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzForm looks for panics, for requests that Check accepts and Decode does not understand, and
// for a canonical text that depends on how the request was written.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{
		typicalBody,
		"items[][price]=a&items[][price]=b&metadata=&trial_end=1",
		"items%5B0%5D%5Bprice%5D=x&cancel_at=&default_tax_rates[]=t",
		"customer[x]=1&customer=2&items[01][price]=3",
		"payment_settings[payment_method_options][card]=&trial_settings=",
	} {
		f.Add(seed)
	}
	op := operation(f, createSubscription)
	f.Fuzz(func(t *testing.T, raw string) {
		v, err := Parse(raw)
		if err != nil {
			return
		}
		if again, err := Parse("", raw+"&"); err != nil || Canonical(again) != Canonical(v) {
			t.Fatalf("parsing is not stable: %v", err)
		}
		accepted := Check(op, v) == nil
		err = Decode(op, v, new(subscriptionParams))
		mistake, _ := errors.AsType[*Error](err)
		if err != nil && mistake == nil {
			t.Fatalf("an error that is not the caller's: %v", err)
		}
		if accepted && err != nil && mistake.Message != mistake.Param+
			" is not supported by Portico" && mistake.Param != "cancel_at" {
			t.Fatalf("Check accepts what Decode refuses: %v", err)
		}
	})
}
