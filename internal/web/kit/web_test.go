package kit_test

import (
	"compress/gzip"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
)

func get(h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAssetsAreServedForEver(t *testing.T) {
	t.Parallel()
	assets := kit.NewAssets()
	for _, name := range []string{"portico.css", "portico.js", "htmx.min.js"} {
		path := assets.Path(name)
		plain, small := get(assets, path), get(assets, path, "Accept-Encoding", "br, gzip")
		kept := plain.Header().Get("Cache-Control")
		if plain.Code != 200 || !strings.Contains(kept, "immutable") {
			t.Errorf("%s: %d %v", path, plain.Code, plain.Header())
		}
		z, err := gzip.NewReader(small.Body)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		unpacked, err := io.ReadAll(z)
		if err != nil || string(unpacked) != plain.Body.String() {
			t.Errorf("%s: compressed differs from plain (%v)", path, err)
		}
	}
	for _, path := range []string{"/assets/", "/assets/portico.css", "/assets/../doc.go"} {
		if got := get(assets, path); got.Code != 404 {
			t.Errorf("%s: %d, want 404", path, got.Code)
		}
	}
}

func TestAccentAddresses(t *testing.T) {
	t.Parallel()
	assets := kit.NewAssets()
	path := assets.AccentPath("#E01E5A")
	if path != assets.AccentPath("e01e5a") || path == assets.AccentPath("#635bff") {
		t.Errorf("an address stands for one colour: %s", path)
	}
	got := get(assets, path)
	if got.Code != 200 || !strings.Contains(got.Body.String(), "--accent:") {
		t.Errorf("%s: %d", path, got.Code)
	}
	if assets.AccentPath("nonsense") != assets.AccentPath(kit.DefaultBrand) {
		t.Error("what is no colour has an address of its own")
	}
	for _, wrong := range []string{
		"/assets/accent-e01e5a.000000000000.css", "/assets/accent-e01e5a",
		"/assets/accent-zzzzzz.000000000000.css", path + "x",
		strings.Replace(path, "e01e5a", "E01E5A", 1),
	} {
		if got := get(assets, wrong); got.Code != 404 {
			t.Errorf("%s: %d, want 404", wrong, got.Code)
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	page := kit.SecurityHeaders(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	header := get(page, "/p/home").Header()
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; " +
			"connect-src 'self'; form-action 'self'; img-src 'self' data:; font-src 'self'; " +
			"base-uri 'none'; frame-ancestors 'none'",
		"Referrer-Policy":              "same-origin",
		"X-Content-Type-Options":       "nosniff",
		"Cache-Control":                "no-store",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Strict-Transport-Security":    "", // not when the public address is plain http
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestSameOrigin(t *testing.T) {
	t.Parallel()
	ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
	refused := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) })
	guard, err := kit.SameOrigin("https://pay.example", ok, refused)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, site, origin string
		want                 int
	}{
		{"POST", "same-origin", "", 204},
		{"POST", "cross-site", "https://evil.example", 403},
		{"POST", "same-site", "https://other.example", 403},
		{"POST", "", "https://evil.example", 403},
		{"POST", "", "https://pay.example", 204},
		{"GET", "cross-site", "", 204},
		{"POST", "", "", 204}, // not a browser
	} {
		r := httptest.NewRequest(c.method, "http://10.0.0.7/p/home", nil)
		r.Header.Set("Sec-Fetch-Site", c.site)
		r.Header.Set("Origin", c.origin)
		w := httptest.NewRecorder()
		guard.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%+v: got %d", c, w.Code)
		}
	}
	if _, err := kit.SameOrigin("not an origin", ok, refused); err == nil {
		t.Error("a public address that is none was taken")
	}
}

func TestRecoverShowsAPage(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	failed := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	broken := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("empty period") })
	page := kit.Recover(slog.New(slog.NewJSONHandler(&log, nil)), failed, broken)
	if got := get(page, "/i/secret?token=secret"); got.Code != 500 {
		t.Errorf("got %d", got.Code)
	}
	if !strings.Contains(log.String(), "empty period") || strings.Contains(log.String(), "secret") {
		t.Errorf("the log says too little or too much: %s", log.String())
	}
}

func TestFlashIsShownOnce(t *testing.T) {
	t.Parallel()
	flashes := kit.NewFlashes([]byte("a secret of the test"), true)
	set := httptest.NewRecorder()
	flashes.Set(set, kit.Flash{Tone: kit.TonePositive, Key: i18n.CardRemoved,
		Args: map[string]string{"card": "Visa ending 4242"}})
	cookie := set.Result().Cookies()[0]
	if !cookie.HttpOnly || !cookie.Secure || !strings.HasPrefix(cookie.Name, "__Host-") {
		t.Errorf("cookie %v", cookie)
	}
	take := func(value string) (*kit.Flash, *http.Cookie) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.AddCookie(&http.Cookie{Name: cookie.Name, Value: value})
		w := httptest.NewRecorder()
		return flashes.Take(w, r), w.Result().Cookies()[0]
	}
	flash, gone := take(cookie.Value)
	if flash == nil || flash.Text(i18n.For("en")) != "Visa ending 4242 was removed." {
		t.Errorf("flash %+v", flash)
	}
	if gone.MaxAge >= 0 {
		t.Errorf("the cookie stays: %v", gone)
	}
	text, _, _ := strings.Cut(cookie.Value, ".")
	for _, forged := range []string{"", text, text + ".", text + ".AAAA", "x" + cookie.Value} {
		if flash, _ := take(forged); flash != nil {
			t.Errorf("forged %q was taken", forged)
		}
	}
}

func TestForm(t *testing.T) {
	t.Parallel()
	body := "email=+ada%40example.com+&quantity=51&many=x&name=" + strings.Repeat("é", 81)
	r := httptest.NewRequest(http.MethodPost, "/?quantity=3", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	form, err := kit.ReadForm(httptest.NewRecorder(), r)
	if err != nil {
		t.Fatal(err)
	}
	if got := form.Text("email"); got != "ada@example.com" {
		t.Errorf("email %q", got)
	}
	form.TextMax("name", 80)
	form.Number("quantity", 1, 1, 50)
	if got := form.Number("many", 7, 1, 50); got != 7 {
		t.Errorf("many %d", got)
	}
	if got := form.Number("absent", 2, 1, 50); got != 2 {
		t.Errorf("absent %d", got)
	}
	refused := form.RefuseWith(&billing.Error{Param: "address[line1]", Message: "No such place."},
		map[string]string{"address[line1]": "line1"})
	if !refused || form.RefuseWith(io.ErrUnexpectedEOF, nil) {
		t.Error("an error of ours and one of the caller's were confused")
	}
	var got []string
	for _, e := range form.Errors {
		got = append(got, e.Field+": "+e.Message(i18n.For("en")))
	}
	want := []string{"name: Use at most 80 characters.", "quantity: Enter a number from 1 to 50.",
		"many: Enter a whole number.", "line1: No such place."}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFormTooLarge(t *testing.T) {
	t.Parallel()
	form := "a=" + strings.Repeat("a", 65<<10)
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if _, err := kit.ReadForm(httptest.NewRecorder(), r); err == nil {
		t.Error("a form of 65 KiB was read")
	}
}

func TestAcceptedLanguages(t *testing.T) {
	t.Parallel()
	for header, want := range map[string][]string{
		"":                                   {},
		"de":                                 {"de"},
		"fr;q=0.5, es-MX, en;q=0.8, *;q=0.1": {"es-MX", "en", "fr"},
		"da;q=0, it;q=x, nl ;q=0.3":          {"nl"},
		strings.Repeat("a,", 500):            slices.Repeat([]string{"a"}, 16),
		"en;q=0.9,fi;q=0.9":                  {"en", "fi"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Language", header)
		if got := kit.AcceptedLanguages(r); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", header, got, want)
		}
	}
}

func TestLocalizerPrefersWhatWasChosen(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Accept-Language", "it")
	if got := kit.Localizer(r, "auto", "").Locale(); got != "it" {
		t.Errorf("browser's: %s", got)
	}
	if got := kit.Localizer(r, "", "es").Locale(); got != "es" {
		t.Errorf("chosen: %s", got)
	}
}
