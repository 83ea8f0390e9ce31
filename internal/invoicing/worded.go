package invoicing

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
)

// Worded is the description of a line in the reader's language. own says that the engine wrote what
// is stored, which is then worded anew; what a company typed stays as it was typed, and for whoever
// reads English all that is stored does. p is the price of the line; nil where it has none.
//
// The name of what was sold is taken out of what is stored: it may have another by now.
func Worded(z *i18n.Localizer, l *billing.LineItem, p *billing.Price) (text string, own bool) {
	if l.Description == nil {
		return "", false
	}
	said, own := wordingOf(l, p)
	if !own || z.TextLocale() == i18n.Default {
		return *l.Description, own
	}
	return said.in(z, l, p), true
}

// wording is an engine's description, taken apart.
type wording struct {
	kind    wordingKind
	what    string // "2 × Starter", "2 seat × Starter"; of a tier's flat amount "Starter"
	tier    int
	decimal string    // of the unit, or of the flat amount
	day     time.Time // of a proration
}

type wordingKind int

const (
	wordingPlain wordingKind = iota
	wordingAt
	wordingTier
	wordingTrial
	wordingUnused
	wordingRemaining
)

var tierPattern = regexp.MustCompile(` \(Tier (\d{1,6}) at [^()]+\)$`)

// wordingOf takes a description apart; ok is false when the engine would not have written it for
// such a line.
func wordingOf(l *billing.LineItem, p *billing.Price) (w wording, ok bool) {
	switch {
	case l.Proration():
		return prorationOf(*l.Description)
	case l.SubscriptionItemID() == "" || l.Quantity == nil:
		return w, false // what is sold once is described by its name alone
	case l.Amount == 0:
		for _, trial := range []phrase{freeTrial, freeTrialClassic} {
			if what, ok := trial.cut(*l.Description); ok && counts(what, *l.Quantity) {
				return wording{kind: wordingTrial, what: what}, true
			}
		}
	}
	if p == nil {
		return w, false
	}
	if w, ok = pricedOf(l, p); ok {
		return w, true
	}
	w = wording{kind: wordingPlain, what: *l.Description}
	return w, p.BillingScheme == billing.SchemeTiered && counts(w.what, *l.Quantity)
}

func prorationOf(description string) (wording, bool) {
	cut := strings.LastIndex(description, after)
	if cut < 0 {
		return wording{}, false
	}
	day, err := time.Parse(dayLayout, description[cut+len(after):])
	if err != nil {
		return wording{}, false
	}
	if what, ok := unusedTime.cut(description[:cut]); ok {
		return wording{kind: wordingUnused, what: what, day: day}, true
	}
	what, ok := remainingTime.cut(description[:cut])
	return wording{kind: wordingRemaining, what: what, day: day}, ok
}

// pricedOf takes apart what names its price, as the line holds it.
func pricedOf(l *billing.LineItem, p *billing.Price) (w wording, ok bool) {
	w.decimal = strconv.FormatInt(l.Amount, 10)
	if unit := l.Pricing.UnitAmountDecimal; unit != nil {
		w.decimal = *unit
	}
	if p.BillingScheme != billing.SchemeTiered {
		w.kind = wordingAt
		w.what, ok = atUnit(p, l.Currency, w.decimal).cut(*l.Description)
		return w, ok && counts(w.what, *l.Quantity)
	}
	found := tierPattern.FindStringSubmatch(*l.Description)
	if found == nil {
		return w, false
	}
	w.kind = wordingTier
	w.tier, _ = strconv.Atoi(found[1]) // digits, by the pattern
	w.what, ok = atTier(p, l.Currency, w.tier, w.decimal).cut(*l.Description)
	flat := *l.Quantity == 0 && l.Pricing.UnitAmountDecimal == nil
	return w, ok && (flat || counts(w.what, *l.Quantity))
}

// counts says that a description starts with the number of a line.
func counts(what string, quantity int64) bool {
	return strings.HasPrefix(what, strconv.FormatInt(quantity, 10)+" ") &&
		strings.Contains(what, "× ")
}

// in says it in a language.
func (w wording) in(z *i18n.Localizer, l *billing.LineItem, p *billing.Price) string {
	what := i18n.A("plan", w.counted(z, l))
	switch w.kind {
	case wordingTrial:
		return z.T(i18n.LineTrial, what)
	case wordingUnused:
		return z.T(i18n.LineUnused, what, i18n.A("date", z.DateShort(w.day)))
	case wordingRemaining:
		return z.T(i18n.LineRemaining, what, i18n.A("date", z.DateShort(w.day)))
	case wordingTier:
		return z.T(i18n.LineTier, what, i18n.A("tier", z.Number(int64(w.tier))),
			i18n.A("price", perPeriod(z, p, z.Decimal(w.decimal, l.Currency))))
	case wordingAt:
		amount := z.Decimal(w.decimal, l.Currency)
		if t := p.TransformQuantity; t != nil {
			amount = z.T(i18n.LinePerPackage, i18n.A("amount", amount),
				i18n.A("size", z.Number(t.DivideBy)))
		}
		return z.T(i18n.LineAt, what, i18n.A("price", perPeriod(z, p, amount)))
	default:
		return w.counted(z, l)
	}
}

// counted is what a line is for, its number as the language writes numbers.
func (w wording) counted(z *i18n.Localizer, l *billing.LineItem) string {
	if l.Quantity == nil {
		return w.what
	}
	name, ok := strings.CutPrefix(w.what, fmt.Sprintf("%d ", *l.Quantity))
	if !ok || !strings.Contains(name, "× ") {
		return w.what
	}
	return z.Number(*l.Quantity) + "\u00a0" + strings.Replace(name, "× ", "×\u00a0", 1)
}

// perPeriod is an amount and how often it is asked for: "29,00 € al mes".
func perPeriod(z *i18n.Localizer, p *billing.Price, amount string) string {
	if p.Recurring == nil {
		return amount
	}
	key := map[string]i18n.Key{"day": i18n.PriceDay, "week": i18n.PriceWeek,
		"month": i18n.PriceMonth, "year": i18n.PriceYear}[p.Recurring.Interval]
	return z.N(key, max(p.Recurring.IntervalCount, 1), i18n.A("amount", amount))
}

// WithoutEmptyTiers leaves out what says nothing to whoever reads an invoice: the flat amount of
// nothing of a tier whose units have a line of their own. A tier without units stays where it is
// all there is, and so does one that is free: those say why nothing is asked for.
func WithoutEmptyTiers(lines []billing.LineItem) []billing.LineItem {
	var kept []billing.LineItem
	for i := range lines {
		if !emptyFlat(&lines[i]) || !hasCompany(lines, i) {
			kept = append(kept, lines[i])
		}
	}
	return kept
}

func emptyFlat(l *billing.LineItem) bool {
	return l.Amount == 0 && l.SubscriptionItemID() != "" && !l.Proration() &&
		l.Quantity != nil && *l.Quantity == 0 &&
		l.Pricing != nil && l.Pricing.UnitAmountDecimal == nil
}

// hasCompany says that another line bills the same item for the same period.
func hasCompany(lines []billing.LineItem, n int) bool {
	for i := range lines {
		if i != n && lines[i].SubscriptionItemID() == lines[n].SubscriptionItemID() &&
			lines[i].Period == lines[n].Period && !emptyFlat(&lines[i]) {
			return true
		}
	}
	return false
}
