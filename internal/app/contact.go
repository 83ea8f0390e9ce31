package app

import (
	"cmp"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/mail"
)

// checkEmail refuses what no mail could be sent to, or what more than one would get.
func checkEmail(address *string, param string) error {
	if address == nil || *address == "" || mail.ValidAddress(*address) {
		return nil
	}
	return billing.Invalid(param, "Invalid email address: %s", *address).
		WithCode("email_invalid")
}

// ValidEmail says that mail could be sent to an address, for forms that tell all that is wrong with
// them at once. The commands check again.
func ValidEmail(address string) bool { return checkEmail(&address, "") == nil }

// checkURL refuses what a customer's browser could not be sent to.
func checkURL(address *string, param string) error {
	if address == nil || *address == "" {
		return nil
	}
	u, err := url.Parse(*address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || disguised(u) {
		return notURL(param)
	}
	return nil
}

// acting are the schemes that a browser obeys instead of going somewhere.
var acting = []string{"javascript", "data", "vbscript", "file", "blob", "filesystem", "about",
	"view-source"}

// checkReturnURL is checkURL for where a bank's page leads: an app on a phone may have a scheme of
// its own.
func checkReturnURL(address *string, param string) error {
	if address == nil || *address == "" {
		return nil
	}
	u, err := url.Parse(*address)
	if err != nil || u.Scheme == "" || slices.Contains(acting, u.Scheme) || disguised(u) {
		return notURL(param)
	}
	if u.Scheme == "http" || u.Scheme == "https" {
		return checkURL(address, param)
	}
	return nil
}

// checkIntentContact refuses where the customer of a payment could not go back to, or could not
// get a receipt.
func checkIntentContact(returnURL, receiptEmail *string) error {
	return cmp.Or(checkReturnURL(returnURL, "return_url"),
		checkEmail(receiptEmail, "receipt_email"))
}

// checkDescriptor refuses what could not stand on a statement of a card: Stripe wants a letter, and
// none of the characters that banks leave out.
func checkDescriptor(text *string, param string) error {
	switch {
	case text == nil || *text == "":
		return nil
	case strings.ContainsAny(*text, `<>\'"*`):
		return billing.Invalid(param, "The statement descriptor cannot contain any of the "+
			"characters < > \\ ' \" *.").WithCode("invalid_characters")
	case !strings.ContainsFunc(*text, unicode.IsLetter):
		return billing.Invalid(param, "The statement descriptor must contain at least one letter.")
	}
	return nil
}

// checkDescriptors is checkDescriptor for both parts of one.
func checkDescriptors(whole, suffix *string) error {
	return cmp.Or(checkDescriptor(whole, "statement_descriptor"),
		checkDescriptor(suffix, "statement_descriptor_suffix"))
}

// disguised says that an address reads as if it led elsewhere: by a name before its host, or by
// characters that are not seen.
func disguised(u *url.URL) bool {
	return u.User != nil || strings.ContainsFunc(u.Host+u.Path, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	})
}

func notURL(param string) error {
	return billing.Invalid(param, "Not a valid URL").WithCode("url_invalid")
}

// checkAllowedHost refuses what names no host, address or range, and so would allow nothing.
func checkAllowedHost(host, param string) error {
	_, notRange := netip.ParsePrefix(host)
	_, notAddress := netip.ParseAddr(host)
	if notRange == nil || notAddress == nil {
		return nil
	}
	strange := func(r rune) bool {
		return r != '.' && r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}
	if host == "" || strings.ContainsFunc(host, strange) {
		return billing.Invalid(param, "Invalid host: %s; name a host, an address or a CIDR range.",
			host)
	}
	return nil
}
