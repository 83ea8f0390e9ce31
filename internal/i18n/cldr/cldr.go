// Package cldr is the table behind the formats of package i18n: what the Unicode Common Locale Data
// Repository says about the numbers, currencies, dates, lists and plurals of the portal's locales.
//
// It owns the generated files data/*.gen.json and the rules of plurals, which it reads and
// evaluates. It does not format anything and knows no texts. The files are written by the command
// in gen; run it with "go generate ./internal/i18n/cldr" after "npm install" in gen.
//
// It promises that a locale is decoded only when it is asked for: the table costs the program its
// size on disk and nothing at start.
package cldr

import (
	"embed"
	"encoding/json"
	"fmt"
	"sync"
)

//go:generate go run ./gen -modules gen/node_modules -out data

//go:embed data/*.gen.json
var files embed.FS

// Locale is what one locale's formats are made of. Patterns of numbers hold "0" where the number
// stands and "¤" for the currency's symbol; a "-" in them is replaced by Minus.
type Locale struct {
	Decimal string `json:"decimal"`
	Group   string `json:"group"`
	Minus   string `json:"minus"`
	// GroupMin is how many digits must stand before the first separator: 2 writes 1000 but 10.000.
	GroupMin int `json:"groupMin"`
	// GroupSecond is the size of the groups after the first: 2 in India, else 3.
	GroupSecond int `json:"groupSecond"`

	Percent       string            `json:"percent"`
	Currency      Pattern           `json:"currency"`
	CurrencyAlpha Pattern           `json:"currencyAlpha"`
	Symbols       map[string]string `json:"symbols"`

	DateLong   string   `json:"dateLong"`
	DateMedium string   `json:"dateMedium"`
	YearMonth  string   `json:"yearMonth"`
	Time       string   `json:"time"`
	DateTime   string   `json:"dateTime"` // {1} is the date, {0} the time
	Months     []string `json:"months"`
	MonthsAbbr []string `json:"monthsAbbr"`
	// MonthsAlone are the names without a day beside them; empty where they do not differ.
	MonthsAlone []string `json:"monthsAlone,omitempty"`
	Era         string   `json:"era,omitempty"`
	AM          string   `json:"am"`
	PM          string   `json:"pm"`
	// DayPeriods names each hour, for locales that say "in the morning" instead of AM.
	DayPeriods []string `json:"dayPeriods,omitempty"`

	List   ListPattern `json:"list"`
	Quotes [2]string   `json:"quotes"`

	PluralRules map[string]string `json:"plurals"`
}

// Pattern is a format of amounts for each sign. Alpha patterns keep a distance between a number and
// a symbol that touches it with a letter.
type Pattern struct {
	Positive string `json:"positive"`
	Negative string `json:"negative"`
}

// ListPattern joins items: two by Pair, more by Start, Middle and End.
type ListPattern struct {
	Start  string `json:"start"`
	Middle string `json:"middle"`
	End    string `json:"end"`
	Pair   string `json:"pair"`
}

// Load decodes the table of a locale of the portal. The files are ours, so a missing or damaged one
// is a broken invariant. It decodes at each call; the caller keeps the result.
func Load(name string) *Locale {
	l := &Locale{}
	read("data/"+name+".gen.json", l)
	return l
}

// digits are the currencies whose amounts are not written with two decimals.
var digits = sync.OnceValue(func() map[string]int {
	table := map[string]int{}
	read("data/digits.gen.json", &table)
	return table
})

// CurrencyDigits is the number of decimals an amount is usually written with. What a currency's
// minor unit is worth in the API is another matter: see i18n.CurrencyDigits.
func CurrencyDigits(currency string) int {
	if n, ok := digits()[currency]; ok {
		return n
	}
	return 2
}

func read(name string, into any) {
	raw, err := files.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("cldr: %v", err))
	}
	if err := json.Unmarshal(raw, into); err != nil {
		panic(fmt.Sprintf("cldr: %s: %v", name, err))
	}
}
