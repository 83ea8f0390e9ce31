// Package ledger writes every movement of money as double entry.
//
// It owns the accounts and which of them each event touches. It owns no invoice and no storage,
// and it never decides an amount: it restates figures that are already final.
//
// It promises that each posting balances to zero in its currency, if the figures it is given
// agree with one another; Balanced tells.
//
// A debit is positive, a credit is negative. So receivable and gateway_clearing are above 0 while
// money is expected or held, revenue and tax_payable are below 0, and customer_balance is the sum
// of the customers' balances: below 0 is their credit, above 0 is what they owe.
package ledger
