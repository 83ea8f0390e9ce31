package api_test

import (
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v86"
)

func lineID(l *stripe.InvoiceLineItem) string { return l.ID }

func TestClientSubscriptions(t *testing.T) {
	eachClient(t, func(c *client) {
		basic, gold, ada := c.plan(1000), c.plan(3000), c.payer("pm_card_visa")
		sub, err := c.V1Subscriptions.Create(c.ctx, &stripe.SubscriptionCreateParams{
			Customer: stripe.String(ada.ID), TrialEndNow: stripe.Bool(true),
			Items: []*stripe.SubscriptionCreateItemParams{
				{Price: stripe.String(basic.ID), Quantity: stripe.Int64(2)}},
			Expand: stripe.StringSlice([]string{"customer", "items.data.price.product",
				"latest_invoice.payments"}),
		})
		c.ok(err)
		same(c, "status", sub.Status, stripe.SubscriptionStatusActive)
		same(c, "email", sub.Customer.Email, "ada@example.com")
		same(c, "product", sub.Items.Data[0].Price.Product.Name, "Plan")
		paid := sub.LatestInvoice.Payments.Data[0]
		same(c, "paid", paid.AmountPaid, 2000)

		c.MoveTo(c.Clock.Now().Add(15 * 24 * time.Hour))
		item := sub.Items.Data[0].ID
		change := &stripe.InvoiceCreatePreviewParams{Subscription: stripe.String(sub.ID),
			SubscriptionDetails: &stripe.InvoiceCreatePreviewSubscriptionDetailsParams{
				ProrationBehavior: stripe.String("always_invoice"),
				ProrationDate:     stripe.Int64(c.Clock.Now().Unix()),
				Items: []*stripe.InvoiceCreatePreviewSubscriptionDetailsItemParams{
					{ID: stripe.String(item), Price: stripe.String(gold.ID),
						Quantity: stripe.Int64(2)}}}}
		preview, err := c.V1Invoices.CreatePreview(c.ctx, change)
		c.ok(err)
		changed, err := c.V1Subscriptions.Update(c.ctx, sub.ID, &stripe.SubscriptionUpdateParams{
			ProrationBehavior: stripe.String("always_invoice"),
			ProrationDate:     stripe.Int64(c.Clock.Now().Unix()),
			Items: []*stripe.SubscriptionUpdateItemParams{
				{ID: stripe.String(item), Price: stripe.String(gold.ID),
					Quantity: stripe.Int64(2)}},
			Expand: stripe.StringSlice([]string{"latest_invoice"})})
		c.ok(err)
		same(c, "proration", changed.LatestInvoice.AmountPaid, preview.AmountDue)
		same(c, "quantity", changed.Items.Data[0].Quantity, 2)
		if preview.AmountDue < 1500 || preview.AmountDue > 2500 {
			c.Errorf("half a month of 2 × 20 dollars more costs %d", preview.AmountDue)
		}

		ending, err := c.V1Subscriptions.Update(c.ctx, sub.ID,
			&stripe.SubscriptionUpdateParams{CancelAtPeriodEnd: stripe.Bool(true)})
		c.ok(err)
		same(c, "cancel_at", ending.CancelAt, ending.Items.Data[0].CurrentPeriodEnd)
		staying, err := c.V1Subscriptions.Update(c.ctx, sub.ID,
			&stripe.SubscriptionUpdateParams{CancelAtPeriodEnd: stripe.Bool(false)})
		c.ok(err)
		same(c, "cancel_at", staying.CancelAt, 0)
		ended, err := c.V1Subscriptions.Cancel(c.ctx, sub.ID, &stripe.SubscriptionCancelParams{
			Prorate: stripe.Bool(true), InvoiceNow: stripe.Bool(true),
			CancellationDetails: &stripe.SubscriptionCancelCancellationDetailsParams{
				Feedback: stripe.String("too_expensive"), Comment: stripe.String("Alas")}})
		c.ok(err)
		same(c, "status", ended.Status, stripe.SubscriptionStatusCanceled)
		same(c, "comment", ended.CancellationDetails.Comment, "Alas")
	})
}

func TestClientSubscriptionLists(t *testing.T) {
	eachClient(t, func(c *client) {
		price, ada := c.plan(1000), c.payer("pm_card_visa")
		var made []string
		for range 7 {
			made = append(made, c.subscribe(ada, price).ID)
		}
		id := func(s *stripe.Subscription) string { return s.ID }
		backward := walked(c, c.V1Subscriptions.List(c.ctx, &stripe.SubscriptionListParams{
			Customer: stripe.String(ada.ID), Price: stripe.String(price.ID),
			ListParams: stripe.ListParams{Limit: stripe.Int64(2),
				EndingBefore: stripe.String(made[0])}}), id)
		if !slices.Equal(backward, made[1:]) {
			c.Errorf("backward %v, want %v", backward, made[1:])
		}
		slices.Reverse(made)
		forward := walked(c, c.V1Subscriptions.List(c.ctx, &stripe.SubscriptionListParams{
			Status:     stripe.String("all"),
			ListParams: stripe.ListParams{Limit: stripe.Int64(3)},
			CreatedRange: &stripe.RangeQueryParams{
				GreaterThanOrEqual: c.Clock.Now().Unix() - 60}}), id)
		if !slices.Equal(forward, made) {
			c.Errorf("forward %v, want %v", forward, made)
		}
	})
}

// TestClientNestedLists walks lists that are inside an object, by the URL that stands there.
func TestClientNestedLists(t *testing.T) {
	eachClient(t, func(c *client) {
		ada := c.payer("pm_card_visa")
		var prices []*stripe.Price
		for i := range 14 {
			prices = append(prices, c.plan(int64(100*(i+1))))
		}
		sub := c.subscribe(ada, prices...)
		same(c, "more items", sub.Items.HasMore, true)
		items := walked(c, c.V1SubscriptionItems.List(c.ctx, &stripe.SubscriptionItemListParams{
			Subscription: stripe.String(sub.ID),
			ListParams:   stripe.ListParams{Limit: stripe.Int64(5)}}),
			func(i *stripe.SubscriptionItem) string { return i.ID })
		same(c, "items", len(items), len(prices))
		lines := walked(c, c.V1Invoices.ListLines(c.ctx, &stripe.InvoiceListLinesParams{
			Invoice:    stripe.String(sub.LatestInvoice.ID),
			ListParams: stripe.ListParams{Limit: stripe.Int64(4)}}), lineID)
		same(c, "lines", len(lines), len(prices))
		seen := map[string]bool{}
		for _, line := range lines {
			seen[line] = true
		}
		same(c, "lines that differ", len(seen), len(prices))
	})
}

func TestClientInvoices(t *testing.T) {
	eachClient(t, func(c *client) {
		ada := c.payer("pm_card_visa")
		draft := func(amounts ...int64) *stripe.Invoice {
			for i, amount := range amounts {
				_, err := c.V1InvoiceItems.Create(c.ctx, &stripe.InvoiceItemCreateParams{
					Customer: stripe.String(ada.ID), Amount: stripe.Int64(amount),
					Currency:    stripe.String("usd"),
					Description: stripe.String("Work " + strconv.Itoa(i))})
				c.ok(err)
			}
			invoice, err := c.V1Invoices.Create(c.ctx, &stripe.InvoiceCreateParams{
				Customer: stripe.String(ada.ID), AutoAdvance: stripe.Bool(false),
				PendingInvoiceItemsBehavior: stripe.String("include")})
			c.ok(err)
			return invoice
		}
		invoice := draft(300, 400)
		same(c, "status", invoice.Status, stripe.InvoiceStatusDraft)
		invoice, err := c.V1Invoices.Update(c.ctx, invoice.ID, &stripe.InvoiceUpdateParams{
			Footer: stripe.String("Thank you"), Metadata: map[string]string{"order": "7"}})
		c.ok(err)
		invoice, err = c.V1Invoices.FinalizeInvoice(c.ctx, invoice.ID, nil)
		c.ok(err)
		same(c, "number", invoice.Number != "", true)
		invoice, err = c.V1Invoices.Pay(c.ctx, invoice.ID, &stripe.InvoicePayParams{
			Expand: stripe.StringSlice([]string{"payments", "confirmation_secret"})})
		c.ok(err)
		same(c, "paid", invoice.AmountPaid, 700)
		same(c, "payment", invoice.Payments.Data[0].Status, "paid")
		_, err = c.V1Invoices.Pay(c.ctx, invoice.ID, nil)
		same(c, "status", c.refusal(err).HTTPStatusCode, http.StatusBadRequest)

		outside := draft(900)
		outside, err = c.V1Invoices.Pay(c.ctx, outside.ID,
			&stripe.InvoicePayParams{PaidOutOfBand: stripe.Bool(true)})
		c.ok(err)
		same(c, "out of band", outside.Status, stripe.InvoiceStatusPaid)

		void := draft(500)
		void, err = c.V1Invoices.FinalizeInvoice(c.ctx, void.ID, nil)
		c.ok(err)
		void, err = c.V1Invoices.VoidInvoice(c.ctx, void.ID, nil)
		c.ok(err)
		same(c, "void", void.Status, stripe.InvoiceStatusVoid)
		gone, err := c.V1Invoices.Delete(c.ctx, draft(600).ID, nil)
		c.ok(err)
		same(c, "deleted", gone.Deleted, true)
	})
}

func TestClientTestClocks(t *testing.T) {
	eachClient(t, func(c *client) {
		frozen := time.Date(2025, 1, 31, 12, 0, 0, 0, time.UTC)
		hourglass, err := c.V1TestHelpersTestClocks.Create(c.ctx,
			&stripe.TestHelpersTestClockCreateParams{FrozenTime: stripe.Int64(frozen.Unix()),
				Name: stripe.String("A quarter")})
		c.ok(err)
		ada, err := c.V1Customers.Create(c.ctx, &stripe.CustomerCreateParams{
			TestClock: stripe.String(hourglass.ID), PaymentMethod: stripe.String("pm_card_visa"),
			InvoiceSettings: &stripe.CustomerCreateInvoiceSettingsParams{
				DefaultPaymentMethod: stripe.String("pm_card_visa")}})
		c.ok(err)
		sub := c.subscribe(ada, c.plan(1000))
		same(c, "created", sub.Created, frozen.Unix())
		later := frozen.AddDate(0, 0, 90)
		hourglass, err = c.V1TestHelpersTestClocks.Advance(c.ctx, hourglass.ID,
			&stripe.TestHelpersTestClockAdvanceParams{FrozenTime: stripe.Int64(later.Unix())})
		c.ok(err)
		same(c, "status", hourglass.Status, stripe.TestHelpersTestClockStatusAdvancing)
		c.Settle()
		hourglass, err = c.V1TestHelpersTestClocks.Retrieve(c.ctx, hourglass.ID, nil)
		c.ok(err)
		same(c, "status", hourglass.Status, stripe.TestHelpersTestClockStatusReady)
		same(c, "time", hourglass.FrozenTime, later.Unix())
		invoices := walked(c, c.V1Invoices.List(c.ctx, &stripe.InvoiceListParams{
			Subscription: stripe.String(sub.ID), Status: stripe.String("paid")}),
			func(i *stripe.Invoice) string { return i.ID })
		same(c, "invoices", len(invoices), 4) // 31 Jan, 28 Feb, 31 Mar, 30 Apr
		_, err = c.V1TestHelpersTestClocks.Delete(c.ctx, hourglass.ID, nil)
		c.ok(err)
		ada, err = c.V1Customers.Retrieve(c.ctx, ada.ID, nil)
		c.ok(err)
		same(c, "deleted with its clock", ada.Deleted, true)
	})
}
