package view

import (
	"strings"

	"github.com/portico-billing/portico/internal/i18n"
)

// cutMark stands where a link or a large figure goes while the sentence around it is translated.
// It is a character no catalogue holds.
const cutMark = "\x00"

// around is a sentence before and after one of its arguments, which becomes a link: the order of
// words is the language's.
func (f Frame) around(key i18n.Key, argument string) (before, after string) {
	before, after, _ = strings.Cut(f.Z.T(key, f.business(), i18n.A(argument, cutMark)), cutMark)
	return before, after
}
