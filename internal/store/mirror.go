package store

import "slices"

// mirror keeps rows of a plain table in step with a noun, so that the database can look the noun
// up by what is inside its document.
type mirror[T any] struct {
	rows func(*T) []mirrorRow
	put  func(*Tx, *T, mirrorRow)
	drop func(*Tx, *T, mirrorRow)
}

// mirrorRow is one row: its name within the noun, and what it says.
type mirrorRow struct{ id, value string }

func (e *entry[T]) mirror(tx *Tx) {
	m := e.c.mirror
	if m == nil {
		return
	}
	var rows []mirrorRow
	if !e.tombstone() {
		rows = m.rows(e.v)
	}
	tx = tx.As(e.scope)
	for _, was := range e.rows {
		if !slices.ContainsFunc(rows, func(is mirrorRow) bool { return is.id == was.id }) {
			m.drop(tx, e.v, was)
		}
	}
	for _, is := range rows {
		if !slices.Contains(e.rows, is) {
			m.put(tx, e.v, is)
		}
	}
	e.rows = rows
}
