package scenario

import (
	"context"
	"maps"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// short says what stories say often, in one line:
//
//	card ada pm_card_visa               attaches a card and makes it the default
//	subscribe sub ada pro a=b …         subscribes to one price
//	change sub price=pro quantity=2 …   changes the first item, and anything else
//	reload sub                          reads a subscription or an invoice again
//	bill in sub                         reads the newest invoice of a subscription
//	pay in …                            pays an invoice
//	lines in -1294 4419                 the amounts of an invoice's lines
//	invoices ada 2900/paid 100/open     all invoices of a customer, oldest first
//	period sub 2024-01-31 2024-02-29    the period of the first item
//	balance ada -500                    what the customer is owed (negative) or owes
//	authenticate in pass                answers the bank's question about an invoice
//	event invoice.paid -> ev            the newest event of a type
//	key k1                              gives what follows an idempotency key; "key -" none
//	previous invoice.updated a b        the keys of the previous_attributes of the newest one
func (s *story) short(verb string, w []string) {
	switch verb {
	case "card":
		s.card(w[0], w[1])
	case "subscribe":
		fields := s.fields(w[3:])
		fields.Set("customer", s.text("$"+w[1]))
		fields.Set("items[0][price]", s.text("$"+w[2]))
		s.things[w[0]] = s.must("/v1/subscriptions", fields)
	case "change":
		s.change(w[0], w[1:])
	case "reload":
		s.reload(w[0])
	case "bill":
		s.reload(w[1])
		s.things[w[0]] = s.read("/v1/invoices/" + s.text("$"+w[1]+".latest_invoice"))
	case "pay":
		s.things[w[0]] = s.must("/v1/invoices/"+s.text("$"+w[0])+"/pay", s.fields(w[1:]))
	case "lines":
		s.compare("lines", w[1:], s.column("/v1/invoices/"+s.text("$"+w[0])+"/lines", "amount"))
	case "invoices":
		s.compare("invoices", w[1:], reverse(s.column(
			"/v1/invoices?limit=100&customer="+s.text("$"+w[0]), "total", "status")))
	case "period":
		s.period(w)
	case "balance":
		s.reload(w[0])
		s.expect(w[0] + ".balance " + w[1])
	case "authenticate":
		s.authenticate(w[0], w[1] == "pass")
	case "event":
		s.things[w[2]] = s.event(w[0])
	case "key":
		s.idempotencyKey = strings.TrimPrefix(w[0], "-")
	case "previous":
		data := s.event(w[0])["data"].(map[string]any)
		was, _ := data["previous_attributes"].(map[string]any)
		s.compare("previous attributes", w[1:], slices.Sorted(maps.Keys(was)))
	default:
		s.fail("a story has no verb %q", verb)
	}
}

// fields reads "a=b c[d]=e"; "_+_" stands for a space.
func (s *story) fields(words []string) url.Values {
	fields := url.Values{}
	for _, w := range words {
		k, v, _ := strings.Cut(w, "=")
		fields.Add(k, s.text(strings.ReplaceAll(v, "_+_", " ")))
	}
	return fields
}

// read asks for something that must be there.
func (s *story) read(path string) map[string]any {
	status, body := s.Call("GET", path, nil)
	if status != 200 {
		s.fail("%s answered %d: %v", path, status, body)
	}
	return body
}

func (s *story) reload(name string) {
	places := map[string]string{"subscription": "subscriptions", "invoice": "invoices",
		"customer": "customers", "payment_intent": "payment_intents", "coupon": "coupons",
		"setup_intent": "setup_intents", "test_helpers.test_clock": "test_helpers/test_clocks"}
	place, ok := places[s.text("$"+name+".object")]
	if !ok {
		s.fail("%s cannot be read again", name)
	}
	s.things[name] = s.read("/v1/" + place + "/" + s.text("$"+name))
}

func (s *story) card(customer, method string) {
	id := s.text("$" + customer)
	pm := s.must("/v1/payment_methods/"+method+"/attach", url.Values{"customer": {id}})
	s.things[customer] = s.must("/v1/customers/"+id,
		url.Values{"invoice_settings[default_payment_method]": {pm["id"].(string)}})
}

// change updates a subscription; price and quantity are those of its first item.
func (s *story) change(name string, words []string) {
	fields := url.Values{}
	for k, vs := range s.fields(words) {
		switch k {
		case "price":
			k, vs = "items[0][price]", []string{s.text("$" + vs[0])}
		case "quantity":
			k = "items[0][quantity]"
		}
		fields[k] = vs
		if strings.HasPrefix(k, "items[0]") && !slices.Contains(words, "items[0][id]=") {
			fields.Set("items[0][id]", s.text("$"+name+".items.data.0.id"))
		}
	}
	s.things[name] = s.must("/v1/subscriptions/"+s.text("$"+name), fields)
}

// event is the newest one of a type.
func (s *story) event(kind string) map[string]any {
	found := s.read("/v1/events?limit=1&type=" + kind)["data"].([]any)
	if len(found) == 0 {
		s.fail("there was no %s", kind)
	}
	return found[0].(map[string]any)
}

// column is a list's fields, one word a row.
func (s *story) column(path string, fields ...string) []string {
	var rows []string
	for _, row := range s.read(path)["data"].([]any) {
		var cells []string
		for _, f := range fields {
			cells = append(cells, show(row.(map[string]any)[f]))
		}
		rows = append(rows, strings.Join(cells, "/"))
	}
	return rows
}

func (s *story) compare(what string, want, got []string) {
	if !slices.Equal(got, want) {
		s.fail("%s are %s, expected %s", what, strings.Join(got, " "), strings.Join(want, " "))
	}
}

// period reads "sub 2024-01-31 2024-02-29" or "sub.items.data.1 …T10:00:00 …".
func (s *story) period(w []string) {
	item := w[0]
	if !strings.Contains(item, ".") {
		s.reload(item)
		item += ".items.data.0"
	}
	got := make([]string, 0, 2)
	for _, end := range []string{"start", "end"} {
		t, _ := s.field(item + ".current_period_" + end).(float64)
		at := time.Unix(int64(t), 0).UTC().Format("2006-01-02T15:04:05")
		got = append(got, strings.TrimSuffix(at, "T00:00:00"))
	}
	s.compare("the period's ends", w[1:], got)
}

// authenticate answers the challenge that an invoice's or intent's payment waits for.
func (s *story) authenticate(name string, pass bool) {
	intent := s.text("$" + name)
	if strings.HasPrefix(intent, "in_") {
		page := s.read("/v1/invoice_payments?invoice=" + intent)
		payment := page["data"].([]any)[0].(map[string]any)["payment"].(map[string]any)
		intent = payment["payment_intent"].(string)
	}
	place := "/v1/payment_intents/"
	if strings.HasPrefix(intent, "seti_") {
		place = "/v1/setup_intents/"
	}
	s.things["_"] = s.read(place + intent)
	page, err := url.Parse(s.text("$_.next_action.redirect_to_url.url"))
	if err != nil {
		s.fail("%v", err)
	}
	if _, err := s.Simulator.Answer(context.Background(), path.Base(page.Path), pass); err != nil {
		s.fail("%v", err)
	}
	s.Settle()
}

// date turns @2024-02-01 or @2024-02-01T10:00:00 into seconds.
func (s *story) date(word string) string {
	if !strings.HasPrefix(word, "@2") {
		return word
	}
	return strconv.FormatInt(s.moment(strings.Replace(word[1:], "T", " ", 1)).Unix(), 10)
}
