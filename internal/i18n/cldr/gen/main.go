// Command gen writes data/*.gen.json of package cldr: one file per locale of the portal with only
// what the product formats, and one with the decimals of currencies.
//
// It reads the npm packages named in package.json beside it, at the versions pinned there; run
// "npm install" in this folder first. The output depends on that input only. A date pattern with a
// letter that package i18n cannot write stops it.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/portico-billing/portico/internal/i18n"
)

// cldrNames are the locales that CLDR spells differently, or means differently: to the portal "pt"
// is the Portuguese of Portugal.
var cldrNames = map[string]string{
	"nb": "no", "pt": "pt-PT", "pt-BR": "pt", "zh": "zh-Hans", "zh-HK": "zh-Hant-HK",
	"zh-TW": "zh-Hant",
}

func main() {
	log.SetFlags(0)
	modules := flag.String("modules", "node_modules", "folder with the npm packages")
	out := flag.String("out", "data", "folder to write to")
	flag.Parse()
	if err := run(*modules, *out); err != nil {
		log.Fatalf("gen: %v", err)
	}
}

func run(modules, out string) error {
	s := &source{modules: modules}
	for _, l := range i18n.Locales() {
		name := string(l)
		if other, ok := cldrNames[name]; ok {
			name = other
		}
		table, err := s.locale(name)
		if err != nil {
			return fmt.Errorf("%s: %w", l, err)
		}
		if err := write(filepath.Join(out, string(l)+".gen.json"), table); err != nil {
			return err
		}
	}
	digits, err := s.digits()
	if err != nil {
		return err
	}
	return write(filepath.Join(out, "digits.gen.json"), digits)
}

// write stores a value as JSON with its keys sorted, so that the next version shows as a small
// diff.
func write(name string, value any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(value); err != nil {
		return err
	}
	return os.WriteFile(name, b.Bytes(), 0o644)
}
