package api

import (
	"strings"

	"github.com/portico-billing/portico/internal/billing"
)

// deletes says that the operation answers with what is gone.
func (c *call) deletes() bool { return strings.HasPrefix(c.op.Resource, "deleted_") }

// deleted is the answer about a noun that is gone.
func deleted(noun any) any {
	gone := &billing.Deleted{Deleted: true}
	switch v := noun.(type) {
	case *billing.Coupon:
		gone.ID, gone.Object = v.ID, v.Object
	case *billing.Customer:
		gone.ID, gone.Object = v.ID, v.Object
	case *billing.Discount:
		return deletedDiscountOf(v)
	case *billing.Invoice:
		gone.ID, gone.Object = v.ID, v.Object
	case *billing.InvoiceItem:
		gone.ID, gone.Object = v.ID, v.Object
	case *billing.Product:
		gone.ID, gone.Object = v.ID, v.Object
	case *billing.SubscriptionItem:
		gone.ID, gone.Object = v.ID, v.Object
	case *billing.TestClock:
		gone.ID, gone.Object = v.ID, v.Object
	case *billing.WebhookEndpoint:
		gone.ID, gone.Object = v.ID, v.Object
	default:
		return noun
	}
	return gone
}

// deletedDiscount is all of a discount but its end, which Stripe leaves out here.
type deletedDiscount struct {
	ID               string                        `json:"id"`
	Object           string                        `json:"object"`
	CheckoutSession  *string                       `json:"checkout_session"`
	Customer         billing.Ref[billing.Customer] `json:"customer"`
	CustomerAccount  billing.Null                  `json:"customer_account"`
	Deleted          bool                          `json:"deleted"`
	Invoice          *string                       `json:"invoice"`
	InvoiceItem      *string                       `json:"invoice_item"`
	PromotionCode    billing.Null                  `json:"promotion_code"`
	Source           billing.DiscountSource        `json:"source"`
	Start            int64                         `json:"start"`
	Subscription     *string                       `json:"subscription"`
	SubscriptionItem *string                       `json:"subscription_item"`
}

func deletedDiscountOf(d *billing.Discount) *deletedDiscount {
	return &deletedDiscount{ID: d.ID, Object: d.Object, CheckoutSession: d.CheckoutSession,
		Customer: d.Customer, Deleted: true, Invoice: d.Invoice, InvoiceItem: d.InvoiceItem,
		Source: d.Source, Start: d.Start, Subscription: d.Subscription,
		SubscriptionItem: d.SubscriptionItem}
}
