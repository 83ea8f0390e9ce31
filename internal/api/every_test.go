package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/api"
	"github.com/portico-billing/portico/internal/api/params"
)

// spot is one parameter of an operation, wherever it is nested.
type spot struct {
	path string // as it is sent: items[0][price]
	node *params.Node
	need []string // what must be sent beside it: the required parts of the hashes around it
}

// spots lists every parameter below a node. Arrays have one element, maps the key "usd", which is
// a currency where that matters.
func (v victim) spots(n *params.Node, at string, need []string) []spot {
	var all []spot
	if at != "" {
		all = append(all, spot{at, n, need})
	}
	switch n.Kind {
	case params.KindArray:
		return append(all, v.spots(n.Items, at+"[0]", need)...)
	case params.KindMap:
		return append(all, v.spots(n.Items, at+"[usd]", need)...)
	}
	for _, f := range n.Fields {
		beside := slices.Clone(need)
		for _, g := range n.Fields {
			if g.Required && g.Name != f.Name {
				beside = append(beside, v.valid(g.Node, under(at, g.Name))...)
			}
		}
		all = append(all, v.spots(f.Node, under(at, f.Name), beside)...)
	}
	return all
}

func under(at, name string) string {
	if at == "" {
		return name
	}
	return at + "[" + name + "]"
}

// wrong are values that a parameter of this kind cannot have.
func (s spot) wrong() []string {
	hash, list := s.path+"[k]=1", s.path+"[]=1"
	switch s.node.Kind {
	case params.KindInteger, params.KindTime, params.KindNumber, params.KindDecimal:
		return []string{s.path + "=x", s.path + "=1e3", s.path + "=\u0661", hash, list}
	case params.KindBoolean:
		return []string{s.path + "=1", s.path + "=\u202etrue", hash}
	case params.KindEnum:
		return []string{s.path + "=nonsense", hash}
	case params.KindArray:
		return []string{s.path + "=x", hash, s.path + "[99999]=1"}
	case params.KindHash, params.KindMap:
		return []string{s.path + "=x", s.path + "[" + strings.Repeat("[x]", 9) + "]=1"}
	default:
		return []string{hash, list}
	}
}

// TestEveryParameterIsCheckedByName sends what every parameter of every operation cannot have: the
// answer is a 400 that names it.
func TestEveryParameterIsCheckedByName(t *testing.T) {
	t.Parallel()
	d := paid(t)
	v := d.filled()
	tried := 0
	for _, op := range api.Operations() {
		path := v.at(t, op.Template, false)
		for _, s := range v.spots(params.Op(op.Method, op.Template).Params, "", nil) {
			named := s.path
			if strings.Contains(named, "metadata") && strings.HasSuffix(named, "[usd]") {
				named = strings.TrimSuffix(named, "[usd]") // Stripe names the hash
			}
			for _, wrong := range s.wrong() {
				tried++
				a := d.do(op.Method, path, wrong)
				param, _ := a.at("error.param").(string)
				if a.status != 400 || a.at("error.type") != "invalid_request_error" ||
					!strings.HasPrefix(param, named) {
					t.Errorf("%s %s %s: status %d %s", op.Method, op.Template, wrong, a.status,
						a.raw)
				}
			}
		}
	}
	if tried < 5000 {
		t.Errorf("only %d requests were sent", tried)
	}
}

// TestEveryParameterIsTaken sends every parameter that is built with a value that it can have.
// Whatever else is missing or in the way: nothing breaks, a refusal names a parameter of the
// operation, and what an answer shows of the parameter is what was sent.
func TestEveryParameterIsTaken(t *testing.T) {
	t.Parallel()
	taken := 0
	for _, op := range api.Operations() {
		if op.Method == "GET" {
			continue
		}
		name := op.Method + " " + op.Template
		known := params.Op(op.Method, op.Template).Params
		d := paid(t)
		v := d.filled()
		for _, s := range v.spots(known, "", nil) {
			compound := s.node.Kind == params.KindArray || s.node.Kind == params.KindMap ||
				s.node.Kind == params.KindHash && s.node.Scalar == ""
			if compound || unbuilt(op, s.path) || strings.HasPrefix(s.path, "expand") {
				continue
			}
			value := v.value(s.node, s.path)
			fields := v.beside(d, name, s, append(slices.Clone(s.need), s.path+"="+value))
			a := d.do(op.Method, v.target(d, op.Template), fields...)
			if a.status == 200 {
				taken++
				a.shows(name, s.path, value)
				continue
			}
			param, _ := a.at("error.param").(string)
			if a.status >= 500 || !names(known, param) {
				t.Errorf("%s %v: status %d %s", name, fields, a.status, a.raw)
			}
		}
	}
	if taken < 350 {
		t.Errorf("only %d requests were granted", taken)
	}
}

// otherwise are parameters that the answer shows in another way than they were sent.
var otherwise = []string{
	// What the token says holds.
	"POST /v1/payment_methods card[exp_month]", "POST /v1/payment_methods card[exp_year]",
	// "now" becomes a time, and a clock is on its way there.
	"POST /v1/subscriptions/{subscription_exposed_id} billing_cycle_anchor",
	"POST /v1/test_helpers/test_clocks/{test_clock}/advance frozen_time",
}

// shows wants the answer to hold the value that was sent, where it holds any.
func (a *answer) shows(name, path, value string) {
	a.desk.Helper()
	got := a.at(strings.NewReplacer("[", ".", "]", "").Replace(path))
	text, isText := got.(string)
	flag, isFlag := got.(bool)
	number, isNumber := got.(float64)
	switch {
	case slices.Contains(otherwise, name+" "+path):
	case isText && text != value, isFlag && (flag != (value == "true")),
		isNumber && jsonNumber(number) != value:
		a.desk.Errorf("%s %s=%s is answered as %v", name, path, value, got)
	}
}

// names says that an error's param is one of the operation, or the object in the path.
func names(n *params.Node, param string) bool {
	switch param {
	case "", "id":
		return true
	case "exp_month", "exp_year":
		return true // the card's own words
	case "plan":
		return true // a price that comes twice, under the name that Stripe has kept for it
	}
	at := n
	for name := range strings.SplitSeq(strings.ReplaceAll(param, "]", ""), "[") {
		switch at.Kind {
		case params.KindArray, params.KindMap:
			at = at.Items
		default:
			field := at.Field(name)
			if field == nil {
				return false
			}
			at = field.Node
		}
	}
	return true
}

// unbuilt says that a parameter is refused by name.
func unbuilt(op api.Built, path string) bool {
	path = strings.NewReplacer("[0]", "[]", "[usd]", "[*]").Replace(path)
	return slices.ContainsFunc(op.Unbuilt, func(name string) bool {
		return path == name || strings.HasPrefix(path, name+"[")
	})
}
