package i18n

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/i18n/cldr"
)

// The oracle is Intl of Node, whose formats come from the same data by other code. It is asked for
// all locales at once; what may differ is listed in oracle_known_test.go, each with its reason.

// amount is one amount, for us in minor units and for Intl as a decimal number.
type amount struct {
	Name     string `json:"name"`
	Decimal  string `json:"decimal"`
	Currency string `json:"currency"`
	minor    int64
}

// currencies are those the API takes.
const currencies = `
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BWP BYN BZD
CAD CDF CHF CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ
GYD HKD HNL HTG HUF IDR ILS INR ISK JMD JOD JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD
LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK
PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SOS SRD STN SZL THB TJS TND TOP TRY
TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW`

func amounts() []amount {
	var list []amount
	for _, code := range strings.Fields(currencies) {
		digits := CurrencyDigits(code)
		// Whole units only where life has fewer decimals than the API: Intl would round the rest
		// away.
		fraction := "567"[:min(digits, cldr.CurrencyDigits(code))]
		for _, whole := range []string{"0", "29", "1234", "-98765", "12345678"} {
			text := whole
			if fraction != "" {
				text += "." + fraction
			}
			minorText := strings.Replace(text, ".", "", 1)
			minorText += strings.Repeat("0", digits-len(fraction))
			minor, _ := strconv.ParseInt(minorText, 10, 64)
			list = append(list, amount{fmt.Sprintf("money %s %s", text, code), text, code, minor})
		}
	}
	return list
}

var moments = []string{
	"2026-01-01T00:00:00Z", "2026-02-09T05:05:00Z", "2026-03-31T08:30:00Z", "2026-04-30T11:59:00Z",
	"2026-05-05T12:00:00Z", "2026-06-15T12:59:00Z", "2026-07-04T13:01:00Z", "2026-08-20T18:45:00Z",
	"2026-09-10T19:00:00Z", "2026-10-25T23:59:00Z", "2026-11-02T04:07:00Z", "2026-12-14T15:04:00Z",
}

// askNode runs testdata/intl.mjs.
func askNode(t *testing.T, amounts []amount) map[Locale]map[string]string {
	t.Helper()
	input, err := json.Marshal(map[string]any{
		"locales": Locales(), "amounts": amounts, "moments": moments,
	})
	if err != nil {
		t.Fatal(err)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("this test compares with Node's Intl: install Node 20 or newer as node on the PATH")
	}
	cmd := exec.Command(node, "testdata/intl.mjs")
	var complaint bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), &complaint
	raw, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, complaint.String())
	}
	var answers map[Locale]map[string]string
	if err := json.Unmarshal(raw, &answers); err != nil {
		t.Fatal(err)
	}
	return answers
}

func TestFormatsEqualIntl(t *testing.T) {
	t.Parallel()
	list := amounts()
	answers := askNode(t, list)
	byName := map[string]amount{}
	for _, a := range list {
		byName[a.Name] = a
	}
	used := map[*difference]bool{}
	compared := 0
	for _, l := range Locales() {
		for name, want := range answers[l] {
			compared++
			got := format(t, For(l), name, byName)
			if got == want {
				continue
			}
			if d := allowed(l, name, got, want); d != nil {
				used[d] = true
				continue
			}
			t.Errorf("%s %s: got %q, Intl writes %q", l, name, got, want)
		}
	}
	if compared < 40_000 {
		t.Errorf("only %d texts were compared", compared)
	}
	for i := range known {
		if !used[&known[i]] {
			t.Errorf("difference %q is known but does not appear any more", known[i].reason)
		}
	}
}

// format writes the case that intl.mjs names.
func format(t *testing.T, z *Localizer, name string, byName map[string]amount) string {
	t.Helper()
	kind, rest, _ := strings.Cut(name, " ")
	switch kind {
	case "money":
		return z.Money(byName[name].minor, byName[name].Currency)
	case "percent":
		return z.Percent(rest)
	case "list":
		return z.List(strings.Split(rest, ","))
	case "number":
		n, _ := strconv.ParseInt(rest, 10, 64)
		return z.Number(n)
	case "plural":
		n, _ := strconv.ParseInt(rest, 10, 64)
		return cldr.Category(z.data.Plurals(), n)
	}
	moment, err := time.Parse(time.RFC3339, rest)
	if err != nil {
		t.Fatal(err)
	}
	write := map[string]func(time.Time) string{
		"date": z.Date, "short": z.DateShort, "month": z.Month, "time": z.DateTime,
	}
	return write[kind](moment)
}
