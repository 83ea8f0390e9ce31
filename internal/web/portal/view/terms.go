package view

import (
	"strings"

	"github.com/portico-billing/portico/internal/i18n"
)

// cutMark stands where a link or a large figure goes while the sentence around it is translated.
// It is a character no catalogue holds.
const cutMark = "\x00"

// termsParts is the sentence about the terms, before and after its link: the order of words is
// the language's.
func (f Frame) termsParts() (before, after string) {
	sentence := f.Z.T(i18n.ReviewTerms, f.business(), i18n.A("terms", cutMark))
	before, after, _ = strings.Cut(sentence, cutMark)
	return before, after
}
