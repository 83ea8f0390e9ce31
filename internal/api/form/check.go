package form

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/portico-billing/portico/internal/api/params"
)

// Check holds a request against the parameters of its operation. Unknown parameters are reported
// first and all together, as Stripe does; else the first mistake in the order of sending.
func Check(op *params.Operation, v *Values) error {
	var c checker
	c.hash(op.Params, v, nil)
	switch {
	case len(c.unknown) > 0:
		return unknown(c.unknown)
	case c.first != nil:
		return c.first
	default:
		return nil
	}
}

// path is where in the request the check stands. It becomes text only when there is an error.
type path struct {
	up   *path
	name string
}

func (p *path) String() string {
	switch {
	case p == nil:
		return ""
	case p.up == nil:
		return p.name
	default:
		return p.up.String() + "[" + p.name + "]"
	}
}

type checker struct {
	unknown []string
	first   *Error
}

// report keeps the first mistake.
func (c *checker) report(mistake *Error) {
	if c.first == nil {
		c.first = mistake
	}
}

func (c *checker) value(node *params.Node, v *Values, at *path) {
	switch {
	case v.leaf && v.text == "":
		// An empty string is how Stripe's Go client sends an empty array.
		if !node.Emptyable && node.Kind != params.KindArray {
			c.report(emptied(at.String()))
		}
	case v.leaf:
		c.text(node, v.text, at)
	case node.Kind == params.KindHash:
		c.hash(node, v, at)
	case node.Kind == params.KindMap:
		c.keyed(node, v, at)
	case node.Kind == params.KindArray:
		c.array(node, v, at)
	default:
		c.report(wrongShape(node.Kind, at.String()))
	}
}

func (c *checker) hash(node *params.Node, v *Values, at *path) {
	for i := range v.kids {
		kid := &v.kids[i]
		below := path{at, kid.key}
		field := node.Field(kid.key)
		switch {
		case kid.appended:
			c.report(wrongShape(params.KindHash, at.String()))
		case field == nil:
			c.unknown = append(c.unknown, below.String())
		default:
			c.value(field.Node, kid.Values, &below)
		}
	}
	for i := range node.Fields {
		if field := &node.Fields[i]; field.Required && v.find(field.Name) == nil {
			below := path{at, field.Name}
			c.report(missing(below.String()))
		}
	}
}

// keyed checks a map. The values of a map of strings may be empty: in metadata that deletes the
// key.
func (c *checker) keyed(node *params.Node, v *Values, at *path) {
	metadata := at.name == "metadata"
	if metadata && len(v.kids) > metadataKeysMax {
		c.report(metadataKeys(len(v.kids), at.String()))
	}
	for i := range v.kids {
		kid := &v.kids[i]
		below := path{at, kid.key}
		switch {
		case kid.appended:
			c.report(wrongShape(params.KindMap, at.String()))
		case metadata:
			c.metadata(kid, at)
		case kid.leaf && kid.text == "" && node.Items.Kind == params.KindString:
		default:
			c.value(node.Items, kid.Values, &below)
		}
	}
}

func (c *checker) array(node *params.Node, v *Values, at *path) {
	for _, element := range v.elements() {
		index, err := strconv.ParseUint(element.key, 10, 32)
		if err != nil || index > indexMax {
			c.report(wrongShape(params.KindArray, at.String()))
			return
		}
		below := path{at, element.key}
		c.value(node.Items, element.Values, &below)
	}
}

// elements are the children in the order of their indexes: clients that sort keys as text send
// items[10] before items[2].
func (v *Values) elements() []child {
	byIndex := func(a, b child) int {
		if order := len(a.key) - len(b.key); order != 0 {
			return order
		}
		return strings.Compare(a.key, b.key)
	}
	if slices.IsSortedFunc(v.kids, byIndex) {
		return v.kids
	}
	sorted := slices.Clone(v.kids)
	slices.SortStableFunc(sorted, byIndex)
	return sorted
}

// text checks a value that is not empty.
func (c *checker) text(node *params.Node, text string, at *path) {
	if slices.Contains(node.Literals, text) {
		return
	}
	switch kind := scalarKind(node); kind {
	case params.KindEnum:
		c.report(notOneOf(node.Literals, at.String()))
	case params.KindString:
		if node.MaxLength > 0 && utf8.RuneCountInString(text) > node.MaxLength {
			c.report(tooLong(text, node.MaxLength, at.String()))
		}
	case params.KindInteger, params.KindTime:
		if n, ok := integer(text); !ok || kind == params.KindTime && (n < 0 || n > timeMax) {
			c.report(badValue(kind, text, at.String()))
		}
	case params.KindNumber, params.KindDecimal:
		if !decimal(text) {
			c.report(badValue(kind, text, at.String()))
		}
	case params.KindBoolean:
		if _, ok := boolean(text); !ok {
			c.report(badValue(kind, text, at.String()))
		}
	case params.KindHash, params.KindMap, params.KindArray:
		c.report(wrongShape(kind, at.String()))
	}
}

// scalarKind is the kind of a text: a hash may also be sent as one value (created=N).
func scalarKind(node *params.Node) params.Kind {
	if node.Kind == params.KindHash && node.Scalar != "" {
		return node.Scalar
	}
	return node.Kind
}

// Numbers beyond these mean nothing, and would wrap around where they are multiplied or added.
const (
	integerMax int64 = 1_000_000_000_000_000
	timeMax    int64 = 253_402_300_799 // the end of the year 9999
)

func integer(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && text[0] != '+' && -integerMax <= n && n <= integerMax
}

// boolean accepts any case: the Python client once sent True and False.
func boolean(text string) (value, ok bool) {
	switch {
	case strings.EqualFold(text, "true"):
		return true, true
	case strings.EqualFold(text, "false"):
		return false, true
	default:
		return false, false
	}
}

// decimalMax is far more digits than any price has.
const decimalMax = 40

// decimal accepts -12.5000 and refuses exponents, which no price needs.
func decimal(text string) bool {
	whole, fraction, dotted := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	return len(text) <= decimalMax && digits(whole) && (!dotted || digits(fraction))
}

func digits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}
