package view

import (
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
)

func date(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 10, 0, 0, 0, time.UTC)
}

func eur(minor int64) Money { return Money{minor, "eur"} }

// business is a running subscription of €29.00 a month, changed by change.
func business(change func(*Subscription)) Subscription {
	price := Price{Money: eur(2900), Interval: "month", Count: 1}
	s := Subscription{ID: "sub_1", State: StateActive, Price: price,
		Items:  []Item{{Name: "Business", Quantity: 1, Each: price}},
		Next:   &Charge{Money: eur(2900), At: date(12, 14)},
		Method: &Method{Kind: "card", Brand: "visa", Last4: "4242", ExpMonth: 12, ExpYear: 2026}}
	if change != nil {
		change(&s)
	}
	return s
}

func owing(state State, change func(*OpenInvoice)) func(*Subscription) {
	return func(s *Subscription) {
		s.State = state
		s.Open = &OpenInvoice{ID: "in_1", Number: "NW-42", Due: eur(4200)}
		if change != nil {
			change(s.Open)
		}
	}
}

func TestWhatOneOfSeveralCosts(t *testing.T) {
	t.Parallel()
	seat := Price{Money: eur(1000), Interval: "month", Count: 3, Unit: "seat"}
	plain := Price{Money: eur(1000), Interval: "month"}
	for _, c := range []struct {
		price Price
		lang  i18n.Locale
		want  string
	}{
		{seat, "en", "€10.00 per seat every 3 months"},
		{plain, "en", "€10.00 per unit per month"},
		{plain, "es", "10,00\u00a0€ por unidad al mes"},
		{plain, "it", "10,00\u00a0€ per unità al mese"},
	} {
		if got := c.price.eachText(i18n.For(c.lang)); got != c.want {
			t.Errorf("%s: %q, want %q", c.lang, got, c.want)
		}
	}
}

func TestSentenceOfEachState(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Subscription)
		want   string
		badge  string
		tone   kit.Tone // of trouble; empty: none
	}{
		"active": {nil,
			"You pay €29.00 per month. The next payment of €29.00 is on December 14, 2026.",
			"Active", ""},
		"active, tax on top": {func(s *Subscription) {
			s.Next = &Charge{Money: eur(3509), At: date(12, 14), Tax: true}
		}, "You pay €29.00 per month plus tax. The next payment of €35.09 is on December 14, 2026.",
			"Active", ""},
		"active, credit pays": {func(s *Subscription) {
			s.Next = &Charge{Money: eur(0), At: date(12, 14), Credit: true}
		}, "You pay €29.00 per month. Your credit pays the invoice of December 14, 2026.",
			"Active", ""},
		"active, credit pays the tax too": {func(s *Subscription) {
			s.Next = &Charge{Money: eur(0), At: date(12, 14), Credit: true, Tax: true}
		}, "You pay €29.00 per month plus tax. Your credit pays the invoice of December 14, 2026.",
			"Active", ""},
		"usage": {func(s *Subscription) { s.Price = Price{Usage: true} },
			"You pay for what you use. The next invoice is on December 14, 2026.", "Active", ""},
		"free": {func(s *Subscription) { s.Next = nil },
			"Business is free. Nothing is charged.", "Active", ""},
		"trial": {func(s *Subscription) { s.State, s.TrialEnd = StateTrialing, date(12, 5) },
			"Your trial ends on December 5, 2026. Then you pay €29.00 per month with Visa ending 4242.",
			"Trial", ""},
		"trial without card": {func(s *Subscription) {
			s.State, s.TrialEnd, s.Method = StateTrialing, date(12, 5), nil
		}, "Your trial ends on December 5, 2026. Add a card before then to keep Business.",
			"Trial", kit.ToneWarning},
		"past due, will be retried": {owing(StatePastDue, func(o *OpenInvoice) {
			o.NextAttempt = date(11, 24)
		}), "The payment of €42.00 did not go through. We try again on November 24, 2026, " +
			"or you can pay now.", "Payment due", kit.ToneWarning},
		"past due, given up": {owing(StatePastDue, nil),
			"The payment of €42.00 did not go through. Pay now to keep Business.",
			"Payment due", kit.ToneWarning},
		"past due, bank asks": {owing(StatePastDue, func(o *OpenInvoice) { o.BankURL = "/p/bank/1" }),
			"Your bank asks you to confirm a payment of €42.00.", "Payment due", kit.ToneWarning},
		"unpaid": {owing(StateUnpaid, nil), "€42.00 is unpaid. Pay it to use Business again.",
			"Unpaid", kit.ToneCritical},
		"incomplete": {owing(StateIncomplete, nil),
			"Business has not started. The first payment of €42.00 is still open.",
			"Not started", kit.ToneWarning},
		"incomplete, bank asks": {owing(StateIncomplete, func(o *OpenInvoice) { o.BankURL = "/x" }),
			"Your bank asks you to confirm the first payment of €42.00. Business starts after that.",
			"Not started", kit.ToneWarning},
		"processing": {owing(StateProcessing, nil),
			"Your bank is confirming the payment of €42.00. There is nothing to do.",
			"Confirming payment", kit.ToneAccent},
		"paused without card": {func(s *Subscription) { s.State, s.Method = StatePaused, nil },
			"Business is paused because no card is saved. Add a card to resume it.",
			"Paused", kit.ToneWarning},
		"paused until": {func(s *Subscription) { s.State, s.ResumesAt = StatePaused, date(12, 24) },
			"Business is paused until December 24, 2026. Nothing is charged before then.",
			"Paused", ""},
		"collection paused": {func(s *Subscription) {
			s.State, s.ResumesAt = StateCollectionPaused, date(12, 24)
		}, "Payments are paused until December 24, 2026. You keep Business and nothing is charged " +
			"before then.", "Payments paused", ""},
		"canceling": {func(s *Subscription) { s.CancelAt = date(12, 14) },
			"You keep Business until December 14, 2026. Nothing more is charged.",
			"Ends Dec 14, 2026", ""},
		"canceling a trial without card": {func(s *Subscription) {
			s.State, s.Method, s.CancelAt = StateTrialing, nil, date(12, 5)
		}, "You keep Business until December 5, 2026. Nothing more is charged.",
			"Ends Dec 5, 2026", ""},
		"canceling, still owing": {func(s *Subscription) {
			owing(StatePastDue, nil)(s)
			s.CancelAt = date(12, 14)
		}, "The payment of €42.00 did not go through. Pay now to keep Business.",
			"Ends Dec 14, 2026", kit.ToneWarning},
		"by invoice, canceling, still owing": {func(s *Subscription) {
			owing(StateActive, nil)(s)
			s.ByInvoice, s.CancelAt = true, date(12, 14)
		}, "You keep Business until December 14, 2026. No new invoices come.",
			"Ends Dec 14, 2026", ""},
		"by invoice": {func(s *Subscription) { s.ByInvoice = true },
			"You pay €29.00 per month by invoice. The next invoice comes on December 14, 2026.",
			"Active", ""},
		"by invoice, due": {func(s *Subscription) {
			owing(StateActive, func(o *OpenInvoice) { o.DueAt = date(11, 30) })(s)
			s.ByInvoice = true
		}, "Invoice NW-42 for €42.00 is due on November 30, 2026.", "Active", ""},
		"by invoice, overdue": {func(s *Subscription) {
			owing(StatePastDue, func(o *OpenInvoice) { o.DueAt, o.Overdue = date(11, 14), true })(s)
			s.ByInvoice = true
		}, "Invoice NW-42 for €42.00 was due on November 14, 2026.",
			"Payment due", kit.ToneCritical},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z, s := i18n.For("en"), business(c.change)
			if got := breakable(s.sentence(z)); got != c.want {
				t.Errorf("sentence\n got %s\nwant %s", got, c.want)
			}
			if got := breakable(s.badge(z).text); got != c.badge {
				t.Errorf("badge %q, want %q", got, c.badge)
			}
			if got, _ := s.trouble(); got != c.tone {
				t.Errorf("trouble %q, want %q", got, c.tone)
			}
		})
	}
}

func TestOpenInvoiceInShort(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		byInvoice bool
		due       time.Time
		overdue   bool
		want      string
	}{
		{false, time.Time{}, false, "Payment due"},
		{false, date(11, 30), false, "Payment due"},
		{true, time.Time{}, false, "Payment due"},
		{true, date(11, 30), false, "Due November 30, 2026"},
		{true, date(11, 14), true, "Overdue"},
	} {
		s := business(owing(StatePastDue, func(o *OpenInvoice) {
			o.DueAt, o.Overdue = c.due, c.overdue
		}))
		s.ByInvoice = c.byInvoice
		if got := breakable(s.openText(i18n.For("en"))); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestCancelingSettlesNothing(t *testing.T) {
	t.Parallel()
	z := i18n.For("en")
	s := business(owing(StatePastDue, func(o *OpenInvoice) { o.NextAttempt = date(11, 24) }))
	said := Cancel{Frame: Frame{Z: z}, Subscription: s, EndsAt: date(12, 14)}.consequences()
	got := breakable(strings.Join(said[:2], " "))
	if got != "You keep Business until December 14, 2026. No new invoices come. "+
		"The open invoice of €42.00 is still due. We try again on November 24, 2026." {
		t.Errorf("before: %s", got)
	}
	if got := breakable(s.canceledText(z, date(12, 14))); got != "You keep it until "+
		"December 14, 2026. No new invoices come; the open one of €42.00 is still due." {
		t.Errorf("after: %s", got)
	}
	if got := s.canceledText(z, time.Time{}); got != "It ended today. No new invoices come; "+
		"the open one of €42.00 is still due." {
		t.Errorf("at once: %s", got)
	}
	if got := business(nil).canceledText(z, time.Time{}); got != "It ended today. Nothing more "+
		"is charged." {
		t.Errorf("owing nothing: %s", got)
	}
}

// breakable is a text whose lines may break at each space.
func breakable(text string) string { return strings.ReplaceAll(text, "\u00a0", " ") }

func TestNoLineBreaksInsideADateOrAfterANumber(t *testing.T) {
	t.Parallel()
	s := business(func(s *Subscription) {
		s.Items = []Item{{Name: "Crew seats", Quantity: 1250}}
		s.CancelAt = date(12, 14)
	})
	for locale, want := range map[i18n.Locale]string{
		"en": "1,250\u00a0×\u00a0Crew seats until December\u00a014,\u00a02026.",
		"es": "1250\u00a0×\u00a0Crew seats hasta el 14\u00a0de\u00a0diciembre\u00a0de\u00a02026.",
		"it": "1250\u00a0×\u00a0Crew seats fino al 14\u00a0dicembre\u00a02026.",
	} {
		if got := s.sentence(i18n.For(locale)); !strings.Contains(got, want) {
			t.Errorf("%s: %q lacks %q", locale, got, want)
		}
	}
}

func TestCardWarningWhenTheCardEndsBeforeThePayment(t *testing.T) {
	t.Parallel()
	z := i18n.For("en")
	for _, c := range []struct {
		now, next time.Time
		want      string
	}{
		{date(11, 21), date(12, 14), ""},
		{date(11, 21), time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC), ""},
		{date(11, 21), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), "Visa ending 4242 expires on " +
			"December 31, 2026, before your next payment. Add a new card."},
		{time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 14, 0, 0, 0, 0, time.UTC),
			"Visa ending 4242 has expired. Add a new card before January 14, 2027."},
	} {
		s := business(func(s *Subscription) { s.Next.At = c.next })
		if got := s.cardWarning(z, c.now); breakable(got) != c.want {
			t.Errorf("now %v, next %v\n got %q\nwant %q", c.now, c.next, got, c.want)
		}
	}
}

func TestDaysUntilCountsCalendarDays(t *testing.T) {
	t.Parallel()
	madrid := time.FixedZone("CET", 3600)
	now := time.Date(2026, 11, 21, 23, 30, 0, 0, madrid)
	for _, c := range []struct {
		at   time.Time
		want int
	}{
		{time.Date(2026, 11, 21, 0, 0, 0, 0, madrid), 0},
		{time.Date(2026, 11, 21, 23, 59, 59, 0, madrid), 0},
		{time.Date(2026, 11, 22, 0, 0, 0, 0, madrid), 1},
		{time.Date(2026, 11, 21, 23, 0, 0, 0, time.UTC), 1}, // midnight in Madrid
		{time.Date(2026, 12, 14, 1, 0, 0, 0, madrid), 23},
		{time.Date(2026, 11, 20, 12, 0, 0, 0, madrid), -1},
	} {
		if got := daysUntil(now, c.at); got != c.want {
			t.Errorf("%v: %d, want %d", c.at, got, c.want)
		}
	}
}

func TestPriceParts(t *testing.T) {
	t.Parallel()
	z := i18n.For("en")
	for _, c := range []struct {
		price              Price
		before, sum, after string
	}{
		{Price{Money: eur(2900), Interval: "month"}, "", "€29.00", "per month"},
		{Price{Money: eur(2900), Interval: "month", Count: 3}, "", "€29.00", "every 3 months"},
		{Price{Money: eur(2900)}, "", "€29.00", "once"},
		{Price{Usage: true}, "", "By usage", ""},
	} {
		before, sum, after := c.price.parts(z)
		if before != c.before || sum != c.sum || after != c.after {
			t.Errorf("%+v: %q %q %q", c.price, before, sum, after)
		}
	}
	if got := eur(-1457).text(z); breakable(got) != "−€14.57" {
		t.Errorf("a credit is written %q", got)
	}
}

func TestReviewButtonNamesDeedAndSum(t *testing.T) {
	t.Parallel()
	up := Review{Frame: Frame{Z: i18n.For("en")}, From: "Starter", To: "Business"}
	more, yearly := up, up
	more.To, more.Count = "Starter", "1 × Starter"
	yearly.To, yearly.ToPrice = "Starter", Price{Money: eur(29000), Interval: "year"}
	for _, c := range []struct {
		of     Review
		change func(*Review)
		want   string
	}{
		{up, func(r *Review) { r.Due = eur(4200) }, "Pay €42.00 and switch"},
		{up, func(*Review) {}, "Switch to Business"},
		{up, func(r *Review) { r.Due, r.NextInvoice = eur(766), date(12, 14) },
			"Switch to Business"},
		{more, func(r *Review) { r.Due = eur(4200) }, "Pay €42.00 and change"},
		{more, func(*Review) {}, "Change to 1 × Starter"},
		{yearly, func(*Review) {}, "Switch to €290.00 per year"},
	} {
		c.change(&c.of)
		if got := c.of.button(); breakable(got) != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestHowAPartOfAPeriodIsExplained(t *testing.T) {
	t.Parallel()
	unused := Line{Kind: LineUnused, Plan: "Starter", Quantity: 1, Days: 14, TotalDays: 31,
		Start: date(10, 10), End: date(11, 10), From: date(10, 27), Whole: eur(9900),
		Amount: eur(-4471)}
	const second = " The sum is computed to the second, from October 27, 2026 at 10:00\u202fAM."
	for _, c := range []struct {
		kind LineKind
		net  NetKind
		want string
	}{
		{LineUnused, NetShare, "You paid €99.00 for Oct 10, 2026 to Nov 10, 2026. 14 of 31 days " +
			"are left, so you get €44.71 back as credit."},
		{LineUnused, NetDiscount, "Starter costs €99.00 for Oct 10, 2026 to Nov 10, 2026. 14 of " +
			"31 days are left and come back as credit. The discount (Friends) is taken off in " +
			"this sum."},
		{LineUnused, NetBilled, "Starter costs €99.00 for Oct 10, 2026 to Nov 10, 2026. 14 of " +
			"31 days are left and come back as credit. The sum goes by what was billed, after " +
			"discounts."},
		{LineUnused, NetItemized, "Starter costs €99.00 for Oct 10, 2026 to Nov 10, 2026. 14 of " +
			"31 days are left and come back as credit."},
		{LineRemaining, NetShare, "Starter costs €99.00 for Oct 10, 2026 to Nov 10, 2026. You " +
			"pay for 14 of 31 days."},
		{LineRemaining, NetDiscount, "Starter costs €99.00 for Oct 10, 2026 to Nov 10, 2026. " +
			"You pay for 14 of 31 days. The discount (Friends) is taken off in this sum."},
	} {
		l := unused
		l.Kind, l.Net, l.Discount = c.kind, c.net, "Friends"
		if got := breakable(l.how(i18n.For("en"))); got != c.want+second {
			t.Errorf("%s %s\n got %s\nwant %s", c.kind, c.net, got, c.want+second)
		}
	}
}

func TestMailLinks(t *testing.T) {
	t.Parallel()
	mail := Mail{Text: "Open\nhttps://a.example/x\nor http://b.example now, httpless."}
	var links []string
	var whole string
	for _, part := range mail.parts() {
		whole += part.text
		if part.link {
			links = append(links, part.text)
		}
	}
	if whole != mail.Text {
		t.Errorf("the text became %q", whole)
	}
	if len(links) != 2 || links[0] != "https://a.example/x" || links[1] != "http://b.example" {
		t.Errorf("links %q", links)
	}
}
