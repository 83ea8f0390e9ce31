package proration_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/proration"
)

// TestEdges looks at the second before, the second and the second after each end of a period.
func TestEdges(t *testing.T) {
	t.Parallel()
	const start, end = 1000, 1100 // 100 seconds at 10000: 100 a second
	for _, tc := range []struct{ at, credit, debit int64 }{
		{start - 1, -10000, 10000},
		{start, -10000, 10000},
		{start + 1, -9900, 9900},
		{end - 1, -100, 100},
		{end, 0, 0},
		{end + 1, 0, 0},
	} {
		total := big.NewRat(10000, 1)
		credit, ok1 := proration.Credit(total, start, end, tc.at)
		debit, ok2 := proration.Debit(total, start, end, tc.at)
		if credit != tc.credit || debit != tc.debit || !ok1 || !ok2 {
			t.Errorf("at %d: %d and %d, want %d and %d", tc.at, credit, debit, tc.credit, tc.debit)
		}
		if total.Cmp(big.NewRat(10000, 1)) != 0 {
			t.Fatal("the total was changed")
		}
	}
}

func TestFractionOfAnEmptyPeriodIsZero(t *testing.T) {
	t.Parallel()
	if f := proration.Fraction(5, 5, 5); f.Sign() != 0 {
		t.Errorf("got %v", f)
	}
	if s := (proration.Span{NaturalStart: 0, NaturalEnd: 10, From: 5, To: 5}).Share(); s.Sign() != 0 {
		t.Errorf("got %v", s)
	}
}

func TestOverflowIsToldAndNotWrapped(t *testing.T) {
	t.Parallel()
	huge := new(big.Rat).SetInt64(money.MaxMinor)
	if _, ok := proration.Debit(huge, 0, 10, 0); !ok {
		t.Error("the largest sum must fit")
	}
	huge.Mul(huge, big.NewRat(1<<62, 1))
	if amount, ok := proration.Debit(huge, 0, 10, 1); ok {
		t.Errorf("got %d", amount)
	}
	if amount, ok := proration.Credit(huge, 0, 10, 1); ok {
		t.Errorf("got %d", amount)
	}
}

func TestCreditFlexible(t *testing.T) {
	t.Parallel()
	debits := []billing.Debit{
		{Item: "past", Amount: 900, Start: 0, End: 100},
		{Item: "running", Amount: 1000, Start: 100, End: 200},
		{Item: "prebilled", Amount: 2000, Start: 200, End: 300},
		{Item: "free", Amount: 0, Start: 100, End: 200},
	}
	for _, tc := range []struct {
		from, to int64
		want     string
	}{
		{99, 300, "past -9 running -1000 prebilled -2000 free 0 "},
		{100, 300, "running -1000 prebilled -2000 free 0 "},
		{101, 300, "running -990 prebilled -2000 free 0 "},
		{199, 200, "running -10 free 0 "},
		{200, 300, "prebilled -2000 "},
		{150, 250, "running -500 prebilled -1000 free 0 "},
		{300, 400, ""},
		{150, 150, ""},
	} {
		got := ""
		for _, p := range proration.CreditFlexible(debits, tc.from, tc.to) {
			got += p.Debit.Item + " " + big.NewInt(p.Amount).String() + " "
			if p.From < tc.from || p.To > tc.to || p.From >= p.To {
				t.Errorf("[%d, %d): part [%d, %d)", tc.from, tc.to, p.From, p.To)
			}
		}
		if got != tc.want {
			t.Errorf("[%d, %d): got %q, want %q", tc.from, tc.to, got, tc.want)
		}
	}
}

// TestUpThenDown changes up and back in the same second: classic gives back what was charged,
// but for halves that both lines round down; flexible to the last minor unit.
func TestUpThenDown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		end := rapid.Int64Range(1, 100_000_000).Draw(t, "end")
		at := rapid.Int64Range(0, end-1).Draw(t, "at")
		total := big.NewRat(rapid.Int64Range(0, 1_000_000_000).Draw(t, "num"),
			rapid.Int64Range(1, 1000).Draw(t, "den"))
		debit, _ := proration.Debit(total, 0, end, at)
		credit, _ := proration.Credit(total, 0, end, at)
		if sum := debit + credit; sum != 0 && sum != -1 {
			t.Fatalf("classic: %d and %d", debit, credit)
		}
		parts := proration.CreditFlexible(
			[]billing.Debit{{Amount: debit, Start: at, End: end}}, at, end)
		if parts[0].Amount != -debit {
			t.Fatalf("flexible: %d and %d", debit, parts[0].Amount)
		}
	})
}

// TestCreditAndRest splits a debit: what a credit gives back and what it leaves are the whole.
func TestCreditAndRest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(-1_000_000_000, 1_000_000_000).Draw(t, "amount")
		den := rapid.Int64Range(1, 100_000_000).Draw(t, "den")
		num := rapid.Int64Range(0, den).Draw(t, "num")
		credit, _ := proration.Share(amount, big.NewRat(-num, den))
		rest, _ := proration.Share(amount, big.NewRat(den-num, den))
		if credit+amount != rest {
			t.Fatalf("%d gave back %d and left %d", amount, credit, rest)
		}
		if amount > 0 && (credit > 0 || rest < 0) {
			t.Fatalf("%d gave back %d and left %d", amount, credit, rest)
		}
	})
}

// TestSpansTile cuts a period in two: the two debits are the whole price, within a minor unit.
func TestSpansTile(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		end := rapid.Int64Range(2, 100_000_000).Draw(t, "end")
		cut := rapid.Int64Range(1, end-1).Draw(t, "cut")
		price := rapid.Int64Range(0, 1_000_000_000).Draw(t, "price")
		total := new(big.Rat).SetInt64(price)
		first, _ := proration.DebitSpan(total, proration.Span{NaturalEnd: end, To: cut})
		second, _ := proration.DebitSpan(total,
			proration.Span{NaturalEnd: end, From: cut, To: end})
		if sum := first + second; sum != price && sum != price-1 {
			t.Fatalf("%d + %d of %d", first, second, price)
		}
	})
}
