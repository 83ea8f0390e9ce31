package api

import (
	"slices"
	"testing"

	"github.com/portico-billing/portico/internal/store"
)

func TestSlicePage(t *testing.T) {
	t.Parallel()
	all := []string{"a", "b", "c", "d", "e"}
	tests := []struct {
		at   store.Page
		want []string
		more bool
	}{
		{store.Page{Limit: 2}, []string{"a", "b"}, true},
		{store.Page{Limit: 5}, all, false},
		{store.Page{Limit: 9}, all, false},
		{store.Page{Limit: 2, StartingAfter: "b"}, []string{"c", "d"}, true},
		{store.Page{Limit: 3, StartingAfter: "b"}, []string{"c", "d", "e"}, false},
		{store.Page{Limit: 3, StartingAfter: "e"}, nil, false},
		{store.Page{Limit: 2, EndingBefore: "d"}, []string{"b", "c"}, true},
		{store.Page{Limit: 3, EndingBefore: "d"}, []string{"a", "b", "c"}, false},
		{store.Page{Limit: 3, EndingBefore: "a"}, nil, false},
	}
	for _, test := range tests {
		got, more, err := slicePage(all, test.at, "letter", func(s *string) string { return *s })
		if err != nil || more != test.more || !slices.Equal(got, test.want) {
			t.Errorf("%+v: %v, %v, %v", test.at, got, more, err)
		}
	}
	_, _, err := slicePage(all, store.Page{Limit: 1, StartingAfter: "x"}, "letter",
		func(s *string) string { return *s })
	if err == nil || err.Error() != "No such letter: 'x'" {
		t.Errorf("an unknown cursor: %v", err)
	}
}
