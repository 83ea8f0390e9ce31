package i18n

import (
	"strings"
	"unicode"
)

// elisions are the Italian articles that lose their vowel before "otto" and "undici".
var elisions = []struct{ full, short string }{
	{" il ", " l'"}, {" al ", " all'"}, {" dal ", " dall'"}, {" del ", " dell'"},
}

// elide mends what comes before a number in an Italian sentence: "il 8 dicembre" is "l'8 dicembre".
func elide(before, value string) string {
	if !soundsLikeVowel(value) {
		return before
	}
	for _, e := range elisions {
		if head, ok := strings.CutSuffix(before, e.full); ok {
			return head + e.short
		}
	}
	return before
}

// soundsLikeVowel is true of eight, eighty and eight hundred, and of eleven, alone or in thousands.
func soundsLikeVowel(number string) bool {
	if strings.HasPrefix(number, "8") {
		return true
	}
	rest, ok := strings.CutPrefix(number, "11")
	return ok && !strings.ContainsFunc(rest[:min(len(rest), 1)], unicode.IsDigit)
}
