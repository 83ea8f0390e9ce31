package lifecycle

import (
	"math/big"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/discounting"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/pricing"
)

// netTotal is what one item costs for a whole period: gross, and after the discounts in force.
type netTotal struct {
	gross, net *big.Rat
	off        []discounting.Amount // what each discount takes of the whole period
}

// netTotals prices every item for a whole period, after the discounts in force. Flexible billing
// splits an amount off over the items in proportion, as an invoice does; classic takes the full
// amount off each item (Stripe's comparison of billing modes: 5.00 off 10.00 + 20.00, the 10.00
// item removed at half: flexible credits (1000 − 166) / 2 = 417, classic (1000 − 500) / 2 =
// 250).
func (b *Book) netTotals(sub *billing.Subscription) ([]netTotal, error) {
	out := make([]netTotal, len(sub.Items.Data))
	lines := make([]discounting.Line, len(sub.Items.Data))
	for i := range sub.Items.Data {
		it := &sub.Items.Data[i]
		price := b.Prices[it.Price.ID]
		total, err := pricing.Total(price, sub.Currency, it.Quantity)
		if err != nil {
			return nil, err
		}
		rounded, ok := money.RoundLineTotal(total)
		if !ok {
			return nil, tooLarge()
		}
		out[i] = netTotal{gross: total, net: total}
		lines[i] = discounting.Line{Amount: rounded, Product: price.Product.ID,
			Discountable: true, Item: b.Applied(it.Discounts)}
	}
	b.subtract(sub, out, lines)
	return out, nil
}

func (b *Book) subtract(sub *billing.Subscription, out []netTotal, lines []discounting.Line) {
	whole := b.Applied(sub.Discounts)
	if sub.Flexible() {
		result := discounting.Apply(sub.Currency, lines, whole)
		for i, per := range result.PerLine {
			out[i].take(append(per.Item, per.Invoice...))
		}
		return
	}
	for i := range lines {
		result := discounting.Apply(sub.Currency, lines[i:i+1], whole)
		out[i].take(append(result.PerLine[0].Item, result.PerLine[0].Invoice...))
	}
}

// discounts are the ids of what makes net less than gross.
func (n netTotal) discounts() []string {
	var ids []string
	for _, d := range n.off {
		if d.Amount != 0 {
			ids = append(ids, d.Discount)
		}
	}
	return ids
}

// amounts are what each discount takes of the whole period.
func (n netTotal) amounts() []billing.DiscountAmount {
	var out []billing.DiscountAmount
	for _, d := range n.off {
		out = append(out, billing.DiscountAmount{Amount: d.Amount,
			Discount: billing.To[billing.Discount](d.Discount)})
	}
	return out
}

func (n *netTotal) take(off []discounting.Amount) {
	n.off = off
	if len(off) == 0 {
		return
	}
	n.net = new(big.Rat).Set(n.gross)
	for _, d := range off {
		n.net.Sub(n.net, new(big.Rat).SetInt64(d.Amount))
	}
}
