package api

import (
	"context"
	"net/http"

	"github.com/portico-billing/portico/internal/api/form"
	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// handler carries out one operation. It leaves its answer in the call's reply.
type handler struct {
	run func(*call) error
	// params is what the parameters are decoded into: what is built of them.
	params any
}

// handle makes a handler that decodes its parameters first.
func handle[P any](run func(*call, P) error) handler {
	var none P
	return handler{params: none, run: func(c *call) error {
		var p P
		if err := form.Decode(c.op, c.values, &p); err != nil {
			return err
		}
		return run(c, p)
	}}
}

// create makes the handler of a command that takes parameters only.
func create[P, T any](verb func(*app.App, context.Context, app.Caller, P) (T, error)) handler {
	return handle(func(c *call, p P) error {
		_, err := verb(c.App, c.Context(), c.caller, p)
		return err
	})
}

// update makes the handler of a command on the noun that the path names.
func update[P, T any](
	verb func(*app.App, context.Context, app.Caller, string, P) (T, error)) handler {
	return handle(func(c *call, p P) error {
		_, err := verb(c.App, c.Context(), c.caller, c.object(), p)
		return err
	})
}

// act makes the handler of a command that needs to know nothing but the noun in the path.
func act[T any](verb func(*app.App, context.Context, app.Caller, string) (T, error)) handler {
	return handle(func(c *call, _ struct{}) error {
		_, err := verb(c.App, c.Context(), c.caller, c.object())
		return err
	})
}

// get makes the handler that shows the noun in the path.
func get[T any](nouns *store.Collection[T]) handler {
	return read(func(c *call, q *store.View) (any, error) {
		return find(q, nouns, c.object())
	})
}

// find reads the noun that a path names.
func find[T any](q store.Querier, nouns *store.Collection[T], id string) (*T, error) {
	v, err := nouns.Get(q, id)
	if err != nil {
		return nil, nouns.NotFound(err, id, "id")
	}
	return v, nil
}

// read makes a handler that has no parameters of its own and answers from a snapshot.
func read(answer func(*call, *store.View) (any, error)) handler {
	return handle(func(c *call, _ struct{}) error {
		return c.view(func(q *store.View) (any, error) { return answer(c, q) })
	})
}

// query makes a handler that reads by its parameters.
func query[P any](answer func(*call, *store.View, *P) (any, error)) handler {
	return handle(func(c *call, p P) error {
		return c.view(func(q *store.View) (any, error) { return answer(c, q, &p) })
	})
}

// filters are the parameters of a list.
type filters interface {
	cursor() (store.Page, error)
}

// list makes the handler of a page of nouns; where turns its own parameters into conditions.
func list[P any, T any](nouns *store.Collection[T],
	where func(*call, *store.View, *P) ([]store.Cond, error)) handler {
	return query(func(c *call, q *store.View, p *P) (any, error) {
		at, err := any(p).(filters).cursor()
		if err != nil {
			return nil, err
		}
		if at.Where, err = where(c, q, p); err != nil {
			return nil, err
		}
		found, more, err := nouns.List(q, at)
		if err != nil {
			return nil, err
		}
		shown, err := nouns.ShowAll(q, found)
		return newPage(c, shown, more), err
	})
}

// newPage is the list object around nouns that are shown.
func newPage[T any](c *call, found []*T, more bool) *page {
	p := &page{Object: "list", Data: make([]any, len(found)), HasMore: more, URL: c.URL.Path}
	for i, v := range found {
		p.Data[i] = v
	}
	return p
}

// pageParams are the parameters that every list takes.
type pageParams struct {
	Limit         *int64 `form:"limit"`
	StartingAfter string `form:"starting_after"`
	EndingBefore  string `form:"ending_before"`
}

// Sizes of a page.
const (
	limitDefault = 10
	limitMax     = 100
)

func (p *pageParams) cursor() (store.Page, error) {
	at := store.Page{Limit: limitDefault, StartingAfter: p.StartingAfter,
		EndingBefore: p.EndingBefore}
	if p.StartingAfter != "" && p.EndingBefore != "" {
		return at, billing.Invalid("starting_after", "You may only specify one of these "+
			"parameters: ending_before, starting_after.").WithCode("parameters_exclusive")
	}
	if p.Limit == nil {
		return at, nil
	}
	switch {
	case *p.Limit < 1:
		return at, outOfRange("This value must be greater than or equal to 1.")
	case *p.Limit > limitMax:
		return at, outOfRange("This value must be less than or equal to 100.")
	}
	at.Limit = int(*p.Limit)
	return at, nil
}

func outOfRange(message string) error {
	return billing.Invalid("limit", "%s", message).WithCode("parameter_invalid_integer").
		WithStatus(http.StatusBadRequest)
}
