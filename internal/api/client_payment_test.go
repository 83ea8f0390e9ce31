package api_test

import (
	"net/http"
	"testing"

	"github.com/stripe/stripe-go/v86"
)

func TestClientPaymentMethods(t *testing.T) {
	eachClient(t, func(c *client) {
		ada := c.payer("pm_card_visa")
		card, err := c.V1PaymentMethods.Attach(c.ctx, "pm_card_mastercard",
			&stripe.PaymentMethodAttachParams{Customer: stripe.String(ada.ID)})
		c.ok(err)
		same(c, "brand", card.Card.Brand, stripe.PaymentMethodCardBrandMastercard)
		card, err = c.V1PaymentMethods.Update(c.ctx, card.ID, &stripe.PaymentMethodUpdateParams{
			BillingDetails: &stripe.PaymentMethodUpdateBillingDetailsParams{
				Name: stripe.String("A. Lovelace")},
			Metadata: map[string]string{"use": "second"}})
		c.ok(err)
		same(c, "name", card.BillingDetails.Name, "A. Lovelace")
		cards := walked(c, c.V1Customers.ListPaymentMethods(c.ctx,
			&stripe.CustomerListPaymentMethodsParams{Customer: stripe.String(ada.ID),
				Type:       stripe.String("card"),
				ListParams: stripe.ListParams{Limit: stripe.Int64(1)}}),
			func(m *stripe.PaymentMethod) string { return m.ID })
		same(c, "cards", len(cards), 2)
		card, err = c.V1PaymentMethods.Detach(c.ctx, card.ID, nil)
		c.ok(err)
		same(c, "detached", card.Customer == nil, true)

		intent, err := c.V1SetupIntents.Create(c.ctx, &stripe.SetupIntentCreateParams{
			Customer: stripe.String(ada.ID), PaymentMethod: stripe.String("pm_card_amex"),
			Confirm: stripe.Bool(true), Usage: stripe.String("off_session"),
			ReturnURL: stripe.String("https://example.com/back")})
		c.ok(err)
		same(c, "status", intent.Status, stripe.SetupIntentStatusSucceeded)
		_, err = c.V1SetupIntents.Create(c.ctx, &stripe.SetupIntentCreateParams{
			Customer: stripe.String(ada.ID), Confirm: stripe.Bool(true),
			PaymentMethod: stripe.String("pm_card_visa_chargeDeclined"),
			ReturnURL:     stripe.String("https://example.com/back")})
		refused := c.refusal(err)
		same(c, "code", refused.Code, stripe.ErrorCodeCardDeclined)
		same(c, "has the SetupIntent", refused.SetupIntent != nil, true)
	})
}

func TestClientPaymentIntents(t *testing.T) {
	eachClient(t, func(c *client) {
		ada := c.payer("pm_card_visa")
		intent, err := c.V1PaymentIntents.Create(c.ctx, &stripe.PaymentIntentCreateParams{
			Amount: stripe.Int64(5000), Currency: stripe.String("usd"),
			Customer: stripe.String(ada.ID), CaptureMethod: stripe.String("manual"),
			PaymentMethod: stripe.String("pm_card_visa"),
			Shipping: &stripe.ShippingDetailsParams{Name: stripe.String("Ada"),
				Address: &stripe.AddressParams{Line1: stripe.String("1 High Street")}}})
		c.ok(err)
		same(c, "status", intent.Status, stripe.PaymentIntentStatusRequiresConfirmation)
		intent, err = c.V1PaymentIntents.Confirm(c.ctx, intent.ID,
			&stripe.PaymentIntentConfirmParams{OffSession: stripe.Bool(true)})
		c.ok(err)
		same(c, "capturable", intent.AmountCapturable, 5000)
		intent, err = c.V1PaymentIntents.Capture(c.ctx, intent.ID,
			&stripe.PaymentIntentCaptureParams{AmountToCapture: stripe.Int64(4000),
				Expand: stripe.StringSlice([]string{"latest_charge"})})
		c.ok(err)
		same(c, "received", intent.AmountReceived, 4000)
		same(c, "captured", intent.LatestCharge.AmountCaptured, 4000)
		same(c, "shipped to", intent.LatestCharge.Shipping.Address.Line1, "1 High Street")

		refund, err := c.V1Refunds.Create(c.ctx, &stripe.RefundCreateParams{
			PaymentIntent: stripe.String(intent.ID), Amount: stripe.Int64(1500),
			Reason: stripe.String("requested_by_customer")})
		c.ok(err)
		same(c, "refund", refund.Status, stripe.RefundStatusSucceeded)
		charge, err := c.V1Charges.Retrieve(c.ctx, intent.LatestCharge.ID,
			&stripe.ChargeRetrieveParams{Expand: stripe.StringSlice([]string{"refunds"})})
		c.ok(err)
		same(c, "refunded", charge.AmountRefunded, 1000+1500) // with what was not captured
		same(c, "refund in charge", charge.Refunds.Data[0].ID, refund.ID)

		other, err := c.V1PaymentIntents.Create(c.ctx, &stripe.PaymentIntentCreateParams{
			Amount: stripe.Int64(100), Currency: stripe.String("usd"),
			AutomaticPaymentMethods: &stripe.PaymentIntentCreateAutomaticPaymentMethodsParams{
				Enabled: stripe.Bool(true)}})
		c.ok(err)
		other, err = c.V1PaymentIntents.Cancel(c.ctx, other.ID,
			&stripe.PaymentIntentCancelParams{CancellationReason: stripe.String("duplicate")})
		c.ok(err)
		same(c, "canceled", other.Status, stripe.PaymentIntentStatusCanceled)
	})
}

func TestClientAuthentication(t *testing.T) {
	eachClient(t, func(c *client) {
		type wish = stripe.PaymentIntentCreateParams
		create := func(change func(*wish)) (*stripe.PaymentIntent, error) {
			params := &wish{
				Amount: stripe.Int64(1000), Currency: stripe.String("usd"),
				Confirm:       stripe.Bool(true),
				PaymentMethod: stripe.String("pm_card_authenticationRequired"),
				ReturnURL:     stripe.String("https://example.com/back")}
			change(params)
			return c.V1PaymentIntents.Create(c.ctx, params)
		}
		intent, err := create(func(*wish) {})
		c.ok(err)
		same(c, "status", intent.Status, stripe.PaymentIntentStatusRequiresAction)
		same(c, "next", intent.NextAction.Type, stripe.PaymentIntentNextActionTypeRedirectToURL)
		same(c, "back", intent.NextAction.RedirectToURL.ReturnURL, "https://example.com/back")
		for name, change := range map[string]func(*wish){
			"absent":    func(w *wish) { w.OffSession = stripe.Bool(true) },
			"impatient": func(w *wish) { w.ErrorOnRequiresAction = stripe.Bool(true) },
		} {
			_, err := create(change)
			refused := c.refusal(err)
			same(c, name, refused.HTTPStatusCode, http.StatusPaymentRequired)
			same(c, name, refused.Code, stripe.ErrorCodeAuthenticationRequired)
			same(c, name, refused.PaymentIntent.Status,
				stripe.PaymentIntentStatusRequiresPaymentMethod)
		}
	})
}

// TestClientCardErrors: a declined card is an error of its own type, with what it happened to.
func TestClientCardErrors(t *testing.T) {
	eachClient(t, func(c *client) {
		price, poor := c.plan(2000), c.payer("pm_card_chargeCustomerFail")
		_, err := c.V1Subscriptions.Create(c.ctx, &stripe.SubscriptionCreateParams{
			Customer:        stripe.String(poor.ID),
			PaymentBehavior: stripe.String("error_if_incomplete"),
			Items: []*stripe.SubscriptionCreateItemParams{
				{Price: stripe.String(price.ID)}}})
		refused := c.refusal(err)
		same(c, "status", refused.HTTPStatusCode, http.StatusPaymentRequired)
		same(c, "type", refused.Type, stripe.ErrorTypeCard)
		same(c, "code", refused.Code, stripe.ErrorCodeCardDeclined)
		card, is := refused.Err.(*stripe.CardError)
		same(c, "is a card error", is, true)
		same(c, "decline code", card.DeclineCode, stripe.DeclineCodeGenericDecline)

		for method, want := range map[string]struct {
			code    stripe.ErrorCode
			decline stripe.DeclineCode
		}{
			"pm_card_visa_chargeDeclinedInsufficientFunds": {
				stripe.ErrorCodeCardDeclined, stripe.DeclineCodeInsufficientFunds},
			"pm_card_chargeDeclinedExpiredCard":     {stripe.ErrorCodeExpiredCard, ""},
			"pm_card_chargeDeclinedIncorrectCvc":    {stripe.ErrorCodeIncorrectCVC, ""},
			"pm_card_chargeDeclinedProcessingError": {stripe.ErrorCodeProcessingError, ""},
		} {
			_, err := c.V1PaymentIntents.Create(c.ctx, &stripe.PaymentIntentCreateParams{
				Amount: stripe.Int64(1000), Currency: stripe.String("usd"),
				PaymentMethod: stripe.String(method), Confirm: stripe.Bool(true),
				ReturnURL: stripe.String("https://example.com/back")})
			refused := c.refusal(err)
			same(c, method+": code", refused.Code, want.code)
			if want.decline != "" {
				same(c, method+": decline code", refused.DeclineCode, want.decline)
			}
			if refused.PaymentIntent == nil {
				c.Fatalf("%s: the error has no PaymentIntent", method)
			}
			same(c, method+": intent", refused.PaymentIntent.Status,
				stripe.PaymentIntentStatusRequiresPaymentMethod)
			same(c, method+": error of intent", refused.PaymentIntent.LastPaymentError.Code,
				want.code)
		}
	})
}
