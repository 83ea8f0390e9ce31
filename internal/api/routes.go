package api

import (
	"github.com/portico-billing/portico/internal/api/form"
	"github.com/portico-billing/portico/internal/api/params"
	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/store"
)

// route is one operation that is built.
type route struct {
	method, template string
	handler
}

// Built is an operation that is built.
type Built struct {
	Method, Template string
	// Unbuilt are the parameters of Stripe's that are refused by name.
	Unbuilt []string
}

// Operations lists what is built, for the compatibility page.
func Operations() []Built {
	var all []Built
	for _, r := range routes() {
		unbuilt, _ := form.Compare(params.Op(r.method, r.template), r.params)
		all = append(all, Built{r.method, r.template, unbuilt})
	}
	return all
}

// routes is the table of contents: every operation that is built. What Stripe has besides these
// answers as an unrecognized URL.
func routes() []route {
	var all []route
	for _, group := range [][]route{accountRoutes, catalogRoutes, customerRoutes, paymentRoutes,
		subscriptionRoutes, invoiceRoutes, eventRoutes, portalRoutes} {
		all = append(all, group...)
	}
	return all
}

var accountRoutes = []route{
	{"GET", "/v1/account", getAccount},
	{"GET", "/v1/portico/settings", getSettings},
	{"POST", "/v1/portico/settings", create((*app.App).UpdateSettings)},
}

var catalogRoutes = []route{
	{"GET", "/v1/products", listProducts},
	{"POST", "/v1/products", create((*app.App).CreateProduct)},
	{"GET", "/v1/products/{id}", get(store.Products)},
	{"POST", "/v1/products/{id}", update((*app.App).UpdateProduct)},
	{"DELETE", "/v1/products/{id}", act((*app.App).DeleteProduct)},
	{"GET", "/v1/prices", listPrices},
	{"POST", "/v1/prices", create((*app.App).CreatePrice)},
	{"GET", "/v1/prices/{price}", get(store.Prices)},
	{"POST", "/v1/prices/{price}", update((*app.App).UpdatePrice)},
	{"GET", "/v1/coupons", listCoupons},
	{"POST", "/v1/coupons", create((*app.App).CreateCoupon)},
	{"GET", "/v1/coupons/{coupon}", get(store.Coupons)},
	{"POST", "/v1/coupons/{coupon}", update((*app.App).UpdateCoupon)},
	{"DELETE", "/v1/coupons/{coupon}", act((*app.App).DeleteCoupon)},
	{"GET", "/v1/tax_rates", listTaxRates},
	{"POST", "/v1/tax_rates", create((*app.App).CreateTaxRate)},
	{"GET", "/v1/tax_rates/{tax_rate}", get(store.TaxRates)},
	{"POST", "/v1/tax_rates/{tax_rate}", update((*app.App).UpdateTaxRate)},
}

var customerRoutes = []route{
	{"GET", "/v1/customers", listCustomers},
	{"POST", "/v1/customers", create((*app.App).CreateCustomer)},
	{"GET", "/v1/customers/{customer}", getCustomer},
	{"POST", "/v1/customers/{customer}", update((*app.App).UpdateCustomer)},
	{"DELETE", "/v1/customers/{customer}", act((*app.App).DeleteCustomer)},
	{"GET", "/v1/customers/{customer}/discount", getCustomerDiscount},
	{"DELETE", "/v1/customers/{customer}/discount", act((*app.App).DeleteCustomerDiscount)},
	{"GET", "/v1/customers/{customer}/payment_methods", listCustomerPaymentMethods},
	{"GET", "/v1/customers/{customer}/payment_methods/{payment_method}", getCustomerPaymentMethod},
	{"GET", "/v1/customers/{customer}/balance_transactions", listBalanceTransactions},
	{"POST", "/v1/customers/{customer}/balance_transactions",
		update((*app.App).CreateBalanceTransaction)},
	{"GET", "/v1/customers/{customer}/balance_transactions/{transaction}", getBalanceTransaction},
	{"POST", "/v1/customers/{customer}/balance_transactions/{transaction}",
		updateBalanceTransaction},
}

var paymentRoutes = []route{
	{"GET", "/v1/payment_methods", listPaymentMethods},
	{"POST", "/v1/payment_methods", create((*app.App).CreatePaymentMethod)},
	{"GET", "/v1/payment_methods/{payment_method}", getPaymentMethod},
	{"POST", "/v1/payment_methods/{payment_method}", update((*app.App).UpdatePaymentMethod)},
	{"POST", "/v1/payment_methods/{payment_method}/attach",
		update((*app.App).AttachPaymentMethod)},
	{"POST", "/v1/payment_methods/{payment_method}/detach", act((*app.App).DetachPaymentMethod)},
	{"GET", "/v1/setup_intents", listSetupIntents},
	{"POST", "/v1/setup_intents", create((*app.App).CreateSetupIntent)},
	{"GET", "/v1/setup_intents/{intent}", getSetupIntent},
	{"POST", "/v1/setup_intents/{intent}", update((*app.App).UpdateSetupIntent)},
	{"POST", "/v1/setup_intents/{intent}/confirm", update((*app.App).ConfirmSetupIntent)},
	{"POST", "/v1/setup_intents/{intent}/cancel", update((*app.App).CancelSetupIntent)},
	{"GET", "/v1/payment_intents", listPaymentIntents},
	{"POST", "/v1/payment_intents", create((*app.App).CreatePaymentIntent)},
	{"GET", "/v1/payment_intents/{intent}", getPaymentIntent},
	{"POST", "/v1/payment_intents/{intent}", update((*app.App).UpdatePaymentIntent)},
	{"POST", "/v1/payment_intents/{intent}/confirm", update((*app.App).ConfirmPaymentIntent)},
	{"POST", "/v1/payment_intents/{intent}/capture", update((*app.App).CapturePaymentIntent)},
	{"POST", "/v1/payment_intents/{intent}/cancel", update((*app.App).CancelPaymentIntent)},
	{"GET", "/v1/charges", listCharges},
	{"GET", "/v1/charges/{charge}", get(store.Charges)},
	{"POST", "/v1/charges/{charge}", update((*app.App).UpdateCharge)},
	{"POST", "/v1/charges/{charge}/capture", update((*app.App).CaptureCharge)},
	{"GET", "/v1/refunds", listRefunds},
	{"POST", "/v1/refunds", create((*app.App).CreateRefund)},
	{"GET", "/v1/refunds/{refund}", get(store.Refunds)},
	{"POST", "/v1/refunds/{refund}", update((*app.App).UpdateRefund)},
	{"POST", "/v1/refunds/{refund}/cancel", act((*app.App).CancelRefund)},
}

var subscriptionRoutes = []route{
	{"GET", "/v1/subscriptions", listSubscriptions},
	{"POST", "/v1/subscriptions", create((*app.App).CreateSubscription)},
	{"GET", "/v1/subscriptions/{subscription_exposed_id}", get(store.Subscriptions)},
	{"POST", "/v1/subscriptions/{subscription_exposed_id}",
		update((*app.App).UpdateSubscription)},
	{"DELETE", "/v1/subscriptions/{subscription_exposed_id}",
		update((*app.App).CancelSubscription)},
	{"DELETE", "/v1/subscriptions/{subscription_exposed_id}/discount",
		act((*app.App).DeleteSubscriptionDiscount)},
	{"POST", "/v1/subscriptions/{subscription}/migrate", update((*app.App).MigrateSubscription)},
	{"POST", "/v1/subscriptions/{subscription}/resume", update((*app.App).ResumeSubscription)},
	{"GET", "/v1/subscription_items", listSubscriptionItems},
	{"POST", "/v1/subscription_items", onItem(create((*app.App).CreateSubscriptionItem))},
	{"GET", "/v1/subscription_items/{item}", getSubscriptionItem},
	{"POST", "/v1/subscription_items/{item}", onItem(update((*app.App).UpdateSubscriptionItem))},
	{"DELETE", "/v1/subscription_items/{item}", onItem(update((*app.App).DeleteSubscriptionItem))},
}

var invoiceRoutes = []route{
	{"GET", "/v1/invoices", listInvoices},
	{"POST", "/v1/invoices", create((*app.App).CreateInvoice)},
	{"POST", "/v1/invoices/create_preview", create((*app.App).PreviewInvoice)},
	{"GET", "/v1/invoices/{invoice}", get(store.Invoices)},
	{"POST", "/v1/invoices/{invoice}", update((*app.App).UpdateInvoice)},
	{"DELETE", "/v1/invoices/{invoice}", act((*app.App).DeleteInvoice)},
	{"GET", "/v1/invoices/{invoice}/lines", listInvoiceLines},
	{"POST", "/v1/invoices/{invoice}/finalize", update((*app.App).FinalizeInvoice)},
	{"POST", "/v1/invoices/{invoice}/pay", update((*app.App).PayInvoice)},
	{"POST", "/v1/invoices/{invoice}/void", act((*app.App).VoidInvoice)},
	{"POST", "/v1/invoices/{invoice}/mark_uncollectible",
		act((*app.App).MarkInvoiceUncollectible)},
	{"POST", "/v1/invoices/{invoice}/send", act((*app.App).SendInvoice)},
	{"GET", "/v1/invoiceitems", listInvoiceItems},
	{"POST", "/v1/invoiceitems", create((*app.App).CreateInvoiceItem)},
	{"GET", "/v1/invoiceitems/{invoiceitem}", get(store.InvoiceItems)},
	{"POST", "/v1/invoiceitems/{invoiceitem}", update((*app.App).UpdateInvoiceItem)},
	{"DELETE", "/v1/invoiceitems/{invoiceitem}", act((*app.App).DeleteInvoiceItem)},
	{"GET", "/v1/invoice_payments", listInvoicePayments},
	{"GET", "/v1/invoice_payments/{invoice_payment}", get(store.InvoicePayments)},
}

var eventRoutes = []route{
	{"GET", "/v1/events", listEvents},
	{"GET", "/v1/events/{id}", getEvent},
	{"POST", "/v1/events/{id}/retry", update((*app.App).RetryEvent)},
	{"GET", "/v1/webhook_endpoints", listWebhookEndpoints},
	{"POST", "/v1/webhook_endpoints", create((*app.App).CreateWebhookEndpoint)},
	{"GET", "/v1/webhook_endpoints/{webhook_endpoint}", get(store.WebhookEndpoints)},
	{"POST", "/v1/webhook_endpoints/{webhook_endpoint}",
		update((*app.App).UpdateWebhookEndpoint)},
	{"DELETE", "/v1/webhook_endpoints/{webhook_endpoint}",
		act((*app.App).DeleteWebhookEndpoint)},
	{"GET", "/v1/test_helpers/test_clocks", listTestClocks},
	{"POST", "/v1/test_helpers/test_clocks", create((*app.App).CreateTestClock)},
	{"GET", "/v1/test_helpers/test_clocks/{test_clock}", get(store.TestClocks)},
	{"POST", "/v1/test_helpers/test_clocks/{test_clock}/advance",
		update((*app.App).AdvanceTestClock)},
	{"DELETE", "/v1/test_helpers/test_clocks/{test_clock}", act((*app.App).DeleteTestClock)},
}

var portalRoutes = []route{
	{"GET", "/v1/billing_portal/configurations", listPortalConfigurations},
	{"POST", "/v1/billing_portal/configurations", create((*app.App).CreatePortalConfiguration)},
	{"GET", "/v1/billing_portal/configurations/{configuration}", get(store.PortalConfigurations)},
	{"POST", "/v1/billing_portal/configurations/{configuration}",
		update((*app.App).UpdatePortalConfiguration)},
	{"POST", "/v1/billing_portal/sessions", create((*app.App).CreatePortalSession)},
}
