// Package storybook shows every page of the portal and of the hosted invoice in every state, with
// sample data. It is for those who build Portico: to look at a page without making the customer
// who would see it, and for the browser tests, which look at all of them.
//
// It owns the samples and the index. It does not own any page, it is not part of the program, and
// nothing imports it but its own command. Pages look exactly as customers see them: the same
// templates, assets and headers.
package storybook

import (
	"encoding/json"
	"net/http"

	"github.com/a-h/templ"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
)

// Story is one page in one state.
type Story struct {
	Group string `json:"group"`
	Name  string `json:"name"` // unique; the last part of its address
	page  func(s *Samples) templ.Component
}

// Handler serves the index at /, a list for programs at /stories.json, and each story at
// /stories/{name}, in the language of ?locale= and with the brand of ?brand=.
func Handler() http.Handler {
	assets := kit.NewAssets()
	byName := map[string]Story{}
	for _, story := range Stories() {
		byName[story.Name] = story
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+kit.AssetPrefix, assets)
	mux.HandleFunc("GET /stories.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(Stories()) // the reader left: nobody to tell
	})
	mux.HandleFunc("GET /stories/{name}", func(w http.ResponseWriter, r *http.Request) {
		story, ok := byName[r.PathValue("name")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		show(w, r, story.page(samplesFor(r, assets)))
	})
	mux.HandleFunc("GET /p/subscriptions/{id}/plan", func(w http.ResponseWriter, r *http.Request) {
		show(w, r, livePlan(samplesFor(r, assets), r.URL.Query()))
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		show(w, r, index(samplesFor(r, assets), Stories()))
	})
	return kit.SecurityHeaders(mux)
}

func samplesFor(r *http.Request, assets *kit.Assets) *Samples {
	query := r.URL.Query()
	z := i18n.For(i18n.Match(query.Get("locale"), "en"))
	samples := NewSamples(z, assets)
	if brand := query.Get("brand"); brand != "" {
		samples.Company.Brand = brand
	}
	return samples
}

func show(w http.ResponseWriter, r *http.Request, page templ.Component) {
	templ.Handler(page).ServeHTTP(w, r)
}
