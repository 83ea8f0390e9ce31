package store

var (
	savepointShape = &shape{one: "savepoint item"}
	releaseShape   = &shape{one: "release savepoint item"}
	rollbackShape  = &shape{one: "rollback to savepoint item"}
)

// Savepoint runs one item of a batch, which may fail alone: then its nouns, events and rows are
// dropped, what came before stays, and the error is returned. What the item locked or inserted is
// saved when it succeeds; whoever wants to change it again afterwards locks it again.
func (tx *Tx) Savepoint(fn func(*Tx) error) error {
	w := tx.w
	if err := tx.flush(); err != nil {
		return err
	}
	w.link.queue(stmt{shape: savepointShape})
	if err := w.link.flush(); err != nil {
		return err
	}
	before, left, fanOut := len(w.tracked), w.left, w.fanOut
	var marks []func() error
	for _, t := range w.tracked {
		marks = append(marks, t.mark())
	}
	err := tx.item(fn)
	w.ahead = ahead{} // rows may have changed, and be forgotten now
	if err == nil {
		w.forget(before)
		w.link.queue(stmt{shape: releaseShape})
		return nil
	}
	w.forget(before)
	w.events, w.left, w.fanOut = nil, left, fanOut
	clear(w.embeds)
	if undone := w.undo(marks); undone != nil {
		return undone
	}
	return err
}

func (tx *Tx) item(fn func(*Tx) error) error {
	if err := fn(tx); err != nil {
		return err
	}
	if err := tx.flush(); err != nil {
		return err
	}
	return tx.w.link.flush()
}

// forget drops what was tracked since.
func (w *work) forget(before int) {
	for _, t := range w.tracked[before:] {
		delete(w.byID, t.name())
		delete(w.embeds, t.name())
	}
	clear(w.tracked[before:])
	w.tracked = w.tracked[:before]
}

// undo rolls the database back to the savepoint, and in memory what was tracked before it.
func (w *work) undo(marks []func() error) error {
	w.link.drop()
	w.link.queue(stmt{shape: rollbackShape}, stmt{shape: releaseShape})
	if err := w.link.flush(); err != nil {
		return err
	}
	for _, putBack := range marks {
		if err := putBack(); err != nil {
			return err
		}
	}
	return nil
}
