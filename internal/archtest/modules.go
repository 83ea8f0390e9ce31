package archtest

// Linked are the modules that the binary is made of, each with the reason why it is worth it.
// A dependency that is not here fails the test: adding one is a decision.
var Linked = map[string]string{
	"github.com/a-h/templ":           "pages as typed templates; only its small runtime is linked",
	"github.com/alecthomas/kong":     "flags and environment in one struct",
	"github.com/cockroachdb/apd/v3":  "exact decimals: unit_amount_decimal and tax rates",
	"github.com/go-text/typesetting": "shaping of Thai, CJK, Arabic, Devanagari in invoices",
	"github.com/jackc/pgx/v5":        "PostgreSQL, used natively: pipelines and binary values",
	"github.com/klauspost/compress":  "zstd, for the embedded fonts",
	"github.com/pressly/goose/v3":    "migrations, as a library, from embedded files",
	"github.com/wneessen/go-mail":    "mail by SMTP",
	"modernc.org/sqlite":             "SQLite without cgo",
	"golang.org/x/text":              "order of writing (bidi) and Unicode forms",

	"golang.org/x/image": "comes with go-text/typesetting",

	"github.com/dustin/go-humanize":    "comes with modernc.org/sqlite",
	"github.com/google/uuid":           "comes with modernc.org/sqlite",
	"github.com/mattn/go-isatty":       "comes with modernc.org/sqlite",
	"github.com/ncruces/go-strftime":   "comes with modernc.org/sqlite",
	"github.com/remyoudompheng/bigfft": "comes with modernc.org/sqlite",
	"golang.org/x/sys":                 "comes with modernc.org/sqlite",
	"modernc.org/libc":                 "comes with modernc.org/sqlite",
	"modernc.org/mathutil":             "comes with modernc.org/sqlite",
	"modernc.org/memory":               "comes with modernc.org/sqlite",
	"github.com/jackc/pgpassfile":      "comes with pgx",
	"github.com/jackc/pgservicefile":   "comes with pgx",
	"github.com/jackc/puddle/v2":       "comes with pgx: its pool",
	"golang.org/x/crypto":              "comes with pgx (SCRAM) and go-mail",
	"golang.org/x/sync":                "comes with pgx",
	"github.com/mfridman/interpolate":  "comes with goose",
	"github.com/sethvargo/go-retry":    "comes with goose",
	"go.uber.org/multierr":             "comes with goose",
}

// Tested are the modules that only tests, generators and tools use.
var Tested = map[string]string{
	"github.com/a-h/templ":            "its generator, to check that generated pages are fresh",
	"github.com/a-h/parse":            "comes with templ's parser",
	"github.com/stripe/stripe-go/v86": "Stripe's own Go client, as a witness that the API is right",
	"github.com/stripe/stripe-mock":   "carries Stripe's OpenAPI document; read by spec only",
	"go.uber.org/goleak":              "no goroutine outlives its worker",
	"golang.org/x/net":                "an HTML parser for tests of pages",
	"pgregory.net/rapid":              "property tests that shrink",
}
