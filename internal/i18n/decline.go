package i18n

// DeclineKey is the text that tells a customer why a payment failed, for the code and decline code
// of a card error. Lost, stolen and fraud are told in general words: the person at the page need
// not be the owner of the card, so nothing is said that helps a thief.
func DeclineKey(code, declineCode string) Key {
	for _, c := range []string{declineCode, code} {
		if key, ok := declineKey(c); ok {
			return key
		}
	}
	return DeclineGeneric
}

// DeclineReasonKey is the same in a few words, for {reason} of DeclineCardNamed.
func DeclineReasonKey(code, declineCode string) Key {
	switch DeclineKey(code, declineCode) {
	case DeclineInsufficientFunds:
		return DeclineReasonInsufficientFunds
	case DeclineExpiredCard:
		return DeclineReasonExpiredCard
	case DeclineIncorrectCVC:
		return DeclineReasonIncorrectCVC
	case DeclineLimit:
		return DeclineReasonLimit
	default:
		return DeclineReasonGeneric
	}
}

func declineKey(code string) (Key, bool) {
	switch code {
	case "insufficient_funds":
		return DeclineInsufficientFunds, true
	case "expired_card":
		return DeclineExpiredCard, true
	case "incorrect_cvc", "invalid_cvc":
		return DeclineIncorrectCVC, true
	case "incorrect_number", "invalid_number":
		return DeclineIncorrectNumber, true
	case "invalid_expiry_month", "invalid_expiry_year":
		return DeclineInvalidExpiry, true
	case "incorrect_zip", "incorrect_address":
		return DeclineIncorrectZip, true
	case "incorrect_pin", "invalid_pin", "pin_try_exceeded", "offline_pin_required",
		"online_or_offline_pin_required":
		return DeclineIncorrectPin, true
	case "processing_error", "reenter_transaction":
		return DeclineProcessingError, true
	case "issuer_not_available", "try_again_later":
		return DeclineTryAgain, true
	case "card_velocity_exceeded", "withdrawal_count_limit_exceeded":
		return DeclineLimit, true
	case "card_not_supported", "invalid_account", "invalid_amount", "not_permitted",
		"service_not_allowed", "transaction_not_allowed":
		return DeclineNotSupported, true
	case "currency_not_supported":
		return DeclineCurrency, true
	case "payment_intent_authentication_failure", "setup_intent_authentication_failure",
		"authentication_not_handled":
		return DeclineAuthenticationFailed, true
	case "authentication_required", "mobile_device_authentication_required":
		return DeclineAuthenticationRequired, true
	case "duplicate_transaction":
		return DeclineDuplicate, true
	case "testmode_decline":
		return DeclineTestmode, true
	case "approve_with_id", "call_issuer", "do_not_honor", "security_violation",
		"stop_payment_order", "revocation_of_authorization", "revocation_of_all_authorizations":
		return DeclineCallBank, true
	}
	return "", false
}
