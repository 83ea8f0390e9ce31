package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// source reads the JSON files of the npm packages.
type source struct{ modules string }

// node is a place in a JSON file.
type node struct{ value any }

// file reads a file of a package. When it is missing, the error says what to do.
func (s *source) file(path string) (node, error) {
	raw, err := os.ReadFile(filepath.Join(s.modules, filepath.FromSlash(path)))
	if err != nil {
		return node{}, fmt.Errorf("%w (run npm install in the gen folder)", err)
	}
	var n node
	if err := json.Unmarshal(raw, &n.value); err != nil {
		return node{}, fmt.Errorf("%s: %w", path, err)
	}
	return n, nil
}

// at walks down by keys; a missing key gives an empty node.
func (n node) at(path ...string) node {
	for _, key := range path {
		fields, _ := n.value.(map[string]any)
		n = node{fields[key]}
	}
	return n
}

// text is a string, or the "_value" of an object that also says which numbering it is in.
func (n node) text() string {
	switch v := n.value.(type) {
	case string:
		return v
	case map[string]any:
		return node{v["_value"]}.text()
	}
	return ""
}

func (n node) number() int {
	i, _ := strconv.Atoi(n.text())
	return i
}

func (n node) fields() map[string]any {
	fields, _ := n.value.(map[string]any)
	return fields
}

// texts lists the values of several keys.
func (n node) texts(keys ...string) []string {
	list := make([]string, len(keys))
	for i, key := range keys {
		list[i] = n.at(key).text()
	}
	return list
}

// twelve are the keys of months.
var twelve = strings.Fields("1 2 3 4 5 6 7 8 9 10 11 12")
