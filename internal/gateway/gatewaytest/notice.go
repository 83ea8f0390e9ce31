package gatewaytest

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/portico-billing/portico/internal/gateway"
)

func notificationsNameTheAttempt(s *suite) {
	request := s.charge(Authenticates)
	s.Authenticate(s.mustCharge(request).Next, true)
	seen := map[string]bool{}
	var last gateway.Notification
	for _, n := range s.Settle() {
		if n.EventID == "" || seen[n.EventID] {
			s.Fatalf("event id %q is empty or came twice", n.EventID)
		}
		seen[n.EventID] = true
		if n.Kind == "charge" && n.Attempt == request.ID && n.Result.Version > last.Result.Version {
			last = n
		}
	}
	if last.Result.Outcome != gateway.Succeeded || last.Op != gateway.OpCharge {
		s.Fatalf("the newest notification is %+v", last)
	}
}

func notificationForged(s *suite) {
	n := gateway.Notification{EventID: "evt_1", Kind: "charge", Attempt: "att",
		Result: gateway.Result{Outcome: gateway.Succeeded}}
	body, header, value := s.Signed(n)
	arrive := func(body []byte, value string) (gateway.Notification, error) {
		r := &http.Request{Header: http.Header{}}
		r.Header.Set(header, value)
		return s.Gateway.Notification(r, body)
	}
	got, err := arrive(body, value)
	if err != nil || got.EventID != n.EventID || got.Result.Outcome != gateway.Succeeded {
		s.Fatalf("a genuine one: %+v, %v", got, err)
	}
	for name, try := range map[string]func() (gateway.Notification, error){
		"unsigned": func() (gateway.Notification, error) { return arrive(body, "") },
		"nonsense": func() (gateway.Notification, error) { return arrive(body, "t=x,v1=00") },
		"tampered": func() (gateway.Notification, error) {
			return arrive([]byte(strings.Replace(string(body), "att", "ATT", 1)), value)
		},
	} {
		if _, err := try(); !errors.Is(err, gateway.ErrForged) {
			s.Fatalf("%s: error is %v, want forged", name, err)
		}
	}
}

func ledgerListsEveryMovement(s *suite) {
	request := s.charge(Good)
	r := s.mustCharge(request)
	s.modify(s.Gateway.Refund, r.Ref, 400)
	s.mustCharge(s.charge(Declined))
	entries := s.ledger()
	if len(entries) != 2 || entries[0].Attempt != request.ID || entries[0].Moved != usd(1000) ||
		entries[1].Moved != usd(-400) {
		s.Fatalf("entries are %+v", entries)
	}
}

// wantMoved checks the sum of a kind of movement in the whole ledger.
func (s *suite) wantMoved(kind string, minor int64) {
	s.Helper()
	var sum int64
	for _, e := range s.ledger() {
		if e.Kind == kind {
			sum += e.Moved.Minor
		}
	}
	if sum != minor {
		s.Fatalf("%s moved %d, want %d", kind, sum, minor)
	}
}

func (s *suite) ledger() []gateway.Entry {
	s.Helper()
	ledger, ok := s.Gateway.(gateway.Ledger)
	if !ok {
		s.Fatal("the suite needs a gateway.Ledger")
	}
	var all []gateway.Entry
	end := time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
	for cursor := ""; ; {
		page, next, err := ledger.Entries(s.ctx, time.Unix(0, 0), end, cursor)
		if err != nil {
			s.Fatalf("entries: %v", err)
		}
		if all = append(all, page...); next == "" {
			return all
		}
		cursor = next
	}
}

func descriptionIsUsable(s *suite) {
	d := s.Gateway.Describe()
	if d.Name == "" || len(d.Types) == 0 || len(d.Modes) == 0 {
		s.Fatalf("description is %+v", d)
	}
	if d.Idempotent && d.KeyLife <= d.Horizon {
		s.Fatalf("a request may execute after its key died: %+v", d)
	}
}

func zeroIsUnknown(s *suite) {
	if (gateway.Result{}).Outcome != gateway.Unknown || gateway.Unknown.Final() {
		s.Fatal("the zero result must be unsure")
	}
	for o := gateway.Unknown; o <= gateway.Canceled; o++ {
		if back, err := gateway.ParseOutcome(o.String()); err != nil || back != o {
			s.Fatalf("%s reads as %s, %v", o, back, err)
		}
	}
}
