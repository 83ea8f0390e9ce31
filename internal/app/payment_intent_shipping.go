package app

import "github.com/portico-billing/portico/internal/billing"

// PaymentShippingParams say where the goods that a payment is for go, when they were sent.
type PaymentShippingParams struct {
	billing.Optional[PaymentShipping]
}

// PaymentShipping is an address, and how the goods travel there.
type PaymentShipping struct {
	ShippingParams
	Carrier        billing.Optional[string] `form:"carrier"`
	TrackingNumber billing.Optional[string] `form:"tracking_number"`
}

// shipTo writes where goods go; charges made from now on say it too.
func shipTo(pi *billing.PaymentIntent, p PaymentShippingParams) {
	if !p.Set {
		return
	}
	to := billing.Optional[ShippingParams]{Set: true, Null: p.Null, Value: p.Value.ShippingParams}
	if pi.Shipping = mergeShipping(pi.Shipping, to); pi.Shipping != nil {
		set(&pi.Shipping.Carrier, p.Value.Carrier)
		set(&pi.Shipping.TrackingNumber, p.Value.TrackingNumber)
	}
}
