package lifecycle

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/proration"
)

// creditAll credits the unused time of every item as it was before.
func (u *update) creditAll() error {
	for i := range u.before.Items.Data {
		if err := u.credit(u.before.Items.Data[i].ID, u.ch.at()); err != nil {
			return err
		}
	}
	return nil
}

// credit gives back what was billed for an item as it was, from a time to its period's end.
// Classic: the current price's share. Flexible: one credit per original debit.
func (u *update) credit(id string, from int64) error {
	it := u.before.Item(id)
	if it == nil {
		return nil
	}
	to := it.CurrentPeriodEnd
	if from = max(from, it.CurrentPeriodStart); from >= to {
		return nil
	}
	if u.before.Flexible() {
		return u.creditDebits(it, from, to)
	}
	total, err := u.lastNet(it, from)
	if err != nil {
		return err
	}
	ps, pe := u.IntervalOf(it).PeriodAt(u.before.BillingCycleAnchor, from)
	amount, ok := proration.DebitSpan(new(big.Rat).Neg(total.net),
		proration.Span{NaturalStart: ps, NaturalEnd: pe, From: from, To: to})
	if !ok {
		return tooLarge()
	}
	item := u.invoiceItem(u.before, it, amount, linePeriod(from, to))
	if d := lastDebit(u.before.Private.Debits, id, from); d != nil {
		item.ProrationDetails.CreditedItems = creditedItem(*d)
	}
	u.add(item)
	u.forget(id, from)
	return nil
}

// lastDebit is the last thing billed for an item that reaches beyond an instant: what a classic
// credit is linked to, and whose discounts it uses.
func lastDebit(debits []billing.Debit, item string, from int64) *billing.Debit {
	for i, d := range slices.Backward(debits) {
		if d.Item == item && d.End > from {
			return &debits[i]
		}
	}
	return nil
}

// lastNet is what an item costs for a whole period with the discounts that were used when it was
// billed last, the basis of a classic credit. A discount that has been used up since takes off
// what it took then: 100.00 billed with 20 % off once gives back at most 80.00.
func (u *update) lastNet(it *billing.SubscriptionItem, from int64) (netTotal, error) {
	debit := lastDebit(u.before.Private.Debits, it.ID, from)
	if debit == nil {
		return u.netOf(u.before, it.ID)
	}
	used := map[string]bool{}
	for _, d := range debit.Off {
		used[d.Discount.ID] = true
	}
	then := Clone(u.before)
	for i := range then.Items.Data {
		then.Items.Data[i].Discounts = onlyUsed(then.Items.Data[i].Discounts, used)
	}
	total, err := u.netAfter(then, onlyUsed(u.DiscountsOf(then), used), it.ID)
	if err != nil {
		return netTotal{}, err
	}
	ps, pe := u.IntervalOf(it).PeriodAt(u.before.BillingCycleAnchor, debit.Start)
	whole := big.NewRat(pe-ps, debit.End-debit.Start)
	net := new(big.Rat).Set(total.net)
	for _, d := range debit.Off {
		if u.Discounts[d.Discount.ID] == nil {
			off := new(big.Rat).SetInt64(d.Amount)
			net.Sub(net, off.Mul(off, whole))
		}
	}
	if net.Sign() < 0 {
		net.SetInt64(0)
	}
	total.net = net
	return total, nil
}

func onlyUsed(refs billing.Arr[billing.Ref[billing.Discount]],
	used map[string]bool) billing.Arr[billing.Ref[billing.Discount]] {
	return slices.DeleteFunc(slices.Clone(refs),
		func(r billing.Ref[billing.Discount]) bool { return !used[r.ID] })
}

func creditedItem(d billing.Debit) *billing.CreditedItems {
	if len(d.Lines) == 0 {
		return &billing.CreditedItems{Type: "invoice_item", InvoiceItem: &d.InvoiceItem}
	}
	return &billing.CreditedItems{
		Type: "invoice_line_items",
		InvoiceLineItemDetails: &billing.LineCreditedItems{
			Invoice: d.Invoice, InvoiceLineItems: d.Lines,
		},
	}
}

// creditDebits is the flexible credit: −debit × overlap / length, for each debit.
func (u *update) creditDebits(it *billing.SubscriptionItem, from, to int64) error {
	var mine []billing.Debit
	for _, d := range u.before.Private.Debits {
		if d.Item == it.ID {
			mine = append(mine, d)
		}
	}
	for _, part := range proration.CreditFlexible(mine, from, to) {
		was := *it
		was.Price = billing.Embed[billing.Price]{ID: part.Debit.Price}
		was.Quantity = part.Debit.Quantity
		billed := len(part.Debit.Lines) > 0
		if rates := part.Debit.TaxRates; billed || len(rates) > 0 {
			was.TaxRates = embedRates(rates)
		}
		item := u.invoiceItem(u.before, &was, part.Amount, linePeriod(part.From, part.To))
		item.Description = new(invoicing.UnusedTime(was.Quantity, u.name(&was), from))
		item.ProrationDetails.CreditedItems = creditedItem(part.Debit)
		item.Private.Untaxed = billed && len(was.TaxRates) == 0
		if u.itemizes() {
			itemizeCredit(item, part)
		}
		u.add(item)
	}
	u.forget(it.ID, from)
	return nil
}

func embedRates(ids []string) billing.Arr[billing.Embed[billing.TaxRate]] {
	var rates billing.Arr[billing.Embed[billing.TaxRate]]
	for _, id := range ids {
		rates = append(rates, billing.Embed[billing.TaxRate]{ID: id})
	}
	return rates
}

// itemizeCredit shows a credit gross, with what each discount gives back of it.
func itemizeCredit(item *billing.InvoiceItem, part proration.CreditPart) {
	share := big.NewRat(part.From-part.To, part.Debit.End-part.Debit.Start) // negative
	of := func(minor int64) int64 {
		n, _ := proration.Share(minor, share)
		return n
	}
	itemize(item, of(part.Debit.Gross), shareOff(part.Debit.Off, share))
}

// itemize shows a proration gross, with what each discount takes off it.
func itemize(item *billing.InvoiceItem, gross int64, off []billing.DiscountAmount) {
	item.Amount, item.NetAmount = gross, gross
	for _, d := range off {
		item.NetAmount -= d.Amount
	}
	item.ProrationDetails.DiscountAmounts = off
}

// shareOff is a share of what discounts took, each rounded as a proration is.
func shareOff(off []billing.DiscountAmount, share *big.Rat) []billing.DiscountAmount {
	var out []billing.DiscountAmount
	for _, d := range off {
		amount, _ := proration.Share(d.Amount, share)
		out = append(out, billing.DiscountAmount{Amount: amount, Discount: d.Discount})
	}
	return out
}

func (u *update) itemizes() bool {
	f := u.after.BillingMode.Flexible
	return f != nil && f.ProrationDiscounts == billing.DiscountsItemized
}

// debit charges an item as it is now, from a time to its period's end.
func (u *update) debit(id string, from int64) error {
	it := u.after.Item(id)
	if it == nil {
		return nil
	}
	to := it.CurrentPeriodEnd
	if old := u.before.Item(id); old != nil {
		from = max(from, old.CurrentPeriodStart)
	}
	if from >= to {
		return nil
	}
	total, err := u.netOf(u.after, id)
	if err != nil {
		return err
	}
	ps, pe := u.IntervalOf(it).PeriodAt(u.after.BillingCycleAnchor, from)
	amount, ok := proration.DebitSpan(total.net,
		proration.Span{NaturalStart: ps, NaturalEnd: pe, From: from, To: to})
	if !ok {
		return tooLarge()
	}
	item := u.invoiceItem(u.after, it, amount, linePeriod(from, to))
	item.Description = new(invoicing.RemainingTime(it.Quantity, u.name(it), from))
	share := big.NewRat(to-from, pe-ps)
	gross, _ := proration.ShareRat(total.gross, share)
	off := shareOff(total.amounts(), share)
	if u.itemizes() && len(off) > 0 {
		itemize(item, gross, off)
	} else {
		item.Private.Included = total.discounts()
	}
	u.add(item)
	u.remember(item, it, gross, off)
	return nil
}

func (u *update) name(it *billing.SubscriptionItem) string {
	return u.ProductOf(u.Prices[it.Price.ID]).Name
}

func (u *update) add(item *billing.InvoiceItem) {
	u.out.Prorations = append(u.out.Prorations, item)
}

// remember keeps a debit, so that it can be credited if the customer changes again.
func (u *update) remember(item *billing.InvoiceItem, it *billing.SubscriptionItem, gross int64,
	off []billing.DiscountAmount) {
	d := billing.Debit{Item: it.ID, Price: it.Price.ID, Quantity: it.Quantity,
		Amount: item.NetAmount, Gross: gross, Start: item.Period.Start,
		End: item.Period.End, InvoiceItem: item.ID, TaxRates: invoicing.RateIDs(item.TaxRates),
		Off: off}
	u.after.Private.Debits = append(u.after.Private.Debits, d)
}

// forget drops what was billed for an item from a time on, since it has been credited.
func (u *update) forget(item string, from int64) {
	u.after.Private.Debits = ForgetDebits(u.after.Private.Debits, item, from)
}

// ForgetDebits shortens an item's debits to the time before from.
func ForgetDebits(debits []billing.Debit, item string, from int64) []billing.Debit {
	kept := debits[:0:0]
	for _, d := range debits {
		if d.Item != item || d.End <= from {
			kept = append(kept, d)
			continue
		}
		if d.Start < from {
			cut := big.NewRat(from-d.Start, d.End-d.Start)
			d.Amount, _ = proration.Share(d.Amount, cut)
			d.Gross, _ = proration.Share(d.Gross, cut)
			d.Off = shareOff(d.Off, cut)
			d.End = from
			kept = append(kept, d)
		}
	}
	return kept
}

// Rebill notes that a proration was given another amount by hand, or with 0 taken away: later
// credits give back no more than that.
func Rebill(sub *billing.Subscription, invoiceItem string, amountMinor int64) {
	kept := sub.Private.Debits[:0:0]
	for _, d := range sub.Private.Debits {
		if d.InvoiceItem == invoiceItem {
			d.Amount, d.Gross, d.Off = amountMinor, amountMinor, nil
		}
		if d.InvoiceItem != invoiceItem || amountMinor > 0 {
			kept = append(kept, d)
		}
	}
	sub.Private.Debits = kept
}

// invoiceItem is one proration of a period, described as a credit.
func (u *update) invoiceItem(sub *billing.Subscription, it *billing.SubscriptionItem,
	amount int64, period billing.Period) *billing.InvoiceItem {
	description := invoicing.UnusedTime(it.Quantity, u.name(it), period.Start)
	return &billing.InvoiceItem{
		ID: u.NewID("ii"), Object: "invoiceitem", Amount: amount, NetAmount: amount,
		Currency: sub.Currency, Customer: sub.Customer, Date: u.ch.Now,
		Description: &description, Livemode: sub.Livemode, Metadata: sub.Metadata,
		Proration: true, Quantity: it.Quantity, QuantityDecimal: fmt.Sprint(it.Quantity),
		Period:       period,
		FrozenFields: []string{"pricing", "quantity", "discounts"},
		Pricing: &billing.Pricing{Type: "price_details",
			PriceDetails: priceDetails(u.Book, it)},
		Parent: &billing.InvoiceItemParent{
			Type: "subscription_details",
			SubscriptionDetails: &billing.InvoiceItemSubscription{
				Subscription: sub.ID, SubscriptionItem: &it.ID,
			},
		},
		ProrationDetails: &billing.ProrationDetails{}, TaxRates: it.TaxRates,
		TestClock: sub.TestClock, Private: billing.InvoiceItemPrivate{Created: u.ch.Now},
	}
}

func priceDetails(b *Book, it *billing.SubscriptionItem) *billing.PriceDetails {
	return &billing.PriceDetails{Price: billing.To[billing.Price](it.Price.ID),
		Product: b.Prices[it.Price.ID].Product.ID}
}
