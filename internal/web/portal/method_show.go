package portal

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// method is a payment method as its owner knows it.
func (s *snapshot) method(pm *billing.PaymentMethod) view.Method {
	m := methodOf(pm)
	m.Default = s.cus.InvoiceSettings.DefaultPaymentMethod.ID == pm.ID
	for _, sub := range s.subs {
		if sub.DefaultPaymentMethod.ID != pm.ID || m.Default {
			continue
		}
		m.UsedFor = append(m.UsedFor, view.Subscription{Items: s.items(sub)}.Named(s.z))
	}
	m.Needed = len(s.methods) == 1 && s.charges()
	return m
}

func methodOf(pm *billing.PaymentMethod) view.Method {
	m := view.Method{ID: pm.ID, Kind: pm.Type}
	if c := pm.Card; c != nil {
		m.Brand, m.Last4, m.Funding = c.Brand, c.Last4, c.Funding
		m.ExpMonth, m.ExpYear = int(c.ExpMonth), int(c.ExpYear)
	}
	return m
}

// charges says that a subscription is running that pays by itself.
func (s *snapshot) charges() bool {
	for _, sub := range s.subs {
		if sub.CollectionMethod == billing.ChargeAutomatically {
			return true
		}
	}
	return false
}

// methodFor is what pays for a subscription: its own method, else the customer's default.
func (s *snapshot) methodFor(sub *billing.Subscription) *billing.PaymentMethod {
	for _, id := range []string{sub.DefaultPaymentMethod.ID,
		s.cus.InvoiceSettings.DefaultPaymentMethod.ID} {
		for _, pm := range s.methods {
			if id != "" && pm.ID == id {
				return pm
			}
		}
	}
	return nil
}

// otherCard is the way to pay with another card and to come back to next; "" where customers may
// not. Who has one card only needs no choice.
func (s *snapshot) otherCard(next string) string {
	switch {
	case !s.offers().Payment:
		return ""
	case len(s.methods) > 1:
		return view.OnTheWay(view.PathChooseMethod, next)
	}
	return view.OnTheWay(view.PathAddMethod, next)
}

// shownMethods are all saved methods, the default first.
func (s *snapshot) shownMethods() []view.Method {
	var out []view.Method
	for _, pm := range s.methods {
		m := s.method(pm)
		if m.Default {
			out = append([]view.Method{m}, out...)
			continue
		}
		out = append(out, m)
	}
	return out
}
