package view

import "net/url"

// The fixed addresses of the portal. What belongs to one noun is made by the functions below.
const (
	PathHome           = "/p/home"
	PathPlan           = "/p/plan"
	PathPaymentMethods = "/p/payment-methods"
	PathAddMethod      = "/p/payment-methods/add"
	PathChooseMethod   = "/p/payment-methods/choose"
	PathDetails        = "/p/details"
	PathTaxIDs         = "/p/details/tax-ids"
	PathInvoices       = "/p/invoices"
	PathSignOut        = "/p/sign-out"
	PathSignedOut      = "/p/signed-out"
	PathExpired        = "/p/expired"
	PathMailbox        = "/mailbox"
	PathDemo           = "/demo"
)

// SessionPath opens the portal: a GET shows a button, its POST consumes the token.
func SessionPath(token string) string { return "/p/session/" + url.PathEscape(token) }

// LoginPath is the page that mails a link to the customer of an address.
func LoginPath(token string) string { return "/p/login/" + url.PathEscape(token) }

// SubscriptionPath is a deed on a subscription: "plan" (GET), "review" (GET shows, POST does),
// "cancel" (the same; ?offer=no skips the offer), "offer" (POST takes it), "reason", "undo" (POST),
// "resume" (GET asks, POST does), "processing" (GET).
func SubscriptionPath(id, deed string) string {
	return "/p/subscriptions/" + url.PathEscape(id) + "/" + deed
}

// MethodPath is a deed on a payment method: "default", "remove".
func MethodPath(id, deed string) string {
	return PathPaymentMethods + "/" + url.PathEscape(id) + "/" + deed
}

// TaxIDPath is a deed on a tax id: "remove".
func TaxIDPath(id, deed string) string { return PathTaxIDs + "/" + url.PathEscape(id) + "/" + deed }

// OnTheWay is a page of the portal that is visited on the way to next, which it leads on to.
func OnTheWay(path, next string) string {
	if next == "" {
		return path
	}
	return path + "?" + url.Values{"next": {next}}.Encode()
}

// InvoicePath is an invoice in the portal, or a deed on it: "pay", "pdf", "processing", "".
func InvoicePath(id, deed string) string {
	return withDeed(PathInvoices+"/"+url.PathEscape(id), deed)
}

// HostedPath is an invoice's public page, or a deed on it: "pay", "pdf", "card", "".
func HostedPath(token, deed string) string { return withDeed("/i/"+url.PathEscape(token), deed) }

// BankPath is the page that hands over to the customer's bank for a payment or a set-up.
func BankPath(intentID string) string { return "/p/bank/" + url.PathEscape(intentID) }

// MailPath is one mail of the test mailbox; its body is a page of its own.
func MailPath(id string) string { return PathMailbox + "/" + url.PathEscape(id) }

func withDeed(path, deed string) string {
	if deed == "" {
		return path
	}
	return path + "/" + deed
}
