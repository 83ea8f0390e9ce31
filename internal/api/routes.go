package api

import (
	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/store"
)

// route is one operation that is built.
type route struct {
	method, template string
	handler
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
	{"GET", "/v1/payment_methods/{payment_method}", get(store.PaymentMethods)},
}

var subscriptionRoutes = []route{}

var invoiceRoutes = []route{}

var eventRoutes = []route{
	{"GET", "/v1/events", listEvents},
	{"GET", "/v1/events/{id}", getEvent},
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
