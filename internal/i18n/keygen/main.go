// Command keygen writes the Go constants of the catalogue's keys, so that a misspelt key does not
// compile. It reads catalog/en.json, which is the only place where a key is introduced.
//
// It owns the files keys_*.gen.go beside package i18n and nothing else. Run it with
// "go generate ./internal/i18n"; a test of package i18n fails when the files are out of date.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/portico-billing/portico/internal/i18n/keygen/keys"
)

func main() {
	log.SetFlags(0)
	if err := run("."); err != nil {
		log.Fatalf("keygen: %v", err)
	}
}

// run reads the English catalogue under dir and writes the constants beside it.
func run(dir string) error {
	english, err := os.ReadFile(filepath.Join(dir, "catalog", "en.json"))
	if err != nil {
		return err
	}
	files, err := keys.Files(english)
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	fmt.Println(len(files), "files written")
	return nil
}
