package main

import (
	"testing"

	"github.com/portico-billing/portico/internal/i18n/cldr"
)

func TestPattern(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]cldr.Pattern{
		"¤#,##0.00":              {Positive: "¤0", Negative: "-¤0"},
		"#,##,##0.00 ¤":          {Positive: "0 ¤", Negative: "-0 ¤"},
		"¤ #,##0.00;¤ -#,##0.00": {Positive: "¤ 0", Negative: "¤ -0"},
		"#,##0.00 ¤;-#,##0.00 ¤": {Positive: "0 ¤", Negative: "-0 ¤"},
		"¤#,##0.00;(¤#,##0.00)":  {Positive: "¤0", Negative: "(¤0)"},
	} {
		if got := pattern(text); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

func TestCheckPattern(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		"d 'de' MMMM 'de' y": true, "y年M月d日": true, "ah:mm": true, "EEE d": false,
		"QQQ y": false, "'Woche' w": false,
	} {
		if err := checkPattern(text); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestMissingInputSaysWhatToDo(t *testing.T) {
	t.Parallel()
	s := &source{modules: t.TempDir()}
	if _, err := s.locale("en"); err == nil {
		t.Error("a locale was made of nothing")
	}
}
