package store

import "errors"

// errRehearsal says that a rehearsal came upon a statement whose answer only a write could give.
var errRehearsal = errors.New("store: a rehearsal writes nothing")

// Rehearse runs fn as Write would, on the view's snapshot, and forgets what it changed: what it
// locks is only read, what it inserts or changes is seen by its own queries, and its rows and
// events are never sent. No row is locked and nobody waits for it, so it is how one finds out
// what a command would do.
func (v *View) Rehearse(fn func(*Tx) error) error {
	w := *v.w
	w.link, w.locking = rehearsal{v.w.link}, ""
	w.tracked, w.byID, w.events, w.embeds = nil, nil, nil, map[key]any{}
	w.ahead = ahead{} // those are the view's own: here they may be changed
	return fn(&Tx{scope: v.scope, origin: &Origin{Scope: v.scope, Now: v.now}, w: &w})
}

// rehearsal is a link that reads, and drops what is queued. A write that is asked to run at once,
// such as a savepoint, has no answer here; one that is dressed as a query is refused by the
// connection below, which may only read.
type rehearsal struct{ link }

func (rehearsal) queue(...stmt)                      {}
func (rehearsal) drop()                              {}
func (rehearsal) flush() error                       { return errRehearsal }
func (rehearsal) exec(string, ...any) (int64, error) { return 0, errRehearsal }
