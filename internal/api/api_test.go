package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/api"
	"github.com/portico-billing/portico/internal/api/params"
	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/id"
	"github.com/portico-billing/portico/internal/spec"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// desk is an API over a fresh database, and a client of it that checks every answer against
// Stripe's document.
type desk struct {
	testing.TB
	app     *app.App
	clock   *clock.Manual
	handler http.Handler
	mux     *http.ServeMux // finds the template of a path
	log     *bytes.Buffer
	account *app.NewAccount
	other   *app.NewAccount
	key     string
	header  http.Header // sent with every request
}

// hello says how a desk is set up differently.
type hello func(*app.Options, *api.Options)

func open(t testing.TB, changes ...hello) *desk {
	t.Helper()
	return openOn(t, storetest.One(t), changes...)
}

func openOn(t testing.TB, opener storetest.Opener, changes ...hello) *desk {
	t.Helper()
	d := &desk{TB: t, clock: clock.NewManual(time.Unix(storetest.Now, 0)), log: &bytes.Buffer{},
		header: http.Header{}}
	appOptions := app.Options{DB: opener(), Clock: d.clock, IDs: &id.Sequence{},
		PublicURL: "http://portico.test"}
	apiOptions := api.Options{Log: slog.New(slog.NewJSONHandler(d.log, nil))}
	for _, change := range changes {
		change(&appOptions, &apiOptions)
	}
	d.app = app.New(appOptions)
	apiOptions.App = d.app
	d.handler = api.New(apiOptions)
	d.account = d.open("Desk", "sk_test_desk00000001")
	d.other = d.open("Elsewhere", "sk_test_elsewhere0001")
	d.key = d.account.TestKey
	d.mux = templates()
	return d
}

func (d *desk) open(name, key string) *app.NewAccount {
	d.Helper()
	made, err := d.app.CreateAccount(context.Background(), app.AccountCreateParams{Name: name,
		Country: "US", Email: "office@example.com", SecretKey: key})
	if err != nil {
		d.Fatal(err)
	}
	return made
}

// templates routes a path to the operation's name, so that the client knows what to check.
func templates() *http.ServeMux {
	mux := http.NewServeMux()
	for _, op := range params.All() {
		mux.HandleFunc(op.Method+" "+op.Template, func(http.ResponseWriter, *http.Request) {})
	}
	return mux
}

// answer is what came back.
type answer struct {
	desk   *desk
	status int
	header http.Header
	body   map[string]any
	raw    string
}

// do sends parameters, written "name=value", and checks the answer.
func (d *desk) do(method, path string, fields ...string) *answer {
	d.Helper()
	r := d.request(method, path, fields...)
	return d.send(r)
}

func (d *desk) request(method, path string, fields ...string) *http.Request {
	values := url.Values{}
	for _, field := range fields {
		name, value, _ := strings.Cut(field, "=")
		values.Add(name, value)
	}
	encoded := values.Encode()
	var r *http.Request
	if method == http.MethodPost {
		r = httptest.NewRequest(method, path, strings.NewReader(encoded))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	} else {
		if encoded != "" {
			path += "?" + encoded
		}
		r = httptest.NewRequest(method, path, nil)
	}
	if d.key != "" {
		r.Header.Set("Authorization", "Bearer "+d.key)
	}
	for name, values := range d.header {
		r.Header[name] = values
	}
	return r
}

func (d *desk) send(r *http.Request) *answer {
	d.Helper()
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	a := &answer{desk: d, status: w.Code, header: w.Header(), raw: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), &a.body); err != nil {
		d.Fatalf("%s %s: %v in %q", r.Method, r.URL, err, a.raw)
	}
	_, pattern := d.mux.Handler(r)
	_, template, known := strings.Cut(pattern, " ")
	if known && !strings.HasPrefix(template, "/v1/portico/") {
		for _, finding := range spec.CheckResponse(r.Method, template, w.Code, w.Body.Bytes()) {
			d.Errorf("%s %s: %s", r.Method, r.URL.Path, finding)
		}
	}
	if a.header.Get("Request-Id") == "" || a.header.Get("Stripe-Version") == "" {
		d.Errorf("%s %s: Request-Id or Stripe-Version is missing", r.Method, r.URL)
	}
	return a
}

func (d *desk) post(path string, fields ...string) *answer {
	d.Helper()
	return d.do(http.MethodPost, path, fields...).ok()
}

func (d *desk) get(path string, fields ...string) *answer {
	d.Helper()
	return d.do(http.MethodGet, path, fields...).ok()
}

func (d *desk) del(path string, fields ...string) *answer {
	d.Helper()
	return d.do(http.MethodDelete, path, fields...).ok()
}

func (a *answer) ok() *answer {
	a.desk.Helper()
	if a.status != http.StatusOK {
		a.desk.Fatalf("status %d: %s\n%s", a.status, a.raw, a.desk.log)
	}
	return a
}

func (a *answer) id() string { return a.text("id") }

// at is what stands at a dotted path; numbers index lists.
func (a *answer) at(path string) any {
	var v any = a.body
	for name := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[name]
		case []any:
			i := slices.Index([]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, name)
			if i < 0 || i >= len(at) {
				return nil
			}
			v = at[i]
		default:
			return nil
		}
	}
	return v
}

func (a *answer) text(path string) string {
	a.desk.Helper()
	text, ok := a.at(path).(string)
	if !ok {
		a.desk.Fatalf("%s is %v in %s", path, a.at(path), a.raw)
	}
	return text
}

// want compares what stands at a path, as JSON.
func (a *answer) want(path, asJSON string) *answer {
	a.desk.Helper()
	got, err := json.Marshal(a.at(path))
	if err != nil {
		a.desk.Fatal(err)
	}
	if string(got) != asJSON {
		a.desk.Errorf("%s is %s, want %s", path, got, asJSON)
	}
	return a
}

// refused checks the error object; empty strings are not compared.
func (a *answer) refused(status int, kind, code, param, message string) {
	a.desk.Helper()
	if a.status != status {
		a.desk.Errorf("status %d, want %d: %s", a.status, status, a.raw)
	}
	for field, want := range map[string]string{"type": kind, "code": code, "param": param,
		"message": message} {
		got, _ := a.at("error." + field).(string)
		if want != "" && got != want {
			a.desk.Errorf("error.%s is %q, want %q", field, got, want)
		}
	}
}

// ids are those of a list's data.
func (a *answer) ids() []string {
	var ids []string
	data, _ := a.body["data"].([]any)
	for _, v := range data {
		ids = append(ids, v.(map[string]any)["id"].(string))
	}
	return ids
}

// eventTypes are the types of all events, oldest first.
func (d *desk) eventTypes() []string {
	d.Helper()
	list := d.get("/v1/events", "limit=100")
	var types []string
	for _, v := range list.body["data"].([]any) {
		types = append(types, v.(map[string]any)["type"].(string))
	}
	slices.Reverse(types)
	return types
}
