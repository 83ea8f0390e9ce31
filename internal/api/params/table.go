package params

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed table.gen.json.gz
var packed []byte

// contents is the decoded table.
type contents struct {
	ops       map[string]*Operation
	resources map[string]resource
}

var table = sync.OnceValue(func() *contents {
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic(fmt.Sprintf("params: the committed table does not open: %v", err))
	}
	raw, err := io.ReadAll(reader)
	if err != nil {
		panic(fmt.Sprintf("params: the committed table does not unpack: %v", err))
	}
	t, err := decodeTable(raw)
	if err != nil {
		panic(fmt.Sprintf("params: the committed table does not decode: %v", err))
	}
	t.add(Additive())
	t.addInside()
	t.addLegacy()
	t.describe()
	t.unset()
	return t
})

// Encoded is the table as it is committed: equal subtrees are stored once and named by their
// number. Only gen writes it.
type Encoded struct {
	Ops   []EncodedOp   `json:"ops"`
	Nodes []EncodedNode `json:"nodes"`
	// Expand holds, per resource, one line per property: "path code target target...".
	Expand map[string][]string `json:"expand"`
}

// EncodedOp is one operation; Params is the number of its node.
type EncodedOp struct {
	Name     string `json:"n"`
	Tier     int    `json:"t"`
	Shape    Shape  `json:"s"`
	Resource string `json:"r"`
	Params   int    `json:"p"`
}

// EncodedNode is one node; Fields reads "name:12 required!:7".
type EncodedNode struct {
	Kind      Kind   `json:"k"`
	Scalar    Kind   `json:"s,omitempty"`
	Literals  string `json:"l,omitempty"`
	Emptyable bool   `json:"e,omitempty"`
	MaxLength int    `json:"m,omitempty"`
	Fields    string `json:"f,omitempty"`
	Items     *int   `json:"i,omitempty"`
}

func decodeTable(raw []byte) (*contents, error) {
	var encoded Encoded
	if err := json.Unmarshal(raw, &encoded); err != nil {
		return nil, err
	}
	nodes := make([]*Node, len(encoded.Nodes))
	for i := range nodes {
		nodes[i] = new(Node)
	}
	for i, from := range encoded.Nodes {
		if err := from.decode(nodes[i], nodes); err != nil {
			return nil, fmt.Errorf("node %d: %w", i, err)
		}
	}
	t := &contents{ops: map[string]*Operation{}, resources: map[string]resource{}}
	for _, op := range encoded.Ops {
		method, template, _ := strings.Cut(op.Name, " ")
		t.ops[op.Name] = &Operation{
			Method: method, Template: template,
			Tier: op.Tier, Shape: op.Shape, Resource: op.Resource, Params: nodes[op.Params],
		}
	}
	for name, lines := range encoded.Expand {
		t.resources[name] = decodeResource(lines)
	}
	return t, nil
}

func (from EncodedNode) decode(to *Node, nodes []*Node) error {
	*to = Node{
		Kind: from.Kind, Scalar: from.Scalar, Literals: strings.Fields(from.Literals),
		Emptyable: from.Emptyable, MaxLength: from.MaxLength,
	}
	if from.Items != nil {
		to.Items = nodes[*from.Items]
	}
	names := strings.Fields(from.Fields)
	to.Fields = make([]Field, 0, len(names))
	for _, text := range names {
		name, number, _ := strings.Cut(text, ":")
		name, required := strings.CutSuffix(name, "!")
		i, err := strconv.Atoi(number)
		if err != nil || i >= len(nodes) {
			return fmt.Errorf("field %q points nowhere", text)
		}
		to.Fields = append(to.Fields, Field{Name: name, Required: required, Node: nodes[i]})
	}
	return nil
}

// add puts Portico's own operations and parameters beside Stripe's. An operation that exists
// gains the parameters it lacks; nodes are shared between operations, so the hash is copied first.
func (t *contents) add(own []*Operation) {
	for _, op := range own {
		known := t.ops[op.Name()]
		if known == nil {
			t.ops[op.Name()] = op
			continue
		}
		root := *known.Params
		root.Fields = slices.Clone(root.Fields)
		for _, field := range op.Params.Fields {
			if known.Params.Field(field.Name) == nil {
				root.Fields = append(root.Fields, field)
			}
		}
		sortFields(root.Fields)
		known.Params = &root
	}
}

func sortFields(fields []Field) {
	slices.SortFunc(fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
}
