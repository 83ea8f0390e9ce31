package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/api"
	"github.com/portico-billing/portico/internal/api/params"
	"github.com/portico-billing/portico/internal/spec"
)

// expandable lists the paths of a resource that expand[] may name, through as many resources.
func expandable(resource string, resources int) []string {
	var all []string
	for _, p := range spec.Properties(resource) {
		if strings.Contains(p.Path, "*") {
			continue
		}
		if p.Does != spec.NotExpandable {
			all = append(all, p.Path)
		}
		for _, target := range p.Targets {
			if resources > 1 {
				for _, below := range expandable(target, resources-1) {
					all = append(all, p.Path+"."+below)
				}
			}
		}
	}
	return all
}

// absent are fields that stay absent where there is nothing to show, as at Stripe, and the one
// that needs a tax engine.
var absent = []string{"tiers", "currency_options", "applies_to", "tax", "products"}

// TestEveryPathExpands asks every operation that reads for every path that Stripe's document can
// expand: ids become objects, and what is hidden is shown.
func TestEveryPathExpands(t *testing.T) {
	t.Parallel()
	d := paid(t)
	v := d.filled()
	for _, op := range api.Operations() {
		known := params.Op(op.Method, op.Template)
		if op.Method != "GET" || strings.HasSuffix(op.Template, "/discount") ||
			strings.HasPrefix(op.Template, "/v1/portico/") {
			continue
		}
		resources, prefix := 2, ""
		if known.Shape != params.ShapeObject {
			resources, prefix = 1, "data."
		}
		tried := map[string]bool{}
		for _, path := range expandable(known.Resource, resources) {
			path = prefix + path
			if tried[path] || strings.Count(path, ".") >= params.ExpandDepthMax {
				continue
			}
			tried[path] = true
			a := d.do("GET", v.at(t, op.Template, false),
				append(v.parent(op.Template), "expand[]="+path)...)
			a.expanded(op.Template, path, known.Expand(path))
		}
	}
}

// parent is the filter that one list cannot do without.
func (v victim) parent(template string) []string {
	if template == "/v1/subscription_items" {
		return []string{"subscription=" + v["subscriptions"]}
	}
	return nil
}

func (a *answer) expanded(template, path string, does params.Expansion) {
	a.desk.Helper()
	at := strings.ReplaceAll(path, "data.", "data.0.")
	above, name := "", at
	if i := strings.LastIndexByte(at, '.'); i >= 0 {
		above, name = at[:i], at[i+1:]
	}
	hash, _ := a.at(above).(map[string]any)
	if above == "" {
		hash = a.body
	}
	value, shown := hash[name]
	_, isID := value.(string)
	hidden := does == params.ExpandInclude && hash != nil && !shown
	for _, one := range absent {
		hidden = hidden && one != name
	}
	if a.status != http.StatusOK || isID || hidden {
		a.desk.Errorf("%s expand[]=%s: status %d, %v", template, path, a.status, value)
	}
}

// TestEveryListKeepsToItsBounds asks every list for pages that there are not.
func TestEveryListKeepsToItsBounds(t *testing.T) {
	t.Parallel()
	d := paid(t)
	v := d.filled()
	lists := 0
	for _, op := range api.Operations() {
		if op.Method != "GET" || params.Op(op.Method, op.Template).Shape != params.ShapeList {
			continue
		}
		lists++
		path, with := v.at(t, op.Template, false), v.parent(op.Template)
		for field, code := range map[string]string{
			"limit=0": "parameter_invalid_integer", "limit=101": "parameter_invalid_integer",
			"limit=-1": "parameter_invalid_integer", "limit=1.0": "parameter_invalid_integer",
			"limit=": "parameter_invalid_empty", "starting_after=": "parameter_invalid_empty",
			"starting_after=nope": "resource_missing", "ending_before=nope": "resource_missing",
			"starting_after=\U0001F511": "resource_missing", "page=2": "parameter_unknown",
		} {
			name, _, _ := strings.Cut(field, "=")
			d.do("GET", path, append(with, field)...).refused(400, "invalid_request_error", code,
				name, "")
		}
		d.do("GET", path, append(with, "starting_after=a", "ending_before=b")...).
			refused(400, "invalid_request_error", "parameters_exclusive", "starting_after", "")
		d.get(path, append(with, "limit=100")...).want("url", `"`+path+`"`).
			want("object", `"list"`).want("has_more", "false")
		d.walk(path, with)
	}
	if lists < 20 {
		t.Errorf("only %d lists", lists)
	}
}

// walk turns the pages of a list one by one, there and back.
func (d *desk) walk(path string, with []string) {
	d.Helper()
	all := d.get(path, append(with, "limit=100")...).ids()
	var there []string
	page := d.get(path, append(with, "limit=1")...)
	for there = page.ids(); page.at("has_more") == true; there = append(there, page.ids()...) {
		page = d.get(path, append(with, "limit=1", "starting_after="+there[len(there)-1])...)
	}
	if strings.Join(there, " ") != strings.Join(all, " ") {
		d.Errorf("%s: page by page %v, at once %v", path, there, all)
	}
	if len(all) < 2 {
		return
	}
	back := d.get(path, append(with, "limit=1", "ending_before="+all[len(all)-1])...)
	back.want("data.0.id", `"`+all[len(all)-2]+`"`)
}

// TestEveryOtherMethodIsUnrecognized sends methods that no operation has.
func TestEveryOtherMethodIsUnrecognized(t *testing.T) {
	t.Parallel()
	d := open(t)
	for _, op := range api.Operations() {
		path := parameter.ReplaceAllLiteralString(op.Template, "x_1")
		for _, method := range []string{"PUT", "PATCH", "OPTIONS", "TRACE", "BREW"} {
			r := d.request(method, path)
			w := httptest.NewRecorder()
			d.handler.ServeHTTP(w, r)
			if w.Code != http.StatusNotFound || w.Header().Get("Request-Id") == "" ||
				w.Header().Get("Access-Control-Allow-Origin") != "" ||
				!strings.Contains(w.Body.String(), "Unrecognized request URL ("+method) {
				t.Errorf("%s %s: status %d %s", method, path, w.Code, w.Body)
			}
		}
	}
}
