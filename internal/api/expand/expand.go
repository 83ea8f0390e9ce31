// Package expand puts whole objects into an answer where the caller asked for them with expand[].
//
// It owns the reading of expand[] paths, the walk over an answer's structs, and the fields that
// are absent unless they are asked for (include.go). Which paths may be named, package params
// knows; how objects are read and shown, package store knows.
//
// It promises that an answer and everything expanded in it come from one snapshot, and that a
// level of expansion costs one query per type of object, however long the list.
package expand

import (
	"strings"

	"github.com/portico-billing/portico/internal/api/params"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// pathsMax is how many paths one request may name.
const pathsMax = 20

// Paths are the checked expand[] of a request. nil expands nothing.
type Paths struct{ root *node }

// node is one step of the paths: what is named below it, by the JSON's names.
type node struct {
	names []string // in the order in which they were sent
	below map[string]*node
}

// Parse checks the paths against what the operation's answer can expand.
func Parse(op *params.Operation, paths []string) (*Paths, error) {
	if len(paths) == 0 {
		return nil, nil
	}
	if len(paths) > pathsMax {
		return nil, billing.Invalid("expand", "You can expand up to %d properties.", pathsMax)
	}
	root := &node{}
	for _, path := range paths {
		names := strings.Split(path, ".")
		if len(names) > params.ExpandDepthMax { // the data of a list counts, as at Stripe
			return nil, billing.Invalid("expand", "You cannot expand more than %d levels of a "+
				"property. Property: %s", params.ExpandDepthMax, path).
				WithCode("property_expansion_max_depth")
		}
		if op.Shape != params.ShapeObject {
			names = names[1:] // every path of a list starts at data
		}
		if op.Expand(path) == params.NotExpandable {
			return nil, notExpandable(op, path)
		}
		root.add(names)
	}
	return &Paths{root}, nil
}

// notExpandable refuses a path, and says so when it only lacks the data of a list.
func notExpandable(op *params.Operation, path string) error {
	message := "This property cannot be expanded (" + path + ")."
	if below := "data." + path; op.Expand(below) != params.NotExpandable {
		message += " You may want to try expanding '" + below + "' instead."
	}
	return billing.Invalid("expand", "%s", message)
}

func (n *node) add(names []string) {
	for _, name := range names {
		if n.below == nil {
			n.below = map[string]*node{}
		}
		if n.below[name] == nil {
			n.below[name] = &node{}
			n.names = append(n.names, name)
		}
		n = n.below[name]
	}
}

// Apply expands the paths in objects that were shown by the store, or in lists of nouns. The
// objects are pointers, and change.
func (p *Paths) Apply(q store.Querier, objects ...any) error {
	if p == nil {
		return nil
	}
	w := walk{q: q}
	for _, object := range objects {
		w.enter(object, p.root)
	}
	for range levelsMax {
		if done, err := w.level(); err != nil || done {
			return err
		}
	}
	return nil
}

// levelsMax ends the walk: each name of a path takes a level, or two when it is an included list
// of references.
const levelsMax = 2 * (params.ExpandDepthMax + 1)
