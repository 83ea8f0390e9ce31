package simulator

import (
	"slices"
	"strings"
)

// testCard is one published test value. Everything the simulator knows about numbers is in this
// table and the one in cards_country.go; nothing else is accepted and no number is ever stored.
type testCard struct {
	number    string
	names     string // endings of pm_card_… and tok_…, separated by spaces
	brand     string
	funding   string
	country   string
	behaviour string // a key of behaviours
}

var cardTable = []testCard{
	// Success, by brand.
	{"4242424242424242", "visa us", "visa", "credit", "US", "approve"},
	{"4000056655665556", "visa_debit", "visa", "debit", "US", "approve"},
	{"5555555555554444", "mastercard", "mastercard", "credit", "US", "approve"},
	{"2223003122003222", "", "mastercard", "credit", "US", "approve"},
	{"5200828282828210", "mastercard_debit", "mastercard", "debit", "US", "approve"},
	{"5105105105105100", "mastercard_prepaid", "mastercard", "prepaid", "US", "approve"},
	{"378282246310005", "amex amex_threeDSecureNotSupported", "amex", "credit", "US",
		"unsupported"},
	{"371449635398431", "", "amex", "credit", "US", "unsupported"},
	{"6011111111111117", "discover", "discover", "credit", "US", "approve"},
	{"6011000990139424", "", "discover", "credit", "US", "approve"},
	{"6011981111111113", "", "discover", "debit", "US", "approve"},
	{"3056930009020004", "diners", "diners", "credit", "US", "approve"},
	{"36227206271667", "", "diners", "credit", "US", "approve"},
	{"6555900000604105", "", "discover", "credit", "KR", "approve"},
	{"3566002020360505", "jcb", "jcb", "credit", "JP", "approve"},
	{"3530111333300000", "", "jcb", "credit", "JP", "approve"},
	{"6200000000000005", "unionpay", "unionpay", "credit", "CN", "approve"},
	{"6200000000000047", "", "unionpay", "debit", "CN", "approve"},
	{"6205500000000000004", "", "unionpay", "credit", "CN", "approve"},
	{"4000002500001001", "visa_cartesBancaires", "cartes_bancaires", "credit", "FR", "approve"},
	{"5555552500001001", "mastercard_cartesBancaires", "cartes_bancaires", "credit", "FR",
		"approve"},
	{"4000050360000001", "visa_debit_eftposAuCoBranded", "eftpos_au", "debit", "AU", "approve"},
	{"5555050360000080", "mastercard_debit_eftposAuCoBranded", "eftpos_au", "debit", "AU",
		"approve"},
	{"4000051230000072", "debit_visaFsaProductCode debit_visaHsaProductCode", "visa", "debit",
		"US", "approve"},
	{"5200828282828897", "mastercard_debit_mastercardFsaProductCode", "mastercard", "debit",
		"US", "approve"},
	{"4000000000000077", "bypassPending", "visa", "credit", "US", "approve"},
	{"4000003720000278", "bypassPendingInternational", "visa", "credit", "IE", "approve"},

	// Declines by the issuer.
	{"4000000000000002", "visa_chargeDeclined chargeDeclined", "visa", "credit", "US",
		"generic_decline"},
	{"4000000000009995",
		"visa_chargeDeclinedInsufficientFunds chargeDeclinedInsufficientFunds",
		"visa", "credit", "US", "insufficient_funds"},
	{"4000000000009987", "visa_chargeDeclinedLostCard chargeDeclinedLostCard",
		"visa", "credit", "US", "lost_card"},
	{"4000000000009979", "visa_chargeDeclinedStolenCard chargeDeclinedStolenCard",
		"visa", "credit", "US", "stolen_card"},
	{"4000000000006975",
		"visa_chargeDeclinedVelocityLimitExceeded chargeDeclinedVelocityLimitExceeded",
		"visa", "credit", "US", "card_velocity_exceeded"},
	{"4000000000000069", "chargeDeclinedExpiredCard visa_chargeDeclinedExpiredCard",
		"visa", "credit", "US", "expired_card"},
	{"4000000000000127", "chargeDeclinedIncorrectCvc visa_chargeDeclinedIncorrectCvc",
		"visa", "credit", "US", "incorrect_cvc"},
	{"4000000000000119", "chargeDeclinedProcessingError visa_chargeDeclinedProcessingError",
		"visa", "credit", "US", "processing_error"},
	{"4000000000000341", "chargeCustomerFail visa_chargeCustomerFail", "visa", "credit", "US",
		"attaches_then_generic_decline"},
	{"4000000000000341", "visa_chargeCustomerFailLostCard", "visa", "credit", "US",
		"attaches_then_lost_card"},
	{"4000000000000341", "visa_chargeCustomerFailStolenCard", "visa", "credit", "US",
		"attaches_then_stolen_card"},

	// 3D Secure.
	{"4000002500003155", "authenticationRequiredOnSetup", "visa", "credit", "FR",
		"authenticate_unless_set_up"},
	{"4000002760003184", "authenticationRequired", "visa", "credit", "DE", "authenticate_always"},
	{"4000003800000446", "authenticationRequiredSetupForOffSession", "visa", "credit", "IT",
		"authenticate_already_set_up"},
	{"4000008260003178", "authenticationRequiredChargeDeclinedInsufficientFunds", "visa",
		"credit", "GB", "authenticate_then_insufficient_funds"},
	{"4000000000003220", "threeDSecure2Required threeDSecureRequired", "visa", "credit", "IE",
		"authenticate_unless_set_up"},
	{"4000008400000027", "", "visa", "credit", "US", "authenticate_unless_set_up"},
	{"4000008400001629", "threeDSecureRequiredChargeDeclined", "visa", "credit", "US",
		"authenticate_then_generic_decline"},
	{"4000008400001280", "threeDSecureRequiredProcessingError", "visa", "credit", "US",
		"authenticate_lookup_error"},
	{"4000000000003055", "threeDSecureOptional", "visa", "credit", "US", "authenticate_optional"},
	{"4000000000003097", "threeDSecureOptionalProcessingError", "visa", "credit", "US",
		"authenticate_optional_error"},
	{"4000000032200000", "", "visa", "credit", "US", "frictionless"},
	{"4000582600000094", "", "visa", "credit", "GB", "authenticate_unless_set_up"},
	{"4000582600000045", "", "visa", "credit", "GB", "authenticate_unless_set_up"},
	{"4000582600000102", "", "visa", "credit", "GB", "authenticate_unless_set_up"},
	{"4000582600000110", "", "visa", "credit", "GB", "authenticate_unless_set_up"},

	// Risk and checks.
	{"4100000000000019", "radarBlock", "visa", "credit", "US", "blocked"},
	{"4000000000004954", "riskLevelHighest", "visa", "credit", "US", "blocked"},
	{"4000000000009235", "riskLevelElevated", "visa", "credit", "US", "elevated"},
	{"4000008400000407", "highFraudDisputeScore", "visa", "credit", "US", "elevated"},
	{"4000008400000159", "highEfwScore", "visa", "credit", "US", "elevated"},
	{"4000008400001017", "radarDynamicRiskThreshold", "visa", "credit", "US", "approve"},
	{"4001858821843804", "freeTrialAbuseBlock", "visa", "credit", "US", "approve"},
	{"4000008405600003", "adaptive3dsChallenge", "visa", "credit", "US", "authenticate_optional"},
	{"4000000000000101", "cvcCheckFail", "visa", "credit", "US", "cvc_fails"},
	{"4000000000000036", "avsZipFail", "visa", "credit", "US", "zip_fails"},
	{"4000058400307872", "cvcCheckFailElevatedRisk", "visa", "credit", "US",
		"cvc_fails_elevated"},
	{"4000058400306072", "avsZipFailElevatedRisk", "visa", "credit", "US", "zip_fails_elevated"},
	{"4000000000000028", "avsLine1Fail", "visa", "credit", "US", "line1_fails"},
	{"4000000000000010", "avsFail", "visa", "credit", "US", "zip_and_line1_fail"},
	{"4000000000000044", "avsUnchecked", "visa", "credit", "US", "checks_unavailable"},
	{"4000000000001208", "", "visa", "credit", "US", "approve"},
	{"4000000000003725", "", "visa", "credit", "US", "approve"},

	// Disputes and refunds.
	{"4000000000000259", "createDispute", "visa", "credit", "US", "dispute_fraudulent"},
	{"4000000000002685", "createDisputeProductNotReceived", "visa", "credit", "US",
		"dispute_not_received"},
	{"4000000000001976", "createDisputeInquiry", "visa", "credit", "US", "dispute_inquiry"},
	{"4000000000005423", "createIssuerFraudRecord", "visa", "credit", "US", "approve"},
	{"4000000404000079", "createMultipleDisputes", "visa", "credit", "US", "dispute_fraudulent"},
	{"4000000404000038", "createCe3EligibleDispute", "visa", "credit", "US",
		"dispute_fraudulent"},
	{"4000008400000779", "createComplianceDispute", "visa", "credit", "US",
		"dispute_noncompliant"},
	{"5105008400000002", "createMastercardComplianceDispute", "mastercard", "credit", "US",
		"dispute_noncompliant"},
	{"4000000001000043", "createAutoRepresentmentEligibleDispute", "visa", "credit", "US",
		"dispute_fraudulent"},
	{"4000000000007726", "pendingRefund", "visa", "credit", "US", "refund_pending"},
	{"4000000000005126", "refundFail", "visa", "credit", "US", "refund_fails"},
}

var cardsByNumber, cardsByName = indexCards(slices.Concat(cardTable, countryTable))

// indexCards builds the two ways to look a card up. Where a number stands twice the first row is
// what typing the number means; the others are reached by name only.
func indexCards(table []testCard) (byNumber, byName map[string]testCard) {
	byNumber, byName = map[string]testCard{}, map[string]testCard{}
	for _, c := range table {
		if _, taken := byNumber[c.number]; !taken {
			byNumber[c.number] = c
		}
		for _, name := range strings.Fields(c.names) {
			byName["pm_card_"+name] = c
			byName["tok_"+name] = c
		}
	}
	return byNumber, byName
}

// TestNumbers are the handful of published numbers a person needs to see every outcome.
func TestNumbers() []string {
	return []string{"4242 4242 4242 4242", "5555 5555 5555 4444", "4000 0025 0000 3155",
		"4000 0027 6000 3184", "4000 0082 6000 3178", "4000 0000 0000 0341",
		"4000 0000 0000 9995", "4000 0000 0000 0002"}
}

// Published says that a number is one of the test numbers that everybody knows, and no card's.
func Published(number string) bool {
	_, known := cardsByNumber[bare(number)]
	return known
}

// bare is a number without the space between its groups.
func bare(number string) string { return strings.NewReplacer(" ", "", "-", "").Replace(number) }
