package api

import (
	"errors"
	"strconv"
	"strings"

	"github.com/portico-billing/portico/internal/store"
)

// conds collects the conditions of a list.
type conds []store.Cond

// is limits a list to rows with a value, if one was given.
func (w conds) is(column string, value *string) conds {
	if value == nil {
		return w
	}
	return append(w, store.Eq(column, *value))
}

// lowered is a currency as it is kept, however it was written.
func lowered(currency *string) *string {
	if currency == nil {
		return nil
	}
	return new(strings.ToLower(*currency))
}

// flag limits a list to rows where something is so, or is not.
func (w conds) flag(column string, value *bool) conds {
	if value == nil {
		return w
	}
	return append(w, store.Eq(column, *value))
}

// within limits a list to a range of times.
func (w conds) within(column string, r timeRange) conds {
	for _, bound := range []struct {
		at   *int64
		cond func(string, int64) store.Cond
	}{
		{r.Exactly, func(column string, at int64) store.Cond { return store.Eq(column, at) }},
		{r.Gt, store.Gt}, {r.Gte, store.Gte}, {r.Lt, store.Lt}, {r.Lte, store.Lte},
	} {
		if bound.at != nil {
			w = append(w, bound.cond(column, *bound.at))
		}
	}
	return w
}

// timeRange is a time, or the bounds of one.
type timeRange struct {
	Exactly *int64 `form:"-"`
	Gt      *int64 `form:"gt"`
	Gte     *int64 `form:"gte"`
	Lt      *int64 `form:"lt"`
	Lte     *int64 `form:"lte"`
}

// SetString reads a single time.
func (r *timeRange) SetString(text string) error {
	at, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return errors.New("Invalid integer: " + text)
	}
	r.Exactly = &at
	return nil
}

// exists refuses a filter by something that is not there; nil filters by nothing.
func exists[T any](q store.Querier, nouns *store.Collection[T], id *string, param string) error {
	if id == nil {
		return nil
	}
	_, _, err := nouns.Find(q, *id)
	return nouns.NotFound(err, *id, param)
}
