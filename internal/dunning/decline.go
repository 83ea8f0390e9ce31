package dunning

// HardDecline says that a card will be declined again however often it is tried: retries are
// planned and counted, but not made until there is another payment method. Some of these arrive
// as a decline code, some as the error's code.
func HardDecline(declineCode, code string) bool { return hard(declineCode) || hard(code) }

// hard holds the codes that Stripe's retries wait out.
func hard(code string) bool {
	switch code {
	case "incorrect_number", "lost_card", "pickup_card", "stolen_card",
		"revocation_of_authorization", "revocation_of_all_authorizations",
		"authentication_required", "highest_risk_level", "transaction_not_allowed":
		return true
	}
	return false
}
