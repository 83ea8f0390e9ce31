package lifecycle

import (
	"math/big"
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/discounting"
)

// netTotal is what one item costs for a whole period: gross, and after the discounts in force.
type netTotal struct {
	gross, net *big.Rat
	off        []discounting.Amount // what each discount takes of the whole period
}

// netTotals prices every item for a whole period, after its own discounts and those of the whole
// subscription. Flexible billing
// splits an amount off over the items in proportion, as an invoice does; classic takes the full
// amount off each item (Stripe's comparison of billing modes: 5.00 off 10.00 + 20.00, the 10.00
// item removed at half: flexible credits (1000 − 166) / 2 = 417, classic (1000 − 500) / 2 =
// 250).
func (b *Book) netTotals(sub *billing.Subscription,
	discounts billing.Arr[billing.Ref[billing.Discount]]) ([]netTotal, error) {
	out := make([]netTotal, len(sub.Items.Data))
	lines := make([][]discounting.Line, len(sub.Items.Data))
	for i := range sub.Items.Data {
		it := &sub.Items.Data[i]
		price := b.Prices[it.Price.ID]
		total, err := b.WholeTotal(price, sub.Currency, it.Quantity)
		if err != nil {
			return nil, err
		}
		parts, err := b.Parts(price, sub.Currency, it.Quantity)
		if err != nil {
			return nil, err
		}
		out[i] = netTotal{gross: total, net: total}
		for _, part := range parts {
			lines[i] = append(lines[i], discounting.Line{Amount: part.AmountMinor,
				Product: price.Product.ID, Discountable: true, Item: b.Applied(it.Discounts)})
		}
	}
	subtract(sub, out, lines, b.Applied(discounts))
	return out, nil
}

// subtract takes the discounts off the lines of each item: off all together, or item by item.
func subtract(sub *billing.Subscription, out []netTotal, lines [][]discounting.Line,
	whole []discounting.Applied) {
	if sub.Flexible() {
		took := discounting.Apply(sub.Currency, slices.Concat(lines...), whole).PerLine
		for i := range lines {
			out[i].take(took[:len(lines[i])])
			took = took[len(lines[i]):]
		}
		return
	}
	for i := range lines {
		out[i].take(discounting.Apply(sub.Currency, lines[i], whole).PerLine)
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

// take lowers net by what came off the item's lines.
func (n *netTotal) take(lines []discounting.LineAmounts) {
	for _, l := range lines {
		for _, d := range slices.Concat(l.Item, l.Invoice) {
			n.add(d)
		}
	}
	if len(n.off) == 0 {
		return
	}
	n.net = new(big.Rat).Set(n.gross)
	for _, d := range n.off {
		n.net.Sub(n.net, new(big.Rat).SetInt64(d.Amount))
	}
}

func (n *netTotal) add(d discounting.Amount) {
	for i := range n.off {
		if n.off[i].Discount == d.Discount {
			n.off[i].Amount += d.Amount
			return
		}
	}
	n.off = append(n.off, d)
}
