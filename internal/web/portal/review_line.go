package portal

import (
	"math/big"
	"slices"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// line is one line of the change, with what explains its sum.
func (w *reviewWriter) line(l *billing.LineItem) view.Line {
	said, own := app.LineText(w.z, l, w.prices)
	out := view.Line{Kind: view.LineOther, Text: said, Quantity: 1,
		Amount: view.Money{Minor: l.Amount, Currency: l.Currency},
		Start:  w.at(l.Period.Start), End: w.at(l.Period.End)}
	if l.Quantity != nil {
		out.Quantity = *l.Quantity
	}
	price := w.prices[linePrice(l)]
	if price == nil || !own {
		return out // as the company described it
	}
	out.Plan = w.productName(price.Product.ID)
	out.Packages = app.Packages(price, out.Quantity)
	out.Whole = priceOf(price, l.Currency, out.Quantity).Money
	if !l.Proration() {
		out.Kind = view.LineFull
		out.Item = l.SubscriptionItemID()
		return out
	}
	out.Kind = view.LineRemaining
	if l.Amount < 0 {
		out.Kind = view.LineUnused
	}
	out.From, out.Days = out.Start, days(out.Start, out.End)
	out.Start = w.at(w.review.Offer.Item.CurrentPeriodStart)
	out.End = w.at(w.review.Offer.Item.CurrentPeriodEnd)
	out.TotalDays = days(out.Start, out.End)
	w.net(&out, l)
	return out
}

// net tells a sum that is not the price's share by time. Discounts are inside a proration, but
// where they are itemized: then they stand below the lines.
func (w *reviewWriter) net(line *view.Line, l *billing.LineItem) {
	length := line.End.Unix() - line.Start.Unix()
	discount := w.discount(w.review.Subscription)
	itemized := slices.ContainsFunc(l.DiscountAmounts,
		func(d billing.DiscountAmount) bool { return d.Amount != 0 })
	switch {
	case isShare(line.Whole.Minor, l.Amount, l.Period.End-l.Period.Start, length) && itemized:
		line.Net = view.NetItemized
	case isShare(line.Whole.Minor, l.Amount, l.Period.End-l.Period.Start, length):
		line.Net = view.NetShare
	case discount != nil:
		line.Net, line.Discount = view.NetDiscount, discount.Name
	default:
		line.Net = view.NetBilled
	}
}

// isShare tells that an amount, whichever its sign, is whole × part ÷ length, rounded either way.
func isShare(wholeMinor, amountMinor, part, length int64) bool {
	exact := new(big.Int).Mul(big.NewInt(wholeMinor), big.NewInt(part))
	off := new(big.Int).Mul(big.NewInt(amountMinor), big.NewInt(length))
	off.Sub(exact, off.Abs(off))
	return off.CmpAbs(big.NewInt(length)) <= 0 // less than one minor unit
}

// days counts the days of a stretch of time, an unfinished one as whole: what is explained in
// days is computed by the second.
func days(from, to time.Time) int {
	const day = 24 * time.Hour
	return int((to.Sub(from) + day/2) / day)
}
