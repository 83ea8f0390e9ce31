package portal

import (
	"net/http"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

// snapshot is what one page is made from: everything in it was true at the same moment.
type snapshot struct {
	*portal
	q        *store.View
	soon     []store.Need // what the page will read, to be asked for with what it asks first
	r        *http.Request
	c        app.Caller
	session  *billing.PortalSession // nil on a hosted invoice
	z        *i18n.Localizer
	zone     *time.Location
	now      int64 // the customer's time
	settings *billing.Settings
	cfg      *billing.PortalConfiguration
	cus      *billing.Customer

	subs      []*billing.Subscription // not ended, the newest first
	ended     map[string]*int64       // when the others have, by id
	prices    map[string]*billing.Price
	products  map[string]*billing.Product
	methods   []*billing.PaymentMethod
	open      []*billing.Invoice                // those that can be paid
	intents   map[string]*billing.PaymentIntent // of open invoices
	discounts map[string]*billing.Discount
	coupons   map[string]*billing.Coupon
}

// read makes a page's snapshot and lets fn make the page, which will need this and that.
func (v *visit) read(fn func(*snapshot) error, needs ...store.Need) error {
	return v.App.View(v.r.Context(), v.Scope, func(q *store.View) error {
		s := &snapshot{portal: v.portal, q: q, r: v.r, c: v.c, session: v.Session, soon: needs}
		if err := s.load(v.Session.Customer, v.Session.Configuration.ID); err != nil {
			return err
		}
		return fn(s)
	})
}

// load reads what every page needs: who, whose, when, and in which language. A customer who was
// deleted is found too, for the page that says good-bye.
func (s *snapshot) load(customer, configuration string) (err error) {
	if err := s.prefetch(store.ToLoadSettings(), store.Customers.ToGet(customer),
		store.PortalConfigurations.ToGet(configuration)); err != nil {
		return err
	}
	if err := s.loadCompany(); err != nil {
		return err
	}
	if s.cus, _, err = store.Customers.Find(s.q, customer); err != nil {
		return err
	}
	if s.now, err = s.App.CustomerTime(s.q, s.cus); err != nil {
		return err
	}
	chosen := []string(s.cus.PreferredLocales)
	if s.session != nil && s.session.Locale != nil {
		chosen = append([]string{*s.session.Locale}, chosen...)
	}
	s.z = kit.Localizer(s.r, chosen...)
	s.cfg = &billing.PortalConfiguration{}
	if configuration != "" {
		s.cfg, err = store.PortalConfigurations.Get(s.q, configuration)
	}
	return err
}

// loadCompany reads what the company has set.
func (s *snapshot) loadCompany() (err error) {
	s.zone = time.UTC
	if s.settings, err = s.App.Settings(s.q); err != nil {
		return err
	}
	if zone, err := time.LoadLocation(s.settings.Timezone); err == nil {
		s.zone = zone
	}
	return nil
}

// prefetch asks for all that is known to be needed.
func (s *snapshot) prefetch(needs ...store.Need) error {
	needs = append(needs, s.soon...)
	s.soon = nil
	return store.Prefetch(s.q, needs...)
}

// at is a moment as the account's clocks show it; 0 is no moment.
func (s *snapshot) at(unix int64) time.Time {
	if unix == 0 {
		return time.Time{}
	}
	return time.Unix(unix, 0).In(s.zone)
}

// when is at for a moment that may be missing.
func (s *snapshot) when(unix *int64) time.Time {
	if unix == nil {
		return time.Time{}
	}
	return s.at(*unix)
}

// frame is what surrounds a page.
func (s *snapshot) frame(tab view.Tab) view.Frame {
	f := view.Frame{Z: s.z, Assets: s.Assets, Company: s.company(), Now: s.at(s.now), Tab: tab,
		TestMode: !s.q.Scope().Livemode, Offers: s.offers()}
	if s.cus.TestClock.ID != "" {
		f.Clock = f.Now
	}
	f.DeepLink = s.session != nil && s.session.Flow != nil && !s.session.Private.FlowDone
	return f
}

func (s *snapshot) offers() view.Offers {
	return view.Offers{
		Plan: app.PortalAllows(s.cfg, app.PortalDeedChange) ||
			app.PortalAllows(s.cfg, app.PortalDeedCancel),
		Payment:  app.PortalAllows(s.cfg, app.PortalDeedMethods),
		Invoices: app.PortalAllows(s.cfg, app.PortalDeedInvoices),
		Details:  s.cfg.Features.CustomerUpdate.Enabled,
	}
}

// company is how the company shows itself. Its icon is left out while it lies on another origin,
// which would learn who looks at which bill.
func (s *snapshot) company() view.Company {
	b, profile := s.settings.BusinessProfile, s.cfg.BusinessProfile
	c := view.Company{Name: text(b.Name), Brand: text(s.settings.Branding.PrimaryColor),
		Headline: text(profile.Headline), PrivacyURL: text(profile.PrivacyPolicyURL),
		TermsURL: text(profile.TermsOfServiceURL), SupportEmail: text(b.SupportEmail),
		SupportPhone: text(b.SupportPhone)}
	if s.session != nil {
		c.ReturnURL = text(s.session.ReturnURL)
	}
	return c
}

// text is a field that may be missing.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// loadSubscriptions reads the subscriptions that have not ended, with all that a card shows.
func (s *snapshot) loadSubscriptions() (err error) {
	if err := store.Prefetch(s.q, app.PortalNeeds(s.cus.ID)...); err != nil {
		return err
	}
	all, err := store.Subscriptions.All(s.q, store.Eq("customer", s.cus.ID))
	if err != nil {
		return err
	}
	s.ended = map[string]*int64{}
	for _, sub := range all {
		if sub.Status.Ended() {
			s.ended[sub.ID] = sub.EndedAt
		} else {
			s.subs = append(s.subs, sub)
		}
	}
	if s.methods, err = store.PaymentMethods.All(s.q,
		store.Eq("customer", s.cus.ID)); err != nil {
		return err
	}
	if s.open, err = store.Invoices.All(s.q, store.Eq("customer", s.cus.ID),
		app.UnpaidInvoices()); err != nil {
		return err
	}
	s.soon = append(s.soon, store.PaymentIntents.ToGet(intentsOf(s.open)...))
	if err := s.App.PrepareSubscriptions(s.q, app.PortalRead{Customer: s.cus,
		Subscriptions: s.subs, Configuration: s.cfg}, s.soon...); err != nil {
		return err
	}
	s.soon = nil
	if err := s.loadIntents(s.open); err != nil {
		return err
	}
	if err := s.loadDiscounts(); err != nil {
		return err
	}
	return s.loadPrices(s.subs...)
}

func (s *snapshot) loadIntents(invoices []*billing.Invoice) (err error) {
	s.intents, err = store.PaymentIntents.Many(s.q, intentsOf(invoices))
	return err
}

func intentsOf(invoices []*billing.Invoice) (ids []string) {
	for _, inv := range invoices {
		ids = append(ids, inv.Private.PaymentIntent)
	}
	return ids
}

func (s *snapshot) loadDiscounts() (err error) {
	ids := []string{s.cus.Discount.ID}
	for _, sub := range s.subs {
		for _, d := range sub.Discounts {
			ids = append(ids, d.ID)
		}
	}
	return s.addDiscounts(ids)
}

// addDiscounts reads discounts and the coupons that they came from.
func (s *snapshot) addDiscounts(ids []string) (err error) {
	if s.discounts, err = store.Discounts.Many(s.q, ids); err != nil {
		return err
	}
	var coupons []string
	for _, d := range s.discounts {
		coupons = append(coupons, d.Source.Coupon.ID)
	}
	s.coupons, err = store.Coupons.Many(s.q, coupons)
	return err
}

// loadPrices reads the prices of subscriptions, and the products that they belong to.
func (s *snapshot) loadPrices(subs ...*billing.Subscription) (err error) {
	var ids, products []string
	for _, sub := range subs {
		for _, it := range sub.Items.Data {
			ids = append(ids, it.Price.ID)
		}
	}
	if s.prices, err = s.App.Prices(s.q, ids); err != nil {
		return err
	}
	for _, p := range s.prices {
		products = append(products, p.Product.ID)
	}
	s.products, err = s.App.Products(s.q, products)
	return err
}

// productName is a product as customers know it.
func (s *snapshot) productName(id string) string {
	if p := s.products[id]; p != nil {
		return p.Name
	}
	return ""
}
