package simulator

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/gateway"
)

func onCharges(f Fault) func(*Options) {
	return func(o *Options) {
		o.Faults = func(op gateway.Op, _ gateway.Attempt) Fault {
			if op == gateway.OpCharge {
				return f
			}
			return Fault{}
		}
		o.Wait = func(context.Context, time.Duration) error { return context.DeadlineExceeded }
	}
}

// TestFaults asks, for each fault, what the caller learned and what really happened.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		fault   Fault
		notSent bool          // what the caller may conclude
		fails   bool          // the call breaks
		found   gateway.Found // right after
		later   gateway.Found // after half an hour
		moved   int64
	}{
		{"none", Fault{}, false, false, gateway.Yes, gateway.Yes, 1000},
		{"not sent", Fault{Kind: NotSent}, true, true, gateway.No, gateway.No, 0},
		{"lost request", Fault{Kind: LostRequest}, false, true, gateway.No, gateway.No, 0},
		{"outage", Fault{Kind: Outage}, false, true, gateway.No, gateway.No, 0},
		{"lost answer", Fault{Kind: LostAnswer}, false, true, gateway.Yes, gateway.Yes, 1000},
		{"5xx", Fault{Kind: ErrorAfterExecution}, false, true, gateway.Yes, gateway.Yes, 1000},
		{"slow", Fault{Kind: Slow, Delay: time.Minute}, false, true, gateway.Yes, gateway.Yes,
			1000},
		{"late", Fault{Kind: LateExecution, Delay: 20 * time.Minute}, false, true, gateway.No,
			gateway.Yes, 1000},
		{"partial", Fault{Kind: PartialAmount, AmountMinor: 400}, false, false, gateway.Yes,
			gateway.Yes, 400},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, onSQLite(t), onCharges(test.fault))
			request := chargeOf("att_1", b.card(t, "pm_card_visa"), 1000)
			r, err := b.Charge(t.Context(), request)
			if (err != nil) != test.fails || errors.Is(err, gateway.ErrNotSent) != test.notSent {
				t.Fatalf("error is %v", err)
			}
			if err != nil && r.Outcome != gateway.Unknown && r.Outcome != gateway.NotSent {
				t.Fatalf("a broken call answered %s", r.Outcome)
			}
			q := gateway.Inquiry{Attempt: request.Attempt, Op: gateway.OpCharge}
			if found, _, err := b.Inquire(t.Context(), q); found != test.found || err != nil {
				t.Fatalf("found %d, want %d (%v)", found, test.found, err)
			}
			b.clock.advance(30 * time.Minute)
			if _, err := b.Pump(t.Context()); err != nil {
				t.Fatal(err)
			}
			found, r, err := b.Inquire(t.Context(), q)
			if found != test.later || r.Moved.Minor != test.moved || err != nil {
				t.Fatalf("later: found %d, moved %d, %v", found, r.Moved.Minor, err)
			}
			b.clean(t)
		})
	}
}

func TestReplayOvertakesLateExecution(t *testing.T) {
	t.Parallel()
	strikes := 1
	b := setup(t, func(o *Options) {
		o.Faults = func(op gateway.Op, _ gateway.Attempt) Fault {
			if op == gateway.OpCharge && strikes > 0 {
				strikes--
				return Fault{Kind: LateExecution, Delay: 10 * time.Minute}
			}
			return Fault{}
		}
	})
	request := chargeOf("att_1", b.card(t, "pm_card_visa"), 1000)
	if _, err := b.Charge(t.Context(), request); err == nil {
		t.Fatal("the first try must break")
	}
	r, err := b.Charge(t.Context(), request)
	if err != nil || r.Outcome != gateway.Succeeded {
		t.Fatalf("replay: %+v, %v", r, err)
	}
	b.clock.advance(time.Hour)
	if _, err := b.Pump(t.Context()); err != nil {
		t.Fatal(err)
	}
	entries, _, err := b.Entries(t.Context(), time.Unix(0, 0), b.clock.Now(), "")
	if err != nil || len(entries) != 1 {
		t.Fatalf("entries are %+v, %v", entries, err)
	}
	b.clean(t)
}

// TestBooksSurvive kills the caller right after the money moved and opens the books again.
func TestBooksSurvive(t *testing.T) {
	t.Parallel()
	for name, engine := range map[string]func(*testing.T) func(*Options){
		"sqlite": onSQLite, "postgres": onPostgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, engine(t), func(o *Options) {
				o.After = func(op gateway.Op, _ gateway.Attempt) { panic("killed after " + op) }
				o.DeliveryFaults = func(gateway.Notification) DeliveryFault {
					return DeliveryFault{Delay: time.Hour}
				}
			})
			request := chargeOf("att_1", b.card(t, "pm_card_visa"), 1000)
			func() {
				defer func() {
					if recover() == nil {
						t.Error("the caller lived")
					}
				}()
				b.Charge(t.Context(), request)
			}()
			b.Close()

			b.clock.advance(2 * time.Hour)
			b.options.After = nil
			again, err := Open(t.Context(), b.options)
			if err != nil {
				t.Fatal(err)
			}
			defer again.Close()
			r, err := again.Charge(t.Context(), request)
			if err != nil || r.Outcome != gateway.Succeeded {
				t.Fatalf("replay: %+v, %v", r, err)
			}
			var came []gateway.Notification
			again.DeliverTo(func(_ context.Context, n gateway.Notification) error {
				came = append(came, n)
				return nil
			})
			if _, err := again.Pump(t.Context()); err != nil {
				t.Fatal(err)
			}
			if len(came) != 1 || came[0].Attempt != "att_1" || came[0].Result.Ref != r.Ref {
				t.Fatalf("notifications are %+v", came)
			}
			entries, _, err := again.Entries(t.Context(), time.Unix(0, 0), b.clock.Now(), "")
			if err != nil || len(entries) != 1 {
				t.Fatalf("entries are %+v, %v", entries, err)
			}
		})
	}
}

func TestDeliveryFaults(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name        string
		fault       DeliveryFault
		now, anHour int
	}{
		{"none", DeliveryFault{}, 1, 1},
		{"drop", DeliveryFault{Drop: true}, 0, 0},
		{"duplicate", DeliveryFault{Duplicate: true}, 2, 2},
		{"delay", DeliveryFault{Delay: time.Hour}, 0, 1},
		{"duplicate overtakes", DeliveryFault{Duplicate: true, Delay: time.Hour}, 1, 2},
	} {
		b := setup(t, func(o *Options) {
			o.DeliveryFaults = func(gateway.Notification) DeliveryFault { return test.fault }
		})
		came := 0
		b.DeliverTo(func(context.Context, gateway.Notification) error { came++; return nil })
		b.Charge(t.Context(), chargeOf("att_1", b.card(t, "pm_card_visa"), 1000))
		b.Pump(t.Context())
		now := came
		b.clock.advance(time.Hour)
		b.Pump(t.Context())
		if now != test.now || came != test.anHour {
			t.Errorf("%s: %d now, %d after an hour", test.name, now, came)
		}
	}
}

func TestRefusedNotificationComesAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.Charge(t.Context(), chargeOf("att_1", b.card(t, "pm_card_visa"), 1000))
	if n, err := b.Pump(t.Context()); n != 0 || err != nil { // nobody listens yet
		t.Fatalf("pumped %d, %v", n, err)
	}
	tries := 0
	b.DeliverTo(func(context.Context, gateway.Notification) error {
		if tries++; tries == 3 {
			return nil
		}
		return errors.New("not now")
	})
	for range 8 {
		b.Pump(t.Context())
		b.clock.advance(10 * time.Minute)
	}
	if tries != 3 {
		t.Errorf("tried %d times, want 3", tries)
	}
	if _, ok, err := b.NextDue(t.Context()); ok || err != nil {
		t.Errorf("something is still due: %v, %v", ok, err)
	}
}

// TestSignatureGrowsOld checks the edge: the last good second, and the one after.
func TestSignatureGrowsOld(t *testing.T) {
	t.Parallel()
	b := setup(t)
	body, header := b.SignNotification(gateway.Notification{EventID: "evt_1"})
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header.Set(SignatureHeader, header)
	b.clock.advance(signatureTolerance)
	if n, err := b.Notification(r, body); err != nil || !n.Trusted {
		t.Errorf("at the edge: %+v, %v", n, err)
	}
	b.clock.advance(time.Second)
	if _, err := b.Notification(r, body); !errors.Is(err, gateway.ErrForged) {
		t.Errorf("after it: %v", err)
	}
	open := setup(t, func(o *Options) { o.Secret = "" })
	if _, err := open.Notification(r, body); !errors.Is(err, gateway.ErrForged) {
		t.Errorf("without a secret: %v", err)
	}
}

func TestAuditNamesBrokenPromises(t *testing.T) {
	t.Parallel()
	b := setup(t)
	request := chargeOf("att_1", b.card(t, "pm_card_visa"), 1000)
	b.Charge(t.Context(), request)
	b.clean(t)

	other := request
	other.Amount.Minor = 2000
	b.Charge(t.Context(), other)
	other = request
	other.Key = "another"
	b.Charge(t.Context(), other)
	b.clock.advance(keyLife)
	b.Charge(t.Context(), request)

	findings, err := b.Audit(t.Context())
	var rules []string
	for _, f := range findings {
		rules = append(rules, f.Rule)
	}
	want := []string{"key-reused", "attempt-reused", "replayed-after-key-life"}
	if err != nil || !slices.Equal(rules, want) {
		t.Errorf("findings are %v, %v", findings, err)
	}
}

func TestAuditSeesTamperedBooks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r, err := b.Charge(t.Context(), chargeOf("att_1", b.card(t, "pm_card_visa"), 1000))
	if err != nil {
		t.Fatal(err)
	}
	b.do(t.Context(), func(books books) error {
		return books.addEntry(gateway.Entry{Ref: r.Ref, Attempt: "att_1", Kind: "charge",
			Moved: r.Moved, At: b.clock.Now().Add(time.Second)})
	})
	findings, err := b.Audit(t.Context())
	if err != nil || len(findings) != 2 || findings[0].Rule != "captured-once" ||
		findings[1].Rule != "entry-matches" {
		t.Errorf("findings are %v, %v", findings, err)
	}
}

// TestSameSeedSameWorld runs an unreliable day twice and compares the books.
func TestSameSeedSameWorld(t *testing.T) {
	t.Parallel()
	run := func() string {
		b := setup(t, func(o *Options) { o.Faults, o.DeliveryFaults = Unreliable().Plan(42) })
		ref, faults := b.card(t, "pm_card_visa"), 0
		for i := range 300 {
			r := chargeOf(fmt.Sprint("att_", i), ref, 100)
			if _, err := b.Charge(t.Context(), r); err != nil {
				faults++
			}
			b.clock.advance(time.Minute)
			b.Pump(t.Context())
		}
		b.clean(t)
		entries, _, _ := b.Entries(t.Context(), time.Unix(0, 0), b.clock.Now(), "")
		return fmt.Sprint(faults, entries)
	}
	first := run()
	if second := run(); first != second {
		t.Errorf("two runs of one seed differ:\n%s\n%s", first, second)
	}
	if first[:2] == "0 " {
		t.Error("an unreliable day had no fault")
	}
}

func TestDisputes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		card, evidence, status string
		moved                  int64
	}{
		{"pm_card_createDispute", "", "needs_response", 0},
		{"pm_card_createDispute", "winning_evidence", "won", 1000},
		{"pm_card_createDispute", "losing_evidence", "lost", 0},
		{"pm_card_createDispute", "hm", "under_review", 0},
		{"pm_card_createDisputeInquiry", "", "warning_needs_response", 1000},
		{"pm_card_createDisputeInquiry", "losing_evidence", "warning_closed", 1000},
		{"pm_card_createDisputeInquiry", "escalate_inquiry_evidence", "needs_response", 0},
	} {
		b := setup(t)
		var last *gateway.Dispute
		b.DeliverTo(func(_ context.Context, n gateway.Notification) error {
			if n.Dispute != nil {
				last = n.Dispute
			}
			return nil
		})
		b.Charge(t.Context(), chargeOf("att_1", b.card(t, test.card), 1000))
		b.Pump(t.Context())
		if test.evidence != "" {
			err := b.SubmitEvidence(t.Context(), last.Ref,
				map[string]string{"uncategorized_text": test.evidence})
			if err != nil {
				t.Fatal(err)
			}
			b.Pump(t.Context())
		}
		b.clock.advance(time.Second)
		entries, _, _ := b.Entries(t.Context(), time.Unix(0, 0), b.clock.Now(), "")
		var moved int64
		for _, e := range entries {
			moved += e.Moved.Minor
		}
		if last.Status != test.status || moved != test.moved {
			t.Errorf("%s %q: %s, moved %d", test.card, test.evidence, last.Status, moved)
		}
		b.clean(t)
	}
}

func BenchmarkCharge(b *testing.B) {
	clock := &testClock{now: time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)}
	for name, o := range map[string]Options{
		"volatile": {Volatile: true},
		"sqlite":   {Path: filepath.Join(b.TempDir(), "simulator.db")},
	} {
		b.Run(name, func(b *testing.B) {
			o.Clock, o.Silent, o.Rand = clock.Now, true, rand.NewChaCha8([32]byte{1})
			s, err := Open(b.Context(), o)
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			i, _, err := s.InstrumentFor(b.Context(), "pm_card_visa")
			if err != nil {
				b.Fatal(err)
			}
			run := i.Ref // the file outlives one round of the benchmark, so its attempts do too
			for n := range b.N {
				r := chargeOf(fmt.Sprint(run, n), i.Ref, 100)
				if _, err := s.Charge(b.Context(), r); err != nil {
					b.Fatal(err)
				}
			}
			clock.advance(time.Millisecond)
		})
	}
}
