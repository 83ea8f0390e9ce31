package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

func TestSettings(t *testing.T) {
	each(t, func(b bed) {
		b.do(func(tx *store.Tx) error {
			s, err := store.LoadSettings(tx)
			if err != nil {
				return err
			}
			if *s.BusinessProfile.Name != "Acme" || s.Livemode || len(s.Dunning.RetryDays) != 3 {
				b.t.Errorf("defaults: %+v", s)
			}
			s.Timezone = "Europe/Rome"
			if err := store.SaveSettings(tx, s); err != nil {
				return err
			}
			again, err := store.LoadSettings(tx)
			if again.Timezone != "Europe/Rome" {
				b.t.Error("the transaction does not see what it saved")
			}
			return err
		})
		b.read(func(v *store.View) error {
			mine, err := store.LoadSettings(v)
			if err != nil || mine.Timezone != "Europe/Rome" {
				b.t.Errorf("mine: %v, %v", mine.Timezone, err)
			}
			live, err := store.LoadSettings(v.As(storetest.AcmeLive))
			if live.Timezone != "UTC" || !live.Livemode {
				b.t.Errorf("live: %+v", live)
			}
			return err
		})
	})
}

func TestAPIKeys(t *testing.T) {
	each(t, func(b bed) {
		key := store.APIKey{Scope: storetest.AcmeLive, Hash: "abc", Kind: "secret", Last4: "wxyz",
			Created: 5}
		b.write(func(tx *store.Tx) { store.InsertKey(tx.As(storetest.AcmeLive), key) })
		got, err := b.db.KeyByHash(b.t.Context(), "abc")
		if err != nil || !reflect.DeepEqual(got, key) {
			b.t.Errorf("got %+v, %v", got, err)
		}
		if _, err := b.db.KeyByHash(b.t.Context(), "xyz"); !errors.Is(err, store.ErrNotFound) {
			b.t.Errorf("an unknown key: %v", err)
		}
		err = b.try(func(tx *store.Tx) error { return store.ExpireKey(tx, "abc", 9) })
		if !errors.Is(err, store.ErrNotFound) {
			b.t.Errorf("another mode's key was expired: %v", err)
		}
		b.do(func(tx *store.Tx) error {
			return store.ExpireKey(tx.As(storetest.AcmeLive), "abc", 9)
		})
		b.readAs(storetest.AcmeLive, func(v *store.View) error {
			ks, err := store.Keys(v)
			if len(ks) != 1 || *ks[0].ExpiresAt != 9 {
				b.t.Errorf("keys: %+v", ks)
			}
			return err
		})
	})
}

func TestIdempotency(t *testing.T) {
	each(t, func(b bed) {
		claim := store.IdempotencyClaim{Key: "k", Method: "POST", Path: "/v1/customers",
			ParamsHash: "h", Created: storetest.Now, LockedUntilMs: nowMs + 1000}
		take := func(scope billing.Scope) (row *store.IdempotencyRow) {
			err := b.try(func(tx *store.Tx) error {
				store.ClaimIdempotency(tx.As(scope), claim)
				return nil
			})
			if !store.IdempotencyTaken(err) {
				return nil
			}
			b.readAs(scope, func(v *store.View) error {
				row, err = store.Idempotency(v, claim.Key)
				return err
			})
			return row
		}
		if row := take(storetest.Acme); row != nil {
			b.t.Fatalf("a new key is taken: %+v", row)
		}
		if row := take(storetest.Other); row != nil {
			b.t.Fatalf("the key of another account counts: %+v", row)
		}
		row := take(storetest.Acme)
		if row == nil || row.State != store.IdempotencyRunning || row.IdempotencyClaim != claim {
			b.t.Fatalf("while the first runs: %+v", row)
		}
		relocked := func(unlock billing.Scope) *store.IdempotencyRow {
			b.do(func(tx *store.Tx) error {
				store.RelockIdempotency(tx, "k", "pi_1", nowMs+5000)
				store.UnlockIdempotency(tx.As(unlock), "k")
				return nil
			})
			return take(storetest.Acme)
		}
		row = relocked(storetest.Other)
		if row.LockedUntilMs != nowMs+5000 || row.Subject != "pi_1" {
			b.t.Fatalf("locked for longer: %+v", row)
		}
		row = relocked(storetest.Acme)
		if row.LockedUntilMs != 0 || row.Subject != "pi_1" ||
			row.State != store.IdempotencyRunning {
			b.t.Fatalf("unlocked: %+v", row)
		}
		b.do(func(tx *store.Tx) error {
			store.CompleteIdempotency(tx, store.IdempotencyAnswer{Key: "k", Status: 200,
				Body: []byte(`{"a": 1}`), Subject: "cus_1"})
			return nil
		})
		row = take(storetest.Acme)
		if row.State != store.IdempotencyDone || row.Status != 200 || row.Subject != "cus_1" ||
			string(row.Body) != `{"a": 1}` {
			b.t.Fatalf("once it is done: %+v", row)
		}
		n, err := b.db.PruneIdempotency(b.t.Context(), storetest.Now+1)
		if n != 2 || err != nil {
			b.t.Fatalf("pruned %d of two accounts' keys, %v", n, err)
		}
	})
}

func TestOneOfManyClaimsAKey(t *testing.T) {
	each(t, func(b bed) {
		var won atomic.Int64
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				err := b.try(func(tx *store.Tx) error {
					store.ClaimIdempotency(tx, store.IdempotencyClaim{Key: "k"})
					return nil
				})
				if err == nil {
					won.Add(1)
				} else if !store.IdempotencyTaken(err) {
					b.t.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			b.t.Errorf("%d requests hold the key", won.Load())
		}
	})
}

func TestJobs(t *testing.T) {
	each(t, func(b bed) {
		enqueue := func(j store.Job) (added bool) {
			b.do(func(tx *store.Tx) (err error) {
				added, err = store.Enqueue(tx, j)
				return err
			})
			return added
		}
		claim := func(atMs int64) []store.Job {
			js, err := b.db.ClaimJobs(b.t.Context(),
				store.Claim{NowMs: atMs, LeaseMs: 1000, Limit: 10})
			if err != nil {
				b.t.Fatal(err)
			}
			return js
		}
		job := store.Job{Kind: "mail", Args: []byte(`{"to":"ada"}`), RunAtMs: nowMs, UniqueKey: "u"}
		if !enqueue(job) || enqueue(job) {
			b.t.Fatal("a unique job was added twice, or never")
		}
		if got := claim(nowMs - 1); len(got) != 0 {
			b.t.Fatalf("claimed early: %v", got)
		}
		first := claim(nowMs)
		if len(first) != 1 || string(first[0].Args) != `{"to":"ada"}` || first[0].Tries != 1 ||
			first[0].Scope != storetest.Acme || len(claim(nowMs+999)) != 0 {
			b.t.Fatalf("first claim: %+v", first)
		}
		second := claim(nowMs + 1000)
		finish := func(j store.Job, r store.JobResult) error {
			return b.db.FinishJob(b.t.Context(), j, r)
		}
		if err := finish(first[0], store.JobResult{}); !errors.Is(err, store.ErrLeaseLost) {
			b.t.Fatalf("the first worker finished what the second has: %v", err)
		}
		again := store.JobResult{Error: "x", RetryAtMs: nowMs + 5000}
		if err := finish(second[0], again); err != nil {
			b.t.Fatal(err)
		}
		third := claim(nowMs + 5000)
		if len(third) != 1 || third[0].Tries != 3 || third[0].LastError != "x" {
			b.t.Fatalf("third claim: %+v", third)
		}
		if err := finish(third[0], store.JobResult{Error: "y"}); err != nil {
			b.t.Fatal(err)
		}
		dead, err := b.db.DeadJobs(b.t.Context(), 5)
		if len(dead) != 1 || err != nil || len(claim(nowMs*2)) != 0 {
			b.t.Fatalf("dead: %v, %v", dead, err)
		}
		if !enqueue(job) {
			b.t.Fatal("a dead job keeps its key")
		}
		err = finish(claim(nowMs)[0], store.JobResult{})
		if err != nil || len(claim(nowMs*2)) != 0 {
			b.t.Fatalf("done, but not gone: %v", err)
		}
	})
}

func TestLedger(t *testing.T) {
	each(t, func(b bed) {
		entry := func(book string, amount int64) store.Entry {
			return store.Entry{Account: book, Currency: "usd", Amount: amount}
		}
		good := store.Posting{ID: "ltx_1", Kind: "invoice", Invoice: "in_1", At: storetest.Now,
			Entries: []store.Entry{entry("receivable:cus_1", 2000), entry("revenue", -1700),
				entry("tax", -300)}}
		bad := store.Posting{Kind: "x", Entries: []store.Entry{entry("a", 1), entry("b", -2)}}
		mixed := store.Posting{Kind: "x", Entries: []store.Entry{entry("a", 1),
			{Account: "b", Currency: "eur", Amount: -1}}}
		for _, p := range []store.Posting{bad, mixed, {Kind: "empty"}} {
			if err := b.try(func(tx *store.Tx) error { return store.Post(tx, p) }); err == nil {
				b.t.Errorf("posted %+v", p)
			}
		}
		b.do(func(tx *store.Tx) error {
			if err := store.Post(tx, good); err != nil {
				return err
			}
			return store.Post(tx, store.Posting{Kind: "charge", Entries: []store.Entry{
				entry("cash", 2000), entry("receivable:cus_1", -2000)}})
		})
		b.read(func(v *store.View) error {
			sums, err := store.LedgerSums(v, "re")
			want := []store.BookSum{{"receivable:cus_1", "usd", 0}, {"revenue", "usd", -1700}}
			if !slices.Equal(sums, want) {
				b.t.Errorf("sums: %v", sums)
			}
			if err != nil {
				return err
			}
			ps, err := store.Postings(v, "in_1")
			if len(ps) != 1 || !reflect.DeepEqual(ps[0], good) {
				b.t.Errorf("postings: %+v", ps)
			}
			return err
		})
		b.do(func(tx *store.Tx) error {
			return store.Exec(tx, "update ledger_entries set amount = 1 where book = 'tax'")
		})
		ids, err := b.db.UnbalancedPostings(b.t.Context())
		if !slices.Equal(ids, []string{"ltx_1"}) || err != nil {
			b.t.Errorf("unbalanced: %v, %v", ids, err)
		}
		b.do(func(tx *store.Tx) error {
			return store.Exec(tx, "update ledger_entries set amount = -300 where book = 'tax'")
		})
	})
}

func TestSequencesHaveNoGaps(t *testing.T) {
	each(t, func(b bed) {
		var drawn []string
		for i := range 4 {
			_ = b.try(func(tx *store.Tx) error {
				n, err := store.NextNumber(tx, "invoice")
				if err != nil || i == 1 {
					return errors.Join(err, errOwn) // its number goes back
				}
				other, err := store.NextNumber(tx.As(storetest.Other), "invoice")
				drawn = append(drawn, fmt.Sprint(n, "/", other))
				return err
			})
		}
		if got := strings.Join(drawn, " "); got != "1/1 2/2 3/3" {
			b.t.Errorf("drew %s", got)
		}
	})
}

func TestGatewayEventsComeInOnce(t *testing.T) {
	each(t, func(b bed) {
		record := func() (fresh bool) {
			b.do(func(tx *store.Tx) (err error) {
				fresh, err = store.RecordGatewayEvent(tx, store.GatewayEvent{Gateway: "sim",
					EventID: "ge_1", Body: []byte("{}"), ReceivedMs: nowMs})
				return err
			})
			return fresh
		}
		if !record() || record() {
			b.t.Fatal("recorded twice, or never")
		}
		open := func() int {
			es, err := b.db.OpenGatewayEvents(b.t.Context(), nowMs, 5)
			if err != nil {
				b.t.Fatal(err)
			}
			return len(es)
		}
		if open() != 1 {
			b.t.Error("the event is not open")
		}
		b.do(func(tx *store.Tx) error { return store.FinishGatewayEvent(tx, "sim", "ge_1") })
		if open() != 0 {
			b.t.Error("the event is still open")
		}
	})
}

func TestMails(t *testing.T) {
	each(t, func(b bed) {
		b.write(func(tx *store.Tx) {
			for i := range 3 {
				store.InsertMail(tx, store.Mail{ID: fmt.Sprint("mail_", i), To: "ada@x.org",
					Subject: "Hi", Text: "t", HTML: "<p>", Created: storetest.Now + int64(i)})
			}
			store.InsertMail(tx.As(storetest.Other), store.Mail{To: "eve@x.org"})
		})
		b.read(func(v *store.View) error {
			ms, more, err := store.Mails(v, store.Page{Limit: 2,
				Where: []store.Cond{store.Eq("recipient", "ada@x.org")}})
			if err != nil || !more || len(ms) != 2 || ms[0].ID != "mail_2" {
				b.t.Errorf("mails: %v %v %v", ms, more, err)
			}
			m, err := store.MailByID(v, "mail_0")
			if m.HTML != "<p>" || m.Scope != storetest.Acme {
				b.t.Errorf("mail: %+v", m)
			}
			return err
		})
	})
}
