package params

import (
	"bytes"
	"compress/gzip"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestOpNodes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		op, path string // the path's "[]" goes to the elements, "*" to the values of a map
		want     Node
		required bool
	}{
		{"POST /v1/subscriptions", "trial_end",
			Node{Kind: KindTime, Literals: []string{"now"}}, false},
		{"POST /v1/subscriptions", "items [] price", Node{Kind: KindString, MaxLength: 5000}, false},
		{"POST /v1/subscriptions", "items [] price_data recurring interval",
			Node{Kind: KindEnum, Literals: []string{"day", "month", "week", "year"}}, true},
		{"POST /v1/subscriptions", "items [] price_data unit_amount_decimal",
			Node{Kind: KindDecimal}, false},
		{"POST /v1/customers", "email",
			Node{Kind: KindString, MaxLength: 512, Emptyable: true}, false},
		{"POST /v1/customers", "metadata *", Node{Kind: KindString}, false},
		{"POST /v1/products/{id}", "description",
			Node{Kind: KindString, MaxLength: 40000, Emptyable: true}, false},
		{"POST /v1/products", "name", Node{Kind: KindString, MaxLength: 5000}, true},
		{"POST /v1/coupons", "percent_off", Node{Kind: KindNumber}, false},
		{"POST /v1/prices", "tiers [] up_to",
			Node{Kind: KindInteger, Literals: []string{"inf"}}, true},
		{"POST /v1/prices", "currency_options * unit_amount", Node{Kind: KindInteger}, false},
		{"GET /v1/prices", "limit", Node{Kind: KindInteger}, false},
		{"GET /v1/prices", "active", Node{Kind: KindBoolean}, false},
		{"POST /v1/files", "file", Node{Kind: KindFile}, true},
		{"POST /v1/payment_intents", "off_session",
			Node{Kind: KindBoolean, Literals: []string{"one_off", "recurring"}}, false},
		{"DELETE /v1/subscriptions/{subscription_exposed_id}", "prorate",
			Node{Kind: KindBoolean}, false},
		{"GET /v1/credit_notes/preview", "invoice", Node{Kind: KindString, MaxLength: 5000}, true},
	}
	for _, test := range tests {
		t.Run(test.op+" "+test.path, func(t *testing.T) {
			t.Parallel()
			method, template, _ := strings.Cut(test.op, " ")
			got := Field{Node: Op(method, template).Params}
			for name := range strings.FieldsSeq(test.path) {
				if name == "[]" || name == "*" {
					got = Field{Node: got.Items}
					continue
				}
				field := got.Field(name)
				if field == nil {
					t.Fatalf("no %s", name)
					return
				}
				got = *field
			}
			same := got.Kind == test.want.Kind && got.Emptyable == test.want.Emptyable &&
				got.MaxLength == test.want.MaxLength && got.Required == test.required &&
				slices.Equal(got.Literals, test.want.Literals)
			if !same {
				t.Errorf("got %+v required=%v, want %+v", *got.Node, got.Required, test.want)
			}
		})
	}
}

func TestCreatedIsOneValueOrARange(t *testing.T) {
	t.Parallel()
	created := Op("GET", "/v1/customers").Params.Field("created")
	if created.Kind != KindHash || created.Scalar != KindInteger || created.Field("gte") == nil {
		t.Errorf("got %+v", *created.Node)
	}
}

func TestAll(t *testing.T) {
	t.Parallel()
	all := All()
	tiers := map[int]int{}
	for _, info := range all {
		tiers[info.Tier]++
		if Op(info.Method, info.Template).Params.Field("expand") == nil {
			t.Errorf("%s %s does not take expand", info.Method, info.Template)
		}
	}
	if tiers[1] != 145 || tiers[2] != 123 {
		t.Errorf("operations per tier: %v, want 145 and 123", tiers)
	}
	for _, want := range []OpInfo{
		{"GET", "/v1/customers", 1, "list of customer"},
		{"GET", "/v1/customers/search", 1, "search of customer"},
		{"GET", "/v1/customers/{customer}", 1, "customer"},
		{"DELETE", "/v1/customers/{customer}", 1, "deleted_customer"},
		{"GET", "/v1/quotes/{quote}/pdf", 2, "file"},
		{"GET", "/v1/invoices/{invoice}/lines", 1, "list of line_item"},
	} {
		if !slices.Contains(all, want) {
			t.Errorf("%+v is not listed", want)
		}
	}
	if Op("GET", "/v1/nothing") != nil {
		t.Error("an operation that does not exist was found")
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	tests := []struct {
		op, path string
		want     Expansion
	}{
		{"GET /v1/invoices/{invoice}", "customer", ExpandRef},
		{"GET /v1/invoices/{invoice}", "payments", ExpandInclude},
		{"GET /v1/invoices/{invoice}", "payments.data.payment.payment_intent", ExpandRef},
		{"GET /v1/invoices/{invoice}", "lines", ExpandPresent},
		{"GET /v1/invoices/{invoice}", "discounts", ExpandRef},
		{"GET /v1/invoices/{invoice}", "discounts.source.coupon", ExpandRef},
		{"GET /v1/invoices/{invoice}", "total", NotExpandable},
		{"GET /v1/invoices/{invoice}", "customer.email", NotExpandable},
		{"GET /v1/invoices/{invoice}", "nonsense", NotExpandable},
		{"GET /v1/invoices/{invoice}", "", NotExpandable},
		{"GET /v1/invoices/{invoice}", "customer.", NotExpandable},
		{"GET /v1/invoices/{invoice}", "payment_intent", NotExpandable},
		{"GET /v1/invoices", "data.customer.subscriptions", ExpandInclude},
		{"GET /v1/invoices", "data.parent.subscription_details.subscription", ExpandRef},
		{"GET /v1/invoices", "data", ExpandPresent},
		{"GET /v1/invoices", "customer", NotExpandable},
		{"GET /v1/invoices", "total_count", NotExpandable},
		{"GET /v1/invoices/search", "total_count", ExpandInclude},
		{"POST /v1/subscriptions", "latest_invoice.payments.data.payment.payment_intent", ExpandRef},
		{"POST /v1/subscriptions", "latest_invoice.confirmation_secret", ExpandInclude},
		{"POST /v1/subscriptions", "items.data.price.product", ExpandRef},
		{"POST /v1/subscriptions", "items.data.price.tiers", ExpandInclude},
		{"POST /v1/subscriptions", "pending_setup_intent", ExpandRef},
		{"GET /v1/prices/{price}", "currency_options.eur.tiers", ExpandInclude},
		{"GET /v1/charges/{charge}", "refunds.data.balance_transaction", ExpandRef},
		{"GET /v1/checkout/sessions/{session}", "line_items.data.price.product", ExpandRef},
		{"GET /v1/events/{id}", "data", ExpandPresent},
		{"GET /v1/invoices/{invoice}/lines", "data.price", ExpandPresent},
		{"GET /v1/invoices/{invoice}/lines", "data.plan", ExpandPresent},
		{"GET /v1/subscriptions/{subscription_exposed_id}", "plan.product", ExpandRef},
		{"GET /v1/subscriptions", "data.plan.product", ExpandRef},
		{"GET /v1/subscriptions/{subscription_exposed_id}", "items.data.plan.product", ExpandRef},
	}
	for _, test := range tests {
		method, template, _ := strings.Cut(test.op, " ")
		if got := Op(method, template).Expand(test.path); got != test.want {
			t.Errorf("%s expand %q: got %d, want %d", test.op, test.path, got, test.want)
		}
	}
}

func TestTargets(t *testing.T) {
	t.Parallel()
	tests := []struct {
		resource, path string
		want           []string
	}{
		{"invoice", "customer", []string{"customer"}},
		{"subscription", "latest_invoice.payments.data.payment.charge", []string{"charge"}},
		{"customer", "default_source", []string{"bank_account", "card", "source"}},
		{"price", "tiers", nil},
		{"price", "currency", nil},
	}
	for _, test := range tests {
		if got := Targets(test.resource, test.path); !slices.Equal(got, test.want) {
			t.Errorf("%s %s: got %q, want %q", test.resource, test.path, got, test.want)
		}
	}
	if !Expandable("invoice", "customer") || Expandable("invoice", "number") {
		t.Error("invoice: customer is expandable and number is not")
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	op := New("POST /v1/portico/settings", "portico.settings",
		String("time_zone").Max(64),
		Hash("dunning",
			Array("retry_days", Integer("")),
			Enum("end_state", "unpaid", "canceled").Require()),
		Time("from").Or("now").Unset(),
		Boolean("b"), Decimal("d"), Metadata(),
	)
	if op.Name() != "POST /v1/portico/settings" || op.Tier != 0 {
		t.Errorf("got %+v", op)
	}
	if op.Params.Field("expand") == nil {
		t.Error("the operation does not take expand")
	}
	endState := op.Params.Field("dunning").Field("end_state")
	if !endState.Required || endState.Literals[0] != "unpaid" {
		t.Errorf("end_state: %+v", endState)
	}
	if from := op.Params.Field("from"); !from.Emptyable || from.Literals[0] != "now" {
		t.Errorf("from: %+v", from)
	}
	if op.Params.Field("time_zone").MaxLength != 64 || op.Params.Field("limit") != nil {
		t.Error("time_zone has a limit, and limit is for lists")
	}
	list := New("GET /v1/portico/things", "portico.thing", String("z"), String("a")).ListOf()
	if list.Params.Field("limit") == nil || list.Params.Field("a") == nil ||
		list.Shape != ShapeList {
		t.Errorf("got %+v", list)
	}
}

// A parameter that is added to one operation must not show in another that shares its nodes.
func TestAddedParametersStayWithTheirOperation(t *testing.T) {
	t.Parallel()
	own := New("GET /v1/portico/settings", "portico.settings")
	more := New("GET /v1/products/{id}", "product", Boolean("portico_stock"))
	raw := unpacked(t)
	fresh, err := decodeTable(raw)
	if err != nil {
		t.Fatal(err)
	}
	fresh.add([]*Operation{own, more})
	if fresh.ops["GET /v1/portico/settings"] != own {
		t.Error("the new operation is missing")
	}
	product := fresh.ops["GET /v1/products/{id}"]
	if product.Params.Field("portico_stock") == nil || product.Params.Field("expand") == nil {
		t.Error("the product has lost or not gained a parameter")
	}
	if fresh.ops["GET /v1/prices/{price}"].Params.Field("portico_stock") != nil {
		t.Error("the price has gained the product's parameter")
	}
}

func TestDecodeTableRefuses(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{`{`, `{"nodes":[{"k":"hash","f":"a:7"}]}`,
		`{"nodes":[{"k":"hash","f":"a"}]}`} {
		if _, err := decodeTable([]byte(raw)); err == nil {
			t.Errorf("%s was accepted", raw)
		}
	}
}

func BenchmarkDecodeTable(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodeTable(unpacked(b)); err != nil {
			b.Fatal(err)
		}
	}
}

func unpacked(t testing.TB) []byte {
	t.Helper()
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
