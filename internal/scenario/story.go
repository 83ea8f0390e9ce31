package scenario

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// story is one text being told.
type story struct {
	*House
	file   string
	line   int
	things map[string]map[string]any // what the story has names for
	mark   string                    // the newest event that was looked at
	clock  string                    // the test clock on which all customers live; "" is none
	frozen time.Time                 // and its time
}

// Tell runs a story, line by line, and then checks that all books agree:
//
//	at 2025-04-01 00:00:00              where the clock starts
//	advance 2025-05-01 01:00:00         moves it, doing everything that is due on the way
//	post /v1/customers name=Ada -> ada  asks the API and keeps the answer under a name
//	refuse 402 card_declined post …     asks and expects a refusal
//	get /v1/invoices/$in -> in          $in is an id, $in.customer a field
//	expect in.total 3125                a field, written as JSON without quotes
//	events a.b c.d                      exactly these events since the last look
//	forget                              looks at events without minding which
//	product starter Starter · price …   shorter ways to say what every story needs
//	@2024-02-01T10:00:00                as a value: that time in seconds
//
// and the verbs of short.
func (h *House) Tell(file, text string) {
	h.Helper()
	h.tell(&story{House: h, file: file}, text)
}

// TellOnTestClock runs a story whose customers all live on one test clock. The story advances that
// clock, each time in one jump, and must come out as it does when time passes by itself.
func (h *House) TellOnTestClock(file, text string) {
	h.Helper()
	s := &story{House: h, file: file, frozen: h.Clock.Now()}
	now := strconv.FormatInt(h.Clock.Now().Unix(), 10)
	s.clock = s.must("/v1/test_helpers/test_clocks",
		url.Values{"frozen_time": {now}})["id"].(string)
	h.tell(s, text)
}

func (h *House) tell(s *story, text string) {
	h.Helper()
	file := s.file
	s.things = map[string]map[string]any{}
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, " #")
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		s.line = i + 1
		s.say(line)
		if h.Failed() {
			h.Fatalf("%s:%d: %s", file, s.line, line)
		}
	}
	h.verify()
}

// verify holds what the program promises at all times: books, balances, invoices, events and the
// gateway's own books agree.
func (h *House) verify() {
	h.Helper()
	checks, err := h.App.Verify(context.Background())
	if err != nil {
		h.Fatal(err)
	}
	for _, c := range checks {
		for _, wrong := range c.Bad {
			h.Errorf("%s: %s", c.Name, wrong)
		}
	}
}

// Beginning is when a story begins: the time of its first "at".
func Beginning(text string) time.Time {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "at "); ok {
			return (&story{}).moment(rest)
		}
	}
	return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
}

func (s *story) fail(format string, args ...any) {
	s.Helper()
	s.Fatalf("%s:%d: %s", s.file, s.line, fmt.Sprintf(format, args...))
}

func (s *story) say(line string) {
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "at", "advance":
		s.moveTo(s.moment(rest))
	case "settle":
		s.Settle()
	case "post", "get", "delete":
		s.ask(line, 200, "")
	case "refuse":
		status, rest, _ := strings.Cut(rest, " ")
		code, rest, _ := strings.Cut(rest, " ")
		n, err := strconv.Atoi(status)
		if err != nil {
			s.fail("%v", err)
		}
		s.ask(rest, n, code)
	case "expect":
		s.expect(rest)
	case "events":
		s.events(strings.Fields(rest))
	case "forget":
		_, s.mark = s.Events(s.mark)
	case "product":
		name, title, _ := strings.Cut(rest, " ")
		s.things[name] = s.must("/v1/products", url.Values{"name": {title}, "id": {"prod_" + name}})
	case "price":
		s.price(strings.Fields(rest))
	case "customer":
		s.customer(strings.Fields(rest))
	case "captured":
		s.captured(rest)
	default:
		s.short(verb, strings.Fields(rest))
	}
}

// moveTo lets time pass up to an instant. On a test clock all of it passes at once, and no time at
// all elsewhere.
func (s *story) moveTo(at time.Time) {
	switch {
	case s.clock == "":
		s.MoveTo(at)
	case at.After(s.frozen):
		s.must("/v1/test_helpers/test_clocks/"+s.clock+"/advance",
			url.Values{"frozen_time": {strconv.FormatInt(at.Unix(), 10)}})
		s.frozen = at
		s.Settle()
	}
}

// moment reads a date with an optional time, in UTC, or "+1h".
func (s *story) moment(text string) time.Time {
	if d, err := time.ParseDuration(strings.TrimPrefix(text, "+")); err == nil && text[0] == '+' {
		return s.Clock.Now().Add(d)
	}
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	s.fail("no time: %q", text)
	return time.Time{}
}

// ask sends one request written as "post /path a=b c[d]=e -> name".
func (s *story) ask(line string, status int, code string) {
	request, name, named := strings.Cut(line, " -> ")
	words := strings.Fields(request)
	fields := s.fields(words[2:])
	if s.clock != "" && words[0] == "post" && words[1] == "/v1/customers" {
		fields.Set("test_clock", s.clock)
	}
	got, body := s.Call(strings.ToUpper(words[0]), s.text(words[1]), fields)
	if got != status {
		s.fail("answered %d: %v", got, body)
	}
	if e, ok := body["error"].(map[string]any); ok && code != "-" && e["code"] != code &&
		e["decline_code"] != code && e["param"] != code {
		s.fail("refused with %v", e)
	}
	if named {
		s.things[strings.TrimSpace(name)] = body
	}
}

func (s *story) must(path string, fields url.Values) map[string]any {
	status, body := s.Call("POST", path, fields)
	if status != 200 {
		s.fail("%s answered %d: %v", path, status, body)
	}
	return body
}

// text fills in $name, $name.field and @2024-02-01.
func (s *story) text(v string) string {
	v = s.date(v)
	for {
		i := strings.IndexByte(v, '$')
		if i < 0 || i+1 < len(v) && '0' <= v[i+1] && v[i+1] <= '9' { // $9 is money
			return v
		}
		end := i + 1
		for end < len(v) && (isWord(v[end])) {
			end++
		}
		path := v[i+1 : end]
		if !strings.Contains(path, ".") {
			path += ".id"
		}
		v = v[:i] + show(s.field(path)) + v[end:]
	}
}

func isWord(c byte) bool {
	return c == '_' || c == '.' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z'
}

// field finds name.a.0.b in what was kept.
func (s *story) field(path string) any {
	steps := strings.Split(path, ".")
	var v any
	thing, ok := s.things[steps[0]]
	if !ok {
		s.fail("the story has no %q", steps[0])
	}
	v = thing
	for _, step := range steps[1:] {
		switch x := v.(type) {
		case map[string]any:
			next, ok := x[step]
			if !ok {
				return "absent"
			}
			v = next
		case []any:
			if step == "count" {
				return float64(len(x))
			}
			n, err := strconv.Atoi(step)
			if err != nil || n >= len(x) {
				return "absent"
			}
			v = x[n]
		default:
			return "absent"
		}
	}
	return v
}

func show(v any) string {
	switch x := v.(type) {
	case nil:
		return "null"
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case string:
		return x
	case map[string]any:
		if id, ok := x["id"].(string); ok {
			return id
		}
	}
	return fmt.Sprint(v)
}

func (s *story) expect(rest string) {
	path, want, _ := strings.Cut(rest, " ")
	if got := show(s.field(path)); got != s.text(strings.TrimSpace(want)) {
		s.fail("%s is %s, expected %s", path, got, want)
	}
}

func (s *story) events(want []string) {
	var got []string
	got, s.mark = s.Events(s.mark)
	if s.clock != "" {
		got = slices.DeleteFunc(got, func(e string) bool {
			return strings.HasPrefix(e, "test_helpers.test_clock.")
		})
	}
	if !slices.Equal(got, want) {
		s.fail("events were\n  %s\nexpected\n  %s", strings.Join(got, " "), strings.Join(want, " "))
	}
}

// price reads "pro starter 2900 usd month [count]".
func (s *story) price(w []string) {
	fields := url.Values{"product": {s.text("$" + w[1])}, "unit_amount": {w[2]}, "currency": {w[3]}}
	if len(w) > 4 {
		fields.Set("recurring[interval]", w[4])
	}
	if len(w) > 5 {
		fields.Set("recurring[interval_count]", w[5])
	}
	s.things[w[0]] = s.must("/v1/prices", fields)
}

// customer reads "ada [pm_card_visa]".
func (s *story) customer(w []string) {
	fields := url.Values{"name": {w[0]}, "email": {w[0] + "@example.com"}}
	if len(w) > 1 {
		fields.Set("payment_method", w[1])
		fields.Set("invoice_settings[default_payment_method]", w[1])
	}
	if s.clock != "" {
		fields.Set("test_clock", s.clock)
	}
	s.things[w[0]] = s.must("/v1/customers", fields)
}

// captured compares what the simulator's books say with the story.
func (s *story) captured(want string) {
	var sum int64
	cursor := ""
	for {
		entries, next, err := s.Simulator.Entries(context.Background(), time.Time{},
			s.Clock.Now().Add(time.Hour), cursor)
		if err != nil {
			s.fail("%v", err)
		}
		for _, e := range entries {
			if e.Kind == "charge" {
				sum += e.Moved.Minor
			}
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	if got := strconv.FormatInt(sum, 10); got != want {
		s.fail("captured %s, expected %s", got, want)
	}
}
