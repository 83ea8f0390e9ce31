package kit

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strings"

	"github.com/portico-billing/portico/internal/color"
)

//go:embed assets/*.css assets/*.js
var assetFiles embed.FS

// AssetPrefix is where the assets live. Mount Assets there.
const AssetPrefix = "/assets/"

// Assets serves the stylesheets and scripts under addresses that hold a hash of their content, so
// a browser may keep them for ever and a new version is a new address.
type Assets struct {
	byPath    map[string]asset
	addresses map[string]string
}

type asset struct {
	contentType  string
	plain, small []byte
}

// NewAssets reads what is embedded, joins the stylesheets in the order of their names, and
// compresses once. A broken embed is a broken build, hence the panic.
func NewAssets() *Assets {
	a := &Assets{byPath: map[string]asset{}, addresses: map[string]string{}}
	entries, err := assetFiles.ReadDir("assets")
	if err != nil {
		panic(fmt.Errorf("kit: embedded assets: %w", err))
	}
	var stylesheet bytes.Buffer
	for _, entry := range entries {
		content, err := assetFiles.ReadFile("assets/" + entry.Name())
		if err != nil {
			panic(fmt.Errorf("kit: embedded asset %s: %w", entry.Name(), err))
		}
		if path.Ext(entry.Name()) == ".css" {
			stylesheet.Write(content)
			continue
		}
		a.add(entry.Name(), "text/javascript; charset=utf-8", content)
	}
	a.add("portico.css", "text/css; charset=utf-8", stylesheet.Bytes())
	return a
}

func (a *Assets) add(name, contentType string, content []byte) {
	ext := path.Ext(name)
	address := AssetPrefix + strings.TrimSuffix(name, ext) + "." + fingerprint(content) + ext
	a.addresses[name] = address
	a.byPath[address] = asset{contentType, content, compress(content)}
}

// Path is the address of an asset by its name, such as "portico.css".
func (a *Assets) Path(name string) string { return a.addresses[name] }

// AccentPath is the address of the stylesheet with a brand's colours. It holds the colour and a
// hash of what the stylesheet says, so it needs no memory of which brands exist.
func (a *Assets) AccentPath(brand string) string {
	c, ok := color.Parse(brand)
	if !ok {
		c, _ = color.Parse(DefaultBrand)
	}
	css := AccentsOf(c.String()).Stylesheet()
	return accentPrefix + c.String()[1:] + "." + fingerprint([]byte(css)) + ".css"
}

const accentPrefix = AssetPrefix + "accent-"

// ServeHTTP answers with an asset, compressed for whoever accepts it.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	found, ok := a.byPath[r.URL.Path]
	if !ok {
		found, ok = a.accent(r.URL.Path)
	}
	if !ok {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Content-Type", found.contentType)
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("Vary", "Accept-Encoding")
	body := found.plain
	if len(found.small) > 0 && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		header.Set("Content-Encoding", "gzip")
		body = found.small
	}
	header.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the browser left: there is nobody to tell
	}
}

// accent makes the stylesheet an address names. Only the address this program would hand out is
// answered, so nobody can fill a cache with stylesheets of other versions.
func (a *Assets) accent(address string) (asset, bool) {
	rest, ok := strings.CutPrefix(address, accentPrefix)
	brand, _, dotted := strings.Cut(rest, ".")
	if _, valid := color.Parse(brand); !ok || !dotted || !valid || a.AccentPath(brand) != address {
		return asset{}, false
	}
	css := AccentsOf(brand).Stylesheet()
	return asset{contentType: "text/css; charset=utf-8", plain: []byte(css)}, true
}

func fingerprint(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:6])
}

func compress(content []byte) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(fmt.Errorf("kit: gzip: %w", err))
	}
	if _, err := z.Write(content); err != nil {
		panic(fmt.Errorf("kit: gzip: %w", err))
	}
	if err := z.Close(); err != nil {
		panic(fmt.Errorf("kit: gzip: %w", err))
	}
	return b.Bytes()
}
