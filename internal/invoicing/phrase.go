package invoicing

import (
	"fmt"
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
)

// phrase is Stripe's English around what a line is for. The engine describes lines with it, and
// Worded recognizes the engine's descriptions by it.
type phrase struct{ before, after string }

func (p phrase) around(what string) string { return p.before + what + p.after }

// cut takes what a description is for out of it; ok is false when the phrase is another.
func (p phrase) cut(description string) (what string, ok bool) {
	rest, ok := strings.CutPrefix(description, p.before)
	if !ok {
		return "", false
	}
	what, ok = strings.CutSuffix(rest, p.after)
	return what, ok && what != ""
}

// The phrases of a line that is free for now, by the subscription's billing mode.
var (
	freeTrial        = phrase{before: "Free trial for "}
	freeTrialClassic = phrase{after: " (Free trial)"}
)

// The phrases of a proration, to which " after 17 Apr 2025" is added.
var (
	unusedTime    = phrase{before: "Unused time on "}
	remainingTime = phrase{before: "Remaining time on "}
)

const (
	after     = " after "
	dayLayout = "02 Jan 2006"
)

// UnusedTime describes a credit: "Unused time on 2 × Starter after 17 Apr 2025".
func UnusedTime(quantity int64, product string, at int64) string {
	return partOfPeriod(unusedTime, quantity, product, at)
}

// RemainingTime describes a charge: "Remaining time on 2 × Starter after 17 Apr 2025".
func RemainingTime(quantity int64, product string, at int64) string {
	return partOfPeriod(remainingTime, quantity, product, at)
}

func partOfPeriod(p phrase, quantity int64, product string, at int64) string {
	if quantity > 1 {
		product = fmt.Sprintf("%d × %s", quantity, product)
	}
	return p.around(product) + after + time.Unix(at, 0).UTC().Format(dayLayout)
}

// atUnit is " (at $29.00 / month)", or " (at $10.00 per 100 units / month)" of packages.
func atUnit(p *billing.Price, currency, unitDecimal string) phrase {
	amount := i18n.For("en").Decimal(unitDecimal, currency)
	if t := p.TransformQuantity; t != nil {
		amount = fmt.Sprintf("%s per %d units", amount, t.DivideBy)
	}
	return phrase{after: fmt.Sprintf(" (at %s%s)", amount, per(p))}
}

// atTier is " (Tier 2 at $8.00 / month)", of a unit's amount or of a flat one.
func atTier(p *billing.Price, currency string, tier int, decimal string) phrase {
	return phrase{after: fmt.Sprintf(" (Tier %d at %s%s)", tier,
		i18n.For("en").Decimal(decimal, currency), per(p))}
}

// per is " / month", or " / every 3 months".
func per(p *billing.Price) string {
	switch r := p.Recurring; {
	case r == nil:
		return ""
	case r.IntervalCount == 1:
		return " / " + r.Interval
	default:
		return fmt.Sprintf(" / every %d %ss", r.IntervalCount, r.Interval)
	}
}
