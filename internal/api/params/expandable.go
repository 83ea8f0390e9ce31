package params

import "strings"

// ExpandDepthMax is the number of names that one expand[] path may have.
const ExpandDepthMax = 4

// Expansion says what naming a property in expand[] does.
type Expansion byte

// The ways a property answers to expand[].
const (
	NotExpandable Expansion = iota // 400, "This property cannot be expanded (x)."
	ExpandRef                      // the id becomes the object
	ExpandInclude                  // a field that is otherwise absent is sent
	ExpandPresent                  // it is sent anyway: nothing changes
)

// codes are the expansions as the table writes them.
var codes = map[string]Expansion{
	"-": NotExpandable, "ref": ExpandRef, "include": ExpandInclude, "present": ExpandPresent,
}

// Code is the expansion as the table writes it.
func (e Expansion) Code() string {
	for code, expansion := range codes {
		if expansion == e {
			return code
		}
	}
	panic("params: an expansion without a code")
}

// resource is the expandable properties of one resource by dotted path. "*" stands for any key of
// a map, and paths end where another resource begins.
type resource struct {
	properties map[string]property
	maps       map[string]bool // the paths of maps
}

type property struct {
	does    Expansion
	targets []string
}

func decodeResource(lines []string) resource {
	r := resource{properties: make(map[string]property, len(lines)), maps: map[string]bool{}}
	r.add(lines)
	return r
}

func (r resource) add(lines []string) {
	for _, line := range lines {
		words := strings.Fields(line)
		r.properties[words[0]] = property{does: codes[words[1]], targets: words[2:]}
		if above, _, below := strings.Cut(words[0], ".*"); below {
			r.maps[above] = true
		}
	}
}

// addLegacy lets expand[] name what Stripe's document no longer has and Stripe still accepts,
// because many integrations send it: plans lead to their products, and of line items the price
// and the plan, which are no longer there, change nothing.
func (t *contents) addLegacy() {
	t.resources["line_item"].add([]string{"plan present plan", "price present price"})
	t.resources["subscription"].add([]string{"plan present plan"})
	t.resources["subscription_item"].add([]string{"plan present plan"})
}

// Expandable reports whether expand[] accepts a path on a resource. It follows the path through
// hashes, lists (data) and the resources that an id may become.
func Expandable(resource, path string) bool { return Expand(resource, path) != NotExpandable }

// Expand says what a path does on a resource, such as "latest_invoice.payments.data.payment" on
// "subscription".
func Expand(resource, path string) Expansion {
	return find(resource, strings.Split(path, ".")).does
}

// Targets lists the resources that stand at the end of a path; several where an id may be one of
// several kinds, none where a plain hash stands.
func Targets(resource, path string) []string {
	return find(resource, strings.Split(path, ".")).targets
}

// Expand says what a path does on the operation's answer: on a list and on a search every path
// starts at data.
func (o *Operation) Expand(path string) Expansion {
	if o.Shape == ShapeObject {
		return Expand(o.Resource, path)
	}
	switch below, inData := strings.CutPrefix(path, "data."); {
	case inData:
		return Expand(o.Resource, below)
	case path == "data":
		return ExpandPresent
	case path == "total_count" && o.Shape == ShapeSearch:
		return ExpandInclude
	default:
		return NotExpandable
	}
}

// find follows a path; where it forks, because an id may be of several kinds, the first kind that
// knows the rest decides.
func find(resource string, path []string) property {
	known := table().resources[resource]
	at := ""
	for i, name := range path {
		if name == "" {
			return property{}
		}
		at = known.step(at, name)
		here := known.properties[at]
		if i == len(path)-1 {
			return here
		}
		for _, target := range here.targets {
			if found := find(target, path[i+1:]); found.does != NotExpandable {
				return found
			}
		}
	}
	return property{}
}

// step appends a name to a path, or "*" when what stands there is a map.
func (r resource) step(at, name string) string {
	if at == "" {
		return name
	}
	if r.maps[at] {
		return at + ".*"
	}
	return at + "." + name
}
