package spec

import (
	"maps"
	"slices"
	"strings"
)

// Expandability says what expand[] does to a property.
type Expandability byte

// The four answers: an id becomes an object; an absent field is sent; a hash or list that is sent
// anyway stays as it is; the property cannot be expanded.
const (
	NotExpandable Expandability = iota
	Ref
	Include
	Present
)

// Property is one path below a resource that expand[] may name or pass through.
type Property struct {
	// Path is relative to the resource; array indexes are left out and the key of a map is "*".
	Path string
	// Does is what naming the path itself does; NotExpandable for a mere passage.
	Does Expandability
	// Targets are the resources found there, in which a longer path goes on.
	Targets []string
}

// includable fields are absent unless expand[] names them. The document does not mark them; the
// samples lack them and the official clients declare them optional.
var includable = []string{
	"charge.refunds",
	"checkout.session.line_items",
	"coupon.applies_to",
	"coupon.currency_options",
	"customer.cash_balance",
	"customer.invoice_credit_balance",
	"customer.sources",
	"customer.subscriptions",
	"customer.tax",
	"customer.tax_ids",
	"billing_portal.configuration.features.subscription_update.products",
	"invoice.confirmation_secret",
	"invoice.payments",
	"payment_link.line_items",
	"payment_link.optional_items",
	"plan.tiers",
	"price.currency_options",
	"price.currency_options.*.tiers",
	"price.tiers",
	"quote.computed.upfront.line_items",
	"quote.line_items",
}

// Expandable lists the paths of a resource that expand[] may name, sorted. It ends at the border
// of every other resource.
func Expandable(resource string) []string {
	var paths []string
	for _, property := range Properties(resource) {
		if property.Does != NotExpandable {
			paths = append(paths, property.Path)
		}
	}
	return paths
}

// Properties lists what Expandable lists, and the paths that only lead into other resources.
func Properties(resource string) []Property {
	w := walker{doc: Load(), resource: resource, found: map[string]Property{}}
	w.walk("", w.doc.Components.Schemas[resource], nil)
	paths := slices.Sorted(maps.Keys(w.found))
	properties := make([]Property, 0, len(paths))
	for _, path := range paths {
		properties = append(properties, w.found[path])
	}
	return properties
}

type walker struct {
	doc      *Document
	resource string
	found    map[string]Property
}

// walk visits the properties below path; within holds the named schemas above, for a schema that
// contains itself.
func (w *walker) walk(path string, s *Schema, within []string) {
	for name, property := range s.Properties {
		below := strings.TrimPrefix(path+"."+name, ".")
		does := NotExpandable
		if slices.Contains(s.ExpandableFields, name) {
			does = Present
		}
		w.property(below, property, does, within)
	}
	if values := s.ValueSchema(); values != nil {
		w.property(strings.TrimPrefix(path+".*", "."), values, NotExpandable, within)
	}
}

func (w *walker) property(path string, s *Schema, does Expandability, within []string) {
	if s.Type == "array" {
		if s.Expansion == nil && s.Items.Expansion != nil {
			does = Ref
		}
		w.property(path, s.Items, does, within)
		return
	}
	if s.Expansion != nil {
		w.add(Property{Path: path, Does: Ref, Targets: w.targets(s.Expansion.OneOf)})
		return
	}
	resolved, name := w.doc.Resolve(s)
	if name != "" && resolved.ResourceID != "" {
		w.add(Property{Path: path, Does: does, Targets: []string{name}})
		return
	}
	if targets := w.targets(resolved.AnyOf); len(targets) > 0 {
		w.add(Property{Path: path, Does: does, Targets: targets})
		return
	}
	w.add(Property{Path: path, Does: does})
	if slices.Contains(within, name) && name != "" {
		return
	}
	within = append(slices.Clone(within), name)
	w.walk(path, resolved, within)
	for _, variant := range resolved.AnyOf {
		variant, _ := w.doc.Resolve(variant)
		w.walk(path, variant, within)
	}
}

func (w *walker) add(p Property) {
	if slices.Contains(includable, w.resource+"."+p.Path) {
		p.Does = Include
	}
	if p.Does != NotExpandable || len(p.Targets) > 0 {
		w.found[p.Path] = p
	}
}

// targets names the resources among the variants; deleted variants cannot be expanded further.
func (w *walker) targets(variants []*Schema) []string {
	var names []string
	for _, variant := range variants {
		schema, name := w.doc.Resolve(variant)
		switch {
		case name == "" || strings.HasPrefix(name, "deleted_"):
		case len(schema.AnyOf) > 0:
			names = append(names, w.targets(schema.AnyOf)...)
		case schema.ResourceID != "":
			names = append(names, name)
		}
	}
	return names
}
