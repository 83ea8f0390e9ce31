package portal_test

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

func (n *town) methods(customer string) (all []*billing.PaymentMethod) {
	n.Helper()
	n.view(func(v *store.View) (err error) {
		all, err = store.PaymentMethods.All(v, store.Eq("customer", customer))
		return err
	})
	return all
}

func (n *town) product(price string) (product string) {
	n.Helper()
	n.view(func(v *store.View) error {
		p, err := store.Prices.Get(v, price)
		product = p.Product.ID
		return err
	})
	return product
}

func TestCancelReasonUndo(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{billing.BillingClassic, billing.BillingFlexible} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			n := open(t)
			ada := n.ada("pm_card_visa")
			sub := n.subscribe(ada, func(p *app.SubscriptionCreateParams) {
				p.BillingMode = &app.BillingModeParams{Type: mode}
			})
			path := "/p/subscriptions/" + sub
			b := n.enter(ada).get(path+"/cancel").see("Cancel Starter?", "until May 1, 2025")
			b.press(path + "/cancel").on(path + "/reason").see("Why did you cancel?")
			if s := n.sub(sub); s.CancelAtPeriodEnd != (mode == billing.BillingClassic) ||
				s.CancelAt == nil {
				t.Fatalf("%v %v", s.CancelAtPeriodEnd, s.CancelAt)
			}
			b.post(path+"/cancel", nil).on(path + "/reason") // sent twice
			b.post(path+"/reason", url.Values{"feedback": {"nonsense"}}).want(422)
			b.post(path+"/reason", url.Values{"feedback": {"too_expensive"},
				"comment": {"Sorry <b>"}}).on(path + "/canceled").see("Thank you")
			details := n.sub(sub).CancellationDetails
			if *details.Feedback != "too_expensive" || *details.Comment != "Sorry <b>" {
				t.Errorf("%+v", details)
			}
			b.get("/p/home").see("Keep subscription").seeNot("Change plan")
			b.press(path+"/undo").on("/p/home").see("You keep Starter", "$29.00", "May 1, 2025")
			b.post(path+"/undo", nil).on("/p/home").want(200)
			if s := n.sub(sub); s.CancelAt != nil || s.CancelAtPeriodEnd {
				t.Errorf("still ending: %+v", s.CancelAt)
			}
		})
	}
}

// TestOnlyThePeriodsEndIsTakenBack: a date that the company planned is not the customer's to take
// back, although it cuts the period short and so looks like its end; the period's end is, whoever
// planned it and in whichever form.
func TestOnlyThePeriodsEndIsTakenBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		at    billing.Moment
		again bool // planned twice
		undo  bool
	}{
		"a date":               {billing.Moment{Unix: upgrade + 86400}, false, false},
		"a date, twice":        {billing.Moment{Unix: upgrade + 86400}, true, false},
		"a date in May":        {billing.Moment{Unix: upgrade + 24*86400}, false, false},
		"the period's end":     {billing.Moment{Word: "max_period_end"}, false, true},
		"the end as a time":    {billing.Moment{Unix: first + 30*86400}, false, true},
		"the end, said again":  {billing.Moment{Unix: first + 30*86400}, true, true},
		"the first item's end": {billing.Moment{Word: "min_period_end"}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := open(t)
			ada := n.ada("pm_card_visa")
			sub := n.subscribe(ada)
			for range 1 + map[bool]int{true: 1}[c.again] {
				_, err := n.app.UpdateSubscription(t.Context(), n.caller(), sub,
					app.SubscriptionUpdateParams{CancelAt: billing.Some(c.at)})
				n.must(err)
			}
			b := n.enter(ada).get("/p/home")
			if c.undo {
				b.see("Keep subscription").press("/p/subscriptions/" + sub + "/undo").want(200)
			} else {
				b.seeNot("Keep subscription")
				b.post("/p/subscriptions/"+sub+"/undo", nil)
			}
			if s := n.sub(sub); (s.CancelAt == nil) != c.undo {
				t.Errorf("it ends at %v, undo %v", s.CancelAt, c.undo)
			}
		})
	}
}

func TestCancelRightAwayWithCredit(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	n.at(upgrade)
	b := n.enter(ada, n.configured(&app.PortalFeaturesParams{
		SubscriptionCancel: &app.PortalSubscriptionCancelParams{Enabled: new(true),
			Mode: new("immediately"), ProrationBehavior: new("create_prorations")}}))
	path := "/p/subscriptions/" + sub
	b.get(path+"/cancel").see("ends right away", "$12.94")
	b.press(path + "/cancel").on(path + "/canceled").see("It ended today")
	if s := n.sub(sub); s.Status != billing.SubscriptionCanceled {
		t.Errorf("it is %s", s.Status)
	}
	b.post(path+"/cancel", nil).on(path + "/canceled")
}

func TestFlowsRunOnceAndLeadBack(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	sub := n.subscribe(ada)
	b := n.enter(ada, func(p *app.PortalSessionCreateParams) {
		p.FlowData = &app.PortalFlowParams{Type: "subscription_cancel",
			SubscriptionCancel: &app.PortalFlowCancelParams{Subscription: sub},
			AfterCompletion: &app.PortalAfterCompletionParams{Type: "redirect",
				Redirect: &app.PortalRedirectParams{ReturnURL: "https://northwind.example/bye"}}}
	})
	path := "/p/subscriptions/" + sub
	b.on(path + "/cancel").see("Return to Northwind").press(path + "/cancel").on(path + "/reason")
	b.get("/p/home").on("/p/done").see("Return to Northwind")
	if !strings.Contains(b.body, "https://northwind.example/bye") {
		t.Error("the way back is missing")
	}
	n.at(upgrade)
	keep := app.SubscriptionUpdateParams{}
	keep.CancelAt.Set, keep.CancelAt.Null = true, true
	_, err := n.app.UpdateSubscription(t.Context(), n.caller(), sub, keep)
	n.must(err)
	item := n.sub(sub).Items.Data[0].ID
	b = n.enter(ada, func(p *app.PortalSessionCreateParams) {
		p.FlowData = &app.PortalFlowParams{Type: "subscription_update_confirm",
			SubscriptionUpdateConfirm: &app.PortalFlowConfirmParams{Subscription: sub,
				Items: []app.PortalFlowItemParams{{ID: item, Price: &n.business}}},
			AfterCompletion: &app.PortalAfterCompletionParams{Type: "hosted_confirmation",
				HostedConfirmation: &app.PortalHostedConfirmationParams{
					CustomMessage: new("Welcome to Business")}}}
	})
	b.on(path + "/review").see("$31.25").press(path + "/review").on("/p/done").
		see("Welcome to Business")
	b.get("/p/home").on("/p/done")
}

func TestCards(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	n.subscribe(ada)
	old := n.methods(ada)[0].ID
	b := n.enter(ada).get("/p/payment-methods").see("Visa ending 4242", "You have an active")
	b.post("/p/payment-methods/"+old+"/remove", nil).see("active subscription")
	b.start("/p/payment-methods/add").enterCard("5555555555554444").on("/p/payment-methods").
		see("Mastercard ending 4444 was added and is now your default")
	b.press("/p/payment-methods/" + old + "/default").see("Visa ending 4242 is now your default")
	b.post("/p/payment-methods/"+old+"/default", nil).want(200)
	b.get("/p/payment-methods/" + old + "/remove").see("Remove Visa ending 4242?").
		press("/p/payment-methods/" + old + "/remove").see("Visa ending 4242 was removed")
	b.post("/p/payment-methods/"+old+"/remove", nil).want(404)
	if all := n.methods(ada); len(all) != 1 || all[0].Card.Last4 != "4444" {
		t.Errorf("%d cards", len(all))
	}
}

func TestDetails(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("")
	b := n.enter(ada).get("/p/details").see("Germany")
	b.post("/p/details", url.Values{"name": {"Ada King"}, "email": {"nonsense"},
		"country": {"XX"}}).want(422).see("Choose a country from the list")
	if !strings.Contains(b.body, `value="Ada King"`) {
		t.Error("what was typed is gone")
	}
	b.post("/p/details", url.Values{"name": {"Ada King"}, "email": {"nonsense"}}).want(422).
		see("Enter an email like")
	b.post("/p/details", url.Values{"name": {"Ada King"}, "email": {"ada@king.example"},
		"phone": {""}, "line1": {"1 Dock"}, "city": {"Kiel"}, "country": {"DE"},
		"postal_code": {"24103"}, "balance": {"-99999"}}).on("/p/details").
		see("Your details are saved")
	n.view(func(v *store.View) error {
		cus, err := store.Customers.Get(v, ada)
		if *cus.Name != "Ada King" || *cus.Address.Country != "DE" || cus.Balance != 0 {
			t.Errorf("%+v", cus)
		}
		return err
	})
}

// owing is a customer whose subscription waits for its first payment.
func (n *town) owing() (ada, invoice string) {
	n.Helper()
	ada = n.ada("pm_card_chargeCustomerFail")
	n.subscribe(ada)
	return ada, n.invoices(ada)[0].ID
}

func TestPayAnOpenInvoice(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada, invoice := n.owing()
	b := n.enter(ada).see("Pay $29.00").get("/p/invoices/" + invoice + "/pay").see("Pay $29.00")
	card := n.methods(ada)[0].ID
	b.post("/p/invoices/"+invoice+"/pay", url.Values{"payment_method": {card}}).want(402).
		see("Nothing was charged")
	b.post("/p/invoices/"+invoice+"/pay", url.Values{"payment_method": {"new"}}).on("/p/bank/").
		enterCard("4000002760003184").on("/p/invoices/" + invoice + "/pay")
	second := n.methods(ada)[0].ID
	pay := url.Values{"payment_method": {second}}
	b.post("/p/invoices/"+invoice+"/pay", pay).on("/p/bank/").answer(false).
		on("/p/invoices/" + invoice + "/pay").see("Nothing was charged")
	b.post("/p/invoices/"+invoice+"/pay", pay).on("/p/bank/").answer(true).
		on("/p/invoices/"+invoice).see("Paid. Thank you.", "Paid on")
	b.post("/p/invoices/"+invoice+"/pay", pay).on("/p/invoices/" + invoice)
	if got := n.captured(ada); got != 2900 {
		t.Errorf("captured %d", got)
	}
	b.get("/p/invoices").see("$29.00", "Paid")
}

// An invoice that was marked uncollectible can be paid, by its customer and by a stranger, as on
// Stripe's pages; one that was paid or voided cannot.
func TestPayAnUncollectibleInvoice(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada, invoice := n.owing()
	_, err := n.app.MarkInvoiceUncollectible(n.Context(), n.caller(), invoice)
	n.must(err)
	path := "/i/" + n.invoices(ada)[0].Private.Token
	n.browser().get(path).see("Written off", "You can still pay it", "Pay $29.00")
	b := n.enter(ada).get("/p/invoices").see("Written off")
	if !strings.Contains(b.body, "/p/invoices/"+invoice+"/pay") {
		t.Error("the list offers no way to pay")
	}
	b.get("/p/invoices/"+invoice).see("You can still pay it", "Pay $29.00")
	declined := url.Values{"payment_method": {n.methods(ada)[0].ID}}
	b.post("/p/invoices/"+invoice+"/pay", declined).want(402).see("Nothing was charged")
	b.post("/p/invoices/"+invoice+"/pay", url.Values{"payment_method": {"new"}}).on("/p/bank/").
		enterCard("4000002760003184").on("/p/invoices/" + invoice + "/pay")
	pay := url.Values{"payment_method": {n.methods(ada)[0].ID}}
	b.post("/p/invoices/"+invoice+"/pay", pay).on("/p/bank/").answer(false).
		on("/p/invoices/" + invoice + "/pay").see("Nothing was charged")
	n.browser().post(path+"/pay", url.Values{"payment_method": {"new"}}).on(path + "/card")
	b.post("/p/invoices/"+invoice+"/pay", pay).on("/p/bank/").answer(true).
		on("/p/invoices/"+invoice).see("Paid. Thank you.", "Paid on").seeNot("still pay")
	b.post("/p/invoices/"+invoice+"/pay", pay).on("/p/invoices/" + invoice)
	n.browser().get(path).see("Paid").seeNot("Pay $29.00")
	if got := n.captured(ada); got != 2900 {
		t.Errorf("captured %d", got)
	}
}

func TestPaper(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	n.subscribe(ada)
	inv := n.invoices(ada)[0]
	b := n.enter(ada).get("/p/invoices/" + inv.ID + "/pdf").want(200)
	name := `attachment; filename="invoice-` + *inv.Number + `.pdf"`
	if got := b.header.Get("Content-Disposition"); got != name {
		t.Errorf("%s", got)
	}
	printed := read(t, b.body)
	for _, part := range []string{"Northwind", "Ada Lovelace", "$29.00", *inv.Number, "Starter"} {
		if !strings.Contains(printed, part) {
			t.Errorf("the paper does not say %q:\n%s", part, printed)
		}
	}
	b.get("/p/invoices/" + inv.ID + "/pdf?receipt=1").want(200)
	if printed := read(t, b.body); !strings.Contains(printed, "Receipt") {
		t.Errorf("no receipt:\n%s", printed)
	}
	hosted := strings.TrimPrefix(*inv.InvoicePDF, publicURL)
	if stranger := n.browser().get(hosted).want(200); stranger.body == "" {
		t.Error("nothing was sent")
	}
}

// What is printed excludes tax where the invoice says so, on the page and on paper, and a discount
// of a line stands with the line.
func TestPrintedWithoutTax(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	vat, err := n.app.CreateTaxRate(n.Context(), n.caller(), app.TaxRateCreateParams{
		TaxRateParams: app.TaxRateParams{DisplayName: new("VAT")}, Percentage: "19",
		Inclusive: true})
	n.must(err)
	coupon, err := n.app.CreateCoupon(n.Context(), n.caller(), app.CouponCreateParams{
		Name: new("Friends"), PercentOff: new("10")})
	n.must(err)
	inv, err := n.app.CreateInvoice(n.Context(), n.caller(), app.InvoiceCreateParams{Customer: ada,
		Currency: new("usd"), Rendering: &app.InvoiceRenderingParams{
			AmountTaxDisplay: billing.Some(billing.TaxDisplayExclude)}})
	n.must(err)
	_, err = n.app.CreateInvoiceItem(n.Context(), n.caller(), app.InvoiceItemCreateParams{
		Customer: ada, Invoice: &inv.ID, Amount: new(int64(11900)), Description: new("Workshop"),
		TaxRates: []string{vat.ID}, Discounts: billing.Some([]app.DiscountParams{
			{Coupon: &coupon.ID}})})
	n.must(err)
	inv, err = n.app.FinalizeInvoice(n.Context(), n.caller(), inv.ID, app.InvoiceFinalizeParams{})
	n.must(err)
	if inv.Total != 10710 {
		t.Fatalf("a total of %d", inv.Total)
	}
	want := []string{"$100.00", "$10.00", "$90.00", "$17.10", "$107.10"}
	n.browser().get("/i/" + inv.Private.Token).see(want...).seeNot("$119.00")
	b := n.enter(ada).get("/p/invoices/" + inv.ID).see(want...).seeNot("$119.00")
	printed := read(t, b.get("/p/invoices/"+inv.ID+"/pdf").want(200).body)
	for _, part := range want {
		if !strings.Contains(printed, part) {
			t.Errorf("the paper does not say %q:\n%s", part, printed)
		}
	}
}

// read is the text of a PDF.
func read(t *testing.T, file string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-layout", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestAStrangerPaysAnInvoice(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada, id := n.owing()
	inv := n.invoices(ada)[0]
	path := "/i/" + inv.Private.Token
	saved := n.methods(ada)[0].ID
	b := n.browser().get(path).want(200).see("Pay $29.00", "Northwind").seeNot("0341")
	b.post(path+"/pay", url.Values{"payment_method": {saved}}).want(404)
	b.post(path+"/pay", url.Values{"payment_method": {"new"}}).on(path + "/card")
	other := n.browser() // whoever did not enter the card cannot use it
	b.enterCard("4000000000000341").on(path).see("Nothing was charged", "Visa ending 0341")
	_, rest, _ := strings.Cut(b.body, `name="payment_method" value="`)
	card, _, _ := strings.Cut(rest, `"`)
	other.post(path+"/pay", url.Values{"payment_method": {card}}).want(404)
	b.post(path+"/pay", url.Values{"payment_method": {card}}).want(402)
	// Who has pressed "Pay" and entered a card is not asked to press it again.
	b.post(path+"/pay", url.Values{"payment_method": {"new"}}).on(path+"/card").
		enterCard("4242424242424242").on(path).see("Paid. Thank you.", "Visa ending 4242")
	if len(n.methods(ada)) != 1 {
		t.Error("a stranger's card is saved with the customer")
	}
	if got := n.captured(ada); got != 2900 {
		t.Errorf("captured %d", got)
	}
	b.post(path+"/pay", url.Values{"payment_method": {card}}).on(path).want(200)
	n.browser().get("/i/" + strings.Repeat("x", 24)).want(404).
		see("This invoice page does not exist")
	_ = id
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	n := open(t)
	ada := n.ada("pm_card_visa")
	n.subscribe(ada)
	b := n.enter(ada, func(p *app.PortalSessionCreateParams) { p.Locale = new("de") })
	for _, path := range []string{"/p/home", "/p/plan", "/p/payment-methods", "/p/details",
		"/p/invoices", "/p/nothing"} {
		if b.get(path); !strings.Contains(b.body, `lang="de"`) {
			t.Errorf("%s is not in German", path)
		}
	}
}

func TestATestClockIsNamed(t *testing.T) {
	t.Parallel()
	n := open(t)
	clk, err := n.app.CreateTestClock(t.Context(), n.caller(), app.TestClockCreateParams{
		FrozenTime: upgrade})
	n.must(err)
	p := app.CustomerCreateParams{TestClock: &clk.ID, PaymentMethod: new("pm_card_visa")}
	p.InvoiceSettings = &app.CustomerInvoiceSettingsParams{
		DefaultPaymentMethod: billing.Some("pm_card_visa")}
	cus, err := n.app.CreateCustomer(t.Context(), n.caller(), p)
	n.must(err)
	n.subscribe(cus.ID)
	n.enter(cus.ID).see("clock of this customer shows April 17, 2025", "May 17, 2025")
}
