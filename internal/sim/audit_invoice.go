package sim

import (
	"math/big"
	"reflect"
	"strings"
)

// frozen is what finalization fixed for ever.
type frozen struct {
	number string
	fields object
}

// fixedFields never change after finalization (I5).
var fixedFields = []string{"total", "subtotal", "total_taxes", "total_discount_amounts",
	"currency", "customer", "customer_name", "customer_email", "customer_address", "number",
	"lines", "starting_balance", "period_start", "period_end", "amount_due", "ending_balance"}

// moves of an invoice (I7).
var invoiceMoves = map[string]string{"draft": "open paid void uncollectible",
	"open": "paid void uncollectible", "uncollectible": "paid void", "paid": "", "void": ""}

// seeInvoice checks one state of an invoice.
func (a *Auditor) seeInvoice(event string, was, is object) {
	a.Helper()
	id, _ := is["id"].(string)
	status, _ := is["status"].(string)
	if before, _ := was["status"].(string); before != "" && before != status &&
		!strings.Contains(invoiceMoves[before], status) {
		a.Errorf("I7: %s went from %s to %s", id, before, status)
	}
	a.sums(id, is)
	if status == "draft" {
		if is["number"] != nil {
			a.Errorf("I6: the draft %s has a number", id)
		}
		return
	}
	number, _ := is["number"].(string)
	if writtenOff(is) {
		return
	}
	if f := a.invoice[id]; f != nil {
		for _, field := range fixedFields {
			if !reflect.DeepEqual(bareValue(f.fields[field]), bareValue(is[field])) {
				a.Errorf("I5: %s of %s was %v and is %v at %s", field, id, f.fields[field],
					is[field], event)
			}
		}
		return
	}
	if other := a.numbers[number]; number == "" || other != "" {
		a.Errorf("I6: %s is %s at %s and has the number %q of %q", id, status, event, number,
			other)
	}
	a.numbers[number] = id
	a.invoice[id] = &frozen{number, is}
}

// writtenOff is the last credit of a subscription that ended: it is given up without having been
// final, as Stripe does.
func writtenOff(is object) bool {
	return is["status"] == "uncollectible" && is["number"] == nil && unix(is["total"]) < 0
}

func minor(o object, field string) *big.Rat { return amount(o[field]) }

func amount(v any) *big.Rat {
	n, _ := v.(float64)
	return new(big.Rat).SetFloat64(n)
}

func sum(list any, field string) *big.Rat {
	total := new(big.Rat)
	items, _ := list.([]any)
	for _, it := range items {
		o, _ := it.(object)
		total.Add(total, amount(o[field]))
	}
	return total
}

// sums computes an invoice anew from its lines (I1, I2, I8, I9).
func (a *Auditor) sums(id string, is object) {
	a.Helper()
	lines, _ := dig(is, "lines.data").([]any)
	if dig(is, "lines.has_more") == true {
		return // an event shows ten lines
	}
	subtotal, discounts, exclusive := new(big.Rat), new(big.Rat), new(big.Rat)
	for _, l := range lines {
		line, _ := l.(object)
		subtotal.Add(subtotal, minor(line, "amount"))
		discounts.Add(discounts, sum(line["discount_amounts"], "amount"))
		if line["currency"] != is["currency"] {
			a.Errorf("I9: a line of %s is in %v", id, line["currency"])
		}
		taxes, _ := line["taxes"].([]any)
		for _, t := range taxes {
			if tax, _ := t.(object); tax["tax_behavior"] == "exclusive" {
				exclusive.Add(exclusive, minor(tax, "amount"))
			}
		}
		a.line(id, line)
	}
	total := new(big.Rat).Sub(subtotal, discounts)
	total.Add(total, exclusive)
	if total.Cmp(minor(is, "total")) != 0 {
		a.Errorf("I1: %s: lines %s, discounts %s and tax %s make %s, the total is %v", id,
			subtotal.RatString(), discounts.RatString(), exclusive.RatString(),
			total.RatString(), is["total"])
	}
	taxed := new(big.Rat)
	taxes, _ := is["total_taxes"].([]any)
	for _, t := range taxes {
		if tax, _ := t.(object); tax["tax_behavior"] == "exclusive" {
			taxed.Add(taxed, minor(tax, "amount"))
		}
	}
	if taxed.Cmp(exclusive) != 0 {
		a.Errorf("I8: %s: the lines' taxes make %s, the invoice says %s", id,
			exclusive.RatString(), taxed.RatString())
	}
	a.due(id, is)
}

// line checks the tax of one line: within a minor unit of rate times taxable amount. What is
// taxable beside inclusive taxes is itself within a minor unit for each of them: 7.7 % in 910 is
// 65.06; told as 66, it leaves 844, of which 7.7 % is 64.99, and 66 is 1.01 away.
func (a *Auditor) line(id string, line object) {
	a.Helper()
	taxes, _ := line["taxes"].([]any)
	inclusive := int64(0)
	for _, t := range taxes {
		if dig(t, "tax_behavior") == "inclusive" {
			inclusive++
		}
	}
	for _, t := range taxes {
		tax, _ := t.(object)
		if why := tax["taxability_reason"]; why == "customer_exempt" || why == "reverse_charge" {
			if unix(tax["amount"]) != 0 {
				a.Errorf("I8: %s: %v, and %v is taxed", id, why, tax["amount"])
			}
			continue
		}
		rate, _ := dig(tax, "tax_rate_details.tax_rate").(string)
		percent, _ := a.objects[rate]["percentage"].(float64)
		rated := new(big.Rat).Quo(amount(percent), big.NewRat(100, 1))
		exact := new(big.Rat).Mul(minor(tax, "taxable_amount"), rated)
		off := new(big.Rat).Sub(exact, minor(tax, "amount"))
		most := big.NewRat(1, 1)
		if tax["tax_behavior"] == "inclusive" {
			most.Add(most, rated.Mul(rated, big.NewRat(inclusive, 1)))
		}
		if off.Abs(off).Cmp(most) > 0 {
			a.Errorf("I8: %s: %v %% of %v is taxed with %v", id, percent, tax["taxable_amount"],
				tax["amount"])
		}
	}
}

// due checks what an invoice asks for (I2).
func (a *Auditor) due(id string, is object) {
	a.Helper()
	due, paid, rest := minor(is, "amount_due"), minor(is, "amount_paid"),
		minor(is, "amount_remaining")
	status, _ := is["status"].(string)
	zero := new(big.Rat)
	if due.Cmp(zero) < 0 || paid.Cmp(zero) < 0 || rest.Cmp(zero) < 0 {
		a.Errorf("I2: %s: due %s, paid %s, remaining %s", id, due.RatString(), paid.RatString(),
			rest.RatString())
	}
	switch status {
	case "open", "paid", "uncollectible":
		if writtenOff(is) {
			return
		}
		if new(big.Rat).Add(paid, rest).Cmp(due) != 0 {
			a.Errorf("I2: %s: of %s due %s are paid and %s remain", id, due.RatString(),
				paid.RatString(), rest.RatString())
		}
		want := new(big.Rat).Add(minor(is, "total"), minor(is, "starting_balance"))
		want.Sub(want, minor(is, "ending_balance"))
		if want.Sign() < 0 || due.Cmp(want) != 0 && due.Sign() != 0 {
			a.Errorf("I2: %s: total %v with the balance %v becoming %v asks for %s, due is %s", id,
				is["total"], is["starting_balance"], is["ending_balance"], want.RatString(),
				due.RatString())
		}
	}
	if status == "paid" && rest.Sign() != 0 {
		a.Errorf("I2: %s is paid and %s remain", id, rest.RatString())
	}
}
