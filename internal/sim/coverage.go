package sim

import (
	"fmt"
	"slices"
	"strings"
)

// Coverage counts the interesting states that a life has reached. A check of something that never
// happens proves nothing, so the tests ask for what must have been reached by all lives together.
type Coverage map[string]int

func (c Coverage) note(format string, args ...any) { c[fmt.Sprintf(format, args...)]++ }

// answer notes how a command was answered.
func (c Coverage) answer(a Answer) {
	if a.Replayed {
		c.note("a replayed answer")
	}
	if e, _ := a.Body["error"].(map[string]any); e != nil {
		code, _ := e["code"].(string)
		if code == "" {
			code, _ = e["type"].(string)
		}
		c.note("answer %d %s", a.Status, code)
	}
}

// Add counts what another life has reached.
func (c Coverage) Add(other Coverage) {
	for what, n := range other {
		c[what] += n
	}
}

// Missing are those of a list that were not reached.
func (c Coverage) Missing(want []string) (missing []string) {
	for _, what := range want {
		if c[what] == 0 {
			missing = append(missing, what)
		}
	}
	return missing
}

// String lists everything, in order.
func (c Coverage) String() string {
	var lines []string
	for what, n := range c {
		lines = append(lines, fmt.Sprintf("%7d %s", n, what))
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[8:], b[8:]) })
	return strings.Join(lines, "\n")
}
