package api_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/api"
	"github.com/portico-billing/portico/internal/api/params"
	"github.com/portico-billing/portico/internal/spec"
)

// update rewrites the page instead of comparing it.
var update = flag.Bool("update", false, "rewrite docs/compatibility.md")

const (
	compatibilityPage  = "../../docs/compatibility.md"
	compatibilityNotes = "../../docs/compatibility.notes.md"
)

// TestCompatibilityPage: what the documents promise is what is built.
func TestCompatibilityPage(t *testing.T) {
	t.Parallel()
	notes, err := os.ReadFile(compatibilityNotes)
	if err != nil {
		t.Fatal(err)
	}
	want := newCompatibility().page(string(notes))
	if *update {
		if err := os.WriteFile(compatibilityPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if have, err := os.ReadFile(compatibilityPage); err != nil || string(have) != want {
		t.Errorf("docs/compatibility.md is stale (%v): run go generate ./internal/api", err)
	}
}

// compatibility writes the page.
type compatibility struct {
	strings.Builder
	built map[string]api.Built // by operation
}

func newCompatibility() *compatibility {
	c := &compatibility{built: map[string]api.Built{}}
	for _, b := range api.Operations() {
		c.built[b.Method+" "+b.Template] = b
	}
	return c
}

func (c *compatibility) page(notes string) string {
	c.say("<!-- Written by go generate ./internal/api from the routes and " +
		"compatibility.notes.md. -->\n")
	c.say("# Compatibility with Stripe\n")
	c.say("Portico answers Stripe's API, version `2026-08-26.dahlia`. The test suite drives it " +
		"with stripe-go\nv86.1.1, stripe for Node 22.6.2 and the Stripe CLI 1.52.0, unchanged, " +
		"and holds every answer against\nStripe's OpenAPI document, field by field.\n")
	c.say("This page has four parts: [operations](#operations), [what differs](" +
		"#what-differs-from-stripe-and-why),\n[parameters that are refused by name](" +
		"#parameters-that-are-refused-by-name) and [fields](#fields).\n")
	c.say("## Operations\n")
	c.tier(1, "The core", "customers, catalogue, payments, subscriptions, invoices, portal, "+
		"events")
	c.tier(2, "Further billing", "credit notes, quotes, schedules, Checkout, meters, "+
		"disputes, files")
	c.tier(0, "Portico's own", "additions that Stripe does not have")
	c.say("%s\n", strings.TrimSpace(notes))
	c.refused()
	c.fields()
	return c.String()
}

func (c *compatibility) say(format string, args ...any) { fmt.Fprintf(c, format+"\n", args...) }

// tier writes a table with a row for each path.
func (c *compatibility) tier(tier int, name, about string) {
	methods := map[string]map[string]bool{} // template, method: works
	works, all := 0, 0
	for _, op := range params.All() {
		if op.Tier != tier {
			continue
		}
		if methods[op.Template] == nil {
			methods[op.Template] = map[string]bool{}
		}
		_, built := c.built[op.Method+" "+op.Template]
		methods[op.Template][op.Method] = built
		if all++; built {
			works++
		}
	}
	c.say("### %s: %s\n", name, about)
	c.say("%d of %d operations work.\n", works, all)
	c.say("| path | GET | POST | DELETE |\n|---|---|---|---|")
	for _, template := range slices.Sorted(maps.Keys(methods)) {
		m := methods[template]
		c.say("| `%s` | %s | %s | %s |", template, mark(m, "GET"), mark(m, "POST"),
			mark(m, "DELETE"))
	}
	c.say("")
}

// mark is empty where Stripe has no such operation either.
func mark(methods map[string]bool, method string) string {
	works, exists := methods[method]
	switch {
	case works:
		return "works"
	case exists:
		return "not built"
	default:
		return ""
	}
}

// refused lists the parameters that operations lack.
func (c *compatibility) refused() {
	c.say("## Parameters that are refused by name\n")
	c.say("Operations that are not listed take every parameter of Stripe's. A parameter that is " +
		"listed answers 400\nwith its name in `param`. `[]` is each element of an array, `[*]` " +
		"each value of a map; what stands in\nbrackets behind a name are parts of it.\n")
	for _, op := range params.All() {
		b, built := c.built[op.Method+" "+op.Template]
		if !built || len(b.Unbuilt) == 0 {
			continue
		}
		c.say("- `%s %s`: %s", op.Method, op.Template, inFamilies(b.Unbuilt))
	}
	c.say("")
}

// familyMin is how many parts of one parameter are listed behind its name instead of by their own.
const familyMin = 4

// inFamilies writes a[b], a[c], a[d] and a[e] as a (b, c, d, e).
func inFamilies(names []string) string {
	parts := map[string][]string{}
	for _, name := range names {
		if at := strings.LastIndex(name, "["); at > 0 {
			parts[name[:at]] = append(parts[name[:at]], strings.TrimSuffix(name[at+1:], "]"))
		}
	}
	var out []string
	for _, name := range names {
		parent := name[:max(strings.LastIndex(name, "["), 0)]
		switch family := parts[parent]; {
		case len(family) < familyMin:
			out = append(out, "`"+name+"`")
		case strings.HasSuffix(name, "["+family[0]+"]"):
			out = append(out, "`"+parent+"` (`"+strings.Join(family, "`, `")+"`)")
		}
	}
	return strings.Join(out, ", ")
}

// fields lists what answers hold besides Stripe's document.
func (c *compatibility) fields() {
	allowed := spec.Allowed()
	c.say("## Fields\n")
	c.say("What Stripe's document requires or calls nullable is always there, with null where " +
		"nothing is built\nbehind it. These fields are answered although the document does not " +
		"name them:\n")
	for _, field := range slices.Sorted(maps.Keys(allowed)) {
		whose := "Stripe sends it, too"
		if spec.Additive(field) {
			whose = "Portico's own"
		}
		c.say("- `%s`: %s (%s)", field, allowed[field], whose)
	}
}
