package app

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/store"
)

// charge makes the charge that an outcome is about.
func (s *settling) charge(status string) *billing.Charge {
	ch := &billing.Charge{
		ID: s.IDs.New("ch"), Object: "charge", Amount: s.att.Amount, Created: s.now,
		Currency: s.att.Currency, Customer: s.pi.Customer, Livemode: s.pi.Livemode,
		Metadata: s.pi.Metadata, PaymentIntent: billing.To[billing.PaymentIntent](s.pi.ID),
		PaymentMethod: &s.att.PaymentMethod, Status: status, Description: s.pi.Description,
		ReceiptEmail: s.pi.ReceiptEmail, FraudDetails: &billing.FraudDetails{},
		Shipping: s.pi.Shipping, StatementDescriptor: s.pi.StatementDescriptor,
		StatementDescriptorSuffix: s.pi.StatementDescriptorSuffix,
		Outcome:                   chargeOutcome(s.result),
		Private: billing.ChargePrivate{Gateway: s.att.Gateway, GatewayRef: s.att.GatewayRef,
			Invoice: s.att.Invoice},
	}
	if pm, err := store.PaymentMethods.Get(s.tx, s.att.PaymentMethod); err == nil {
		ch.BillingDetails = pm.BillingDetails
		ch.PaymentMethodDetails = methodDetails(pm, s.result, s.att.Amount)
	}
	return ch
}

func chargeOutcome(r gateway.Result) *billing.ChargeOutcome {
	o := &billing.ChargeOutcome{Type: "authorized", NetworkStatus: new("approved_by_network"),
		SellerMessage: new("Payment complete."), RiskLevel: new("normal")}
	if as := r.Assessment; as != nil {
		o.Type, o.NetworkStatus = as.Type, str(as.NetworkStatus)
		o.Reason, o.SellerMessage = str(as.Reason), str(as.SellerMessage)
		o.RiskLevel, o.RiskScore = str(as.RiskLevel), new(int64(as.RiskScore))
	}
	if d := r.Decline; d != nil {
		o.AdviceCode, o.NetworkDeclineCode = str(d.AdviceCode), str(d.NetworkDeclineCode)
		o.NetworkAdviceCode = str(d.NetworkAdviceCode)
	}
	return o
}

func methodDetails(pm *billing.PaymentMethod, r gateway.Result,
	amount int64) *billing.PaymentMethodDetails {
	d := &billing.PaymentMethodDetails{Type: pm.Type}
	if c := pm.Card; c != nil {
		d.Card = &billing.CardDetails{
			AmountAuthorized: &amount, Brand: &c.Brand, Checks: c.Checks, Country: c.Country,
			ExpMonth: c.ExpMonth, ExpYear: c.ExpYear, Fingerprint: c.Fingerprint,
			Funding: &c.Funding, Last4: &c.Last4, Network: &c.Brand,
			NetworkTransactionID: str(r.NetworkRef), RegulatedStatus: c.RegulatedStatus,
		}
		if t := r.Secure; t != nil {
			d.Card.ThreeDSecure = &billing.ThreeDSecure{AuthenticationFlow: str(t.Flow),
				Result: str(t.Result), Version: str(t.Version)}
		}
	}
	return d
}
