package billing

import "slices"

// may says whether a table of moves allows going from one state to the next; staying is free.
func may[S comparable](moves map[S][]S, from, to S) bool {
	return from == to || slices.Contains(moves[from], to)
}
