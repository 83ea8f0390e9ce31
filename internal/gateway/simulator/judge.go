package simulator

import "github.com/portico-billing/portico/internal/gateway"

// question is everything a card looks at before it answers.
type question struct {
	setup         bool // not a charge
	verify        bool // a setup that only asks whether the card is good
	offSession    bool
	refuseAction  bool
	requested     bool // 3D Secure was asked for explicitly
	setUp         bool // the instrument was authenticated for later use before
	authenticated bool // the customer has just passed a challenge
}

// verdict is a card's answer: a decline, a challenge, or (neither) approval.
type verdict struct {
	challenge bool
	decline   string // a key of declines
	secure    *gateway.ThreeDSecure
	blocked   bool
}

// judge decides. It is the whole meaning of the table of test cards.
func (b behaviour) judge(q question) verdict {
	if q.setup && (q.verify || b.attach != "") {
		return verdict{decline: b.attach}
	}
	if !q.setup && b.risk == blockedRisk {
		return verdict{decline: "fraudulent", blocked: true}
	}
	v := verdict{secure: b.secureResult(q)}
	if !q.authenticated {
		v.challenge, v.decline = b.authentication(q)
	}
	if v.challenge && (q.offSession || q.refuseAction) {
		v.challenge, v.decline = false, "authentication_required"
	}
	if v.challenge || v.decline != "" || q.setup {
		return v
	}
	v.decline = b.charge
	return v
}

// authentication says whether the card wants the customer, or refuses because of 3D Secure.
func (b behaviour) authentication(q question) (challenge bool, decline string) {
	switch b.secure {
	case lookupError:
		return false, "processing_error"
	case optionalError:
		if q.requested {
			return false, "processing_error"
		}
	case optional:
		return q.requested, ""
	case always:
		return true, ""
	case unlessSetUp:
		return !(q.offSession && q.setUp), ""
	case alreadySetUp:
		return !q.offSession, ""
	}
	return false, ""
}

// secureResult is what the receipt says about 3D Secure when no challenge is pending.
func (b behaviour) secureResult(q question) *gateway.ThreeDSecure {
	switch {
	case q.authenticated:
		return &gateway.ThreeDSecure{Result: "authenticated", Flow: "challenge", Version: "2.2.0"}
	case b.secure == frictionless && !q.offSession:
		return &gateway.ThreeDSecure{Result: "authenticated", Flow: "frictionless",
			Version: "2.2.0"}
	case b.secure == lookupError || b.secure == optionalError && q.requested:
		return &gateway.ThreeDSecure{Result: "processing_error"}
	case b.secure == unsupported && q.requested:
		return &gateway.ThreeDSecure{Result: "not_supported"}
	case b.secure == notEnrolled && q.requested:
		return &gateway.ThreeDSecure{Result: "attempt_acknowledged", Version: "2.2.0"}
	}
	return nil
}

// assess fills Stripe's charge.outcome.
func (b behaviour) assess(v verdict) *gateway.Assessment {
	a := gateway.Assessment{Type: "authorized", NetworkStatus: "approved_by_network",
		RiskLevel: "normal", RiskScore: 20, SellerMessage: "Payment complete."}
	switch b.risk {
	case elevatedRisk:
		a.RiskLevel, a.RiskScore = "elevated", 70
	case blockedRisk:
		a.RiskLevel, a.RiskScore = "highest", 92
	}
	switch {
	case v.blocked:
		a.Type, a.NetworkStatus = "blocked", "not_sent_to_network"
		a.Reason = "highest_risk_level"
		a.SellerMessage = "The payment was blocked as too risky."
	case v.decline != "":
		a.Type, a.NetworkStatus = "issuer_declined", "declined_by_network"
		a.Reason = v.decline
		a.SellerMessage = "The bank returned the decline code `" + v.decline + "`."
		if v.decline == "generic_decline" {
			a.SellerMessage = "The bank did not return any further details with this decline."
		}
	}
	return &a
}
