package api

import (
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// otherMode adds a hint to what was not found when the account's other mode has it: then the
// caller used the wrong key. Nothing is said of what other accounts have.
func (c *call) otherMode(e *billing.Error) *billing.Error {
	if e.Sought == nil || c.caller.Account == "" {
		return e
	}
	here, there := "test", "live"
	if c.caller.Livemode {
		here, there = there, here
	}
	scope, found := billing.Scope{Account: c.caller.Account, Livemode: !c.caller.Livemode}, false
	err := c.View(c.Context(), scope, func(q *store.View) (err error) {
		found, err = store.Keeps(q, e.Sought.Noun, e.Sought.ID)
		return err
	})
	if err != nil || !found {
		return e // a hint is not worth another error
	}
	hinted := *e
	hinted.Message += "; a similar object exists in " + there + " mode, but a " + here +
		" mode key was used to make this request."
	return &hinted
}
