package gateway

import (
	"errors"
	"fmt"
	"testing"
)

func TestOutcomeNames(t *testing.T) {
	t.Parallel()
	for o := Unknown; o <= Canceled; o++ {
		back, err := ParseOutcome(o.String())
		if err != nil || back != o {
			t.Errorf("%s reads as %s, %v", o, back, err)
		}
	}
	for _, odd := range []string{"", "Succeeded", "outcome(9)"} {
		if o, err := ParseOutcome(odd); err == nil || o != Unknown {
			t.Errorf("%q reads as %s", odd, o)
		}
	}
	if Outcome(99).String() != "outcome(99)" {
		t.Errorf("99 is called %s", Outcome(99))
	}
}

func TestFinal(t *testing.T) {
	t.Parallel()
	final := map[Outcome]bool{Succeeded: true, Declined: true, Canceled: true}
	for o := Unknown; o <= Canceled; o++ {
		if o.Final() != final[o] {
			t.Errorf("%s: final is %v", o, o.Final())
		}
	}
}

func TestErrorsAreTold(t *testing.T) {
	t.Parallel()
	wrapped := fmt.Errorf("charge att_1: %w", &DataError{Code: "incorrect_number", Message: "No."})
	var data *DataError
	if !errors.As(wrapped, &data) || data.Code != "incorrect_number" || data.Error() != "No." {
		t.Errorf("got %+v", data)
	}
	if errors.Is(wrapped, ErrNotSent) {
		t.Error("a wrong detail reads as not sent")
	}
}
