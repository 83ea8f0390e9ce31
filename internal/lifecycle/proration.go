package lifecycle

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/invoicing"
	"github.com/portico-billing/portico/internal/proration"
)

// creditAll credits the unused time of every item as it was before.
func (u *update) creditAll() error {
	for i := range u.before.Items.Data {
		if err := u.credit(u.before.Items.Data[i].ID, u.ch.at(), 0); err != nil {
			return err
		}
	}
	return nil
}

// credit gives back what was billed for [from, to) of an item as it was; to 0 is its period's
// end. Classic: the current price's share. Flexible: one credit per original debit.
func (u *update) credit(id string, from, to int64) error {
	it := u.before.Item(id)
	if it == nil {
		return nil
	}
	if to == 0 {
		to = it.CurrentPeriodEnd
	}
	if from >= to {
		return nil
	}
	if u.before.Flexible() {
		return u.creditDebits(it, from, to)
	}
	total, err := u.netOf(u.before, id)
	if err != nil {
		return err
	}
	start := max(from, it.CurrentPeriodStart)
	ps, pe := u.IntervalOf(it).PeriodAt(u.before.BillingCycleAnchor, start)
	amount, ok := proration.DebitSpan(new(big.Rat).Neg(total.net),
		proration.Span{NaturalStart: ps, NaturalEnd: pe, From: from, To: to})
	if !ok {
		return tooLarge()
	}
	item := u.invoiceItem(u.before, it, amount, from, to)
	item.ProrationDetails.CreditedItems = creditedItems(u.before.Private.Debits, id, from)
	u.add(item)
	u.forget(id, from)
	return nil
}

// creditedItems links a classic credit to the last thing billed for the item.
func creditedItems(debits []billing.Debit, item string, from int64) *billing.CreditedItems {
	for _, d := range slices.Backward(debits) {
		if d.Item == item && d.End > from {
			return creditedItem(d)
		}
	}
	return nil
}

func creditedItem(d billing.Debit) *billing.CreditedItems {
	if d.Line == "" {
		return &billing.CreditedItems{Type: "invoice_item", InvoiceItem: &d.InvoiceItem}
	}
	return &billing.CreditedItems{
		Type: "invoice_line_items",
		InvoiceLineItemDetails: &billing.LineCreditedItems{
			Invoice: d.Invoice, InvoiceLineItems: billing.Arr[string]{d.Line},
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
		if rates := part.Debit.TaxRates; len(rates) > 0 {
			was.TaxRates = embedRates(rates)
		}
		item := u.invoiceItem(u.before, &was, part.Amount, part.From, part.To)
		item.ProrationDetails.CreditedItems = creditedItem(part.Debit)
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
	item.Amount = of(part.Debit.Gross)
	item.NetAmount = item.Amount
	for _, d := range part.Debit.Off {
		off := of(d.Amount)
		item.NetAmount -= off
		item.ProrationDetails.DiscountAmounts = append(item.ProrationDetails.DiscountAmounts,
			billing.DiscountAmount{Amount: off, Discount: d.Discount})
	}
}

func (u *update) itemizes() bool {
	f := u.after.BillingMode.Flexible
	return f != nil && f.ProrationDiscounts == billing.DiscountsItemized
}

// debit charges an item as it is now for [from, to); to 0 is its period's end.
func (u *update) debit(id string, from, to int64) error {
	it := u.after.Item(id)
	if it == nil {
		return nil
	}
	if to == 0 {
		to = it.CurrentPeriodEnd
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
	item := u.invoiceItem(u.after, it, amount, from, to)
	item.Description = new(phrase("Remaining time on", it.Quantity, u.name(it), u.ch.at()))
	if u.itemizes() {
		share := big.NewRat(to-from, pe-ps)
		itemizeDebit(item, total, share)
	}
	u.add(item)
	u.remember(item, it, total)
	return nil
}

func itemizeDebit(item *billing.InvoiceItem, total netTotal, share *big.Rat) {
	if len(total.off) == 0 {
		return
	}
	gross, _ := proration.ShareRat(total.gross, share)
	item.Amount, item.NetAmount = gross, gross
	for _, d := range total.off {
		off, _ := proration.Share(d.Amount, share)
		item.NetAmount -= off
		item.ProrationDetails.DiscountAmounts = append(item.ProrationDetails.DiscountAmounts,
			billing.DiscountAmount{Amount: off,
				Discount: billing.To[billing.Discount](d.Discount)})
	}
}

// holdLines turns whole periods into pending items, for an invoice that is not made now.
func (u *update) holdLines() {
	for _, l := range u.out.Lines {
		it := u.after.Item(l.SubscriptionItemID())
		item := u.invoiceItem(u.after, it, l.Amount, l.Period.Start, l.Period.End)
		item.Description = new(phrase("Remaining time on", it.Quantity, u.name(it), u.ch.at()))
		u.add(item)
		u.remember(item, it, netTotal{gross: big.NewRat(l.Amount, 1), net: big.NewRat(l.Amount, 1)})
	}
	u.out.Lines = nil
}

func (u *update) netOf(sub *billing.Subscription, id string) (netTotal, error) {
	nets, err := u.netTotals(sub)
	if err != nil {
		return netTotal{}, err
	}
	i := slices.IndexFunc(sub.Items.Data,
		func(it billing.SubscriptionItem) bool { return it.ID == id })
	return nets[i], nil
}

func (u *update) name(it *billing.SubscriptionItem) string {
	return u.ProductOf(u.Prices[it.Price.ID]).Name
}

func (u *update) add(item *billing.InvoiceItem) {
	u.out.Prorations = append(u.out.Prorations, item)
}

// remember keeps a debit, so that it can be credited if the customer changes again.
func (u *update) remember(item *billing.InvoiceItem, it *billing.SubscriptionItem, t netTotal) {
	d := billing.Debit{Item: it.ID, Price: it.Price.ID, Quantity: it.Quantity,
		Amount: item.NetAmount, Gross: item.Amount, Start: item.Period.Start,
		End: item.Period.End, InvoiceItem: item.ID, TaxRates: invoicing.RateIDs(item.TaxRates),
		Off: item.ProrationDetails.DiscountAmounts}
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
			d.End = from
			kept = append(kept, d)
		}
	}
	return kept
}

// invoiceItem is one proration of [from, to), described as a credit.
func (u *update) invoiceItem(sub *billing.Subscription, it *billing.SubscriptionItem,
	amount, from, to int64) *billing.InvoiceItem {
	description := phrase("Unused time on", it.Quantity, u.name(it), u.ch.at())
	rates := it.TaxRates
	return &billing.InvoiceItem{
		ID: u.NewID("ii"), Object: "invoiceitem", Amount: amount, NetAmount: amount,
		Currency: sub.Currency, Customer: sub.Customer, Date: u.ch.Now,
		Description: &description, Livemode: sub.Livemode, Metadata: sub.Metadata,
		Proration: true, Quantity: it.Quantity, QuantityDecimal: fmt.Sprint(it.Quantity),
		Period:  linePeriod(from, to),
		Pricing: &billing.Pricing{Type: "price_details", PriceDetails: priceDetails(u.Book, it)},
		Parent: &billing.InvoiceItemParent{
			Type: "subscription_details",
			SubscriptionDetails: &billing.InvoiceItemSubscription{
				Subscription: sub.ID, SubscriptionItem: &it.ID,
			},
		},
		ProrationDetails: &billing.ProrationDetails{}, TaxRates: rates,
		TestClock: sub.TestClock, Private: billing.InvoiceItemPrivate{Created: u.ch.Now},
	}
}

func priceDetails(b *Book, it *billing.SubscriptionItem) *billing.PriceDetails {
	return &billing.PriceDetails{Price: billing.To[billing.Price](it.Price.ID),
		Product: b.Prices[it.Price.ID].Product.ID}
}

// phrase is Stripe's wording: "Unused time on 2 × Starter after 17 Apr 2025".
func phrase(what string, quantity int64, product string, at int64) string {
	count := ""
	if quantity > 1 {
		count = fmt.Sprintf("%d × ", quantity)
	}
	day := time.Unix(at, 0).UTC().Format("02 Jan 2006")
	return fmt.Sprintf("%s %s%s after %s", what, count, product, day)
}
