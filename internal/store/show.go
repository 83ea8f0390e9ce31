package store

import (
	"fmt"
	"reflect"
	"slices"
)

// includes are the fields that the caller asked to see although they are hidden.
type includes []string

func (in includes) has(field string) bool { return slices.Contains(in, field) }

// Show is a copy of a noun as the API shows it: embedded objects filled in, hidden fields dropped
// unless they are included, derived fields added. The copy may be changed freely where it refers
// to other nouns.
func (c *Collection[T]) Show(q Querier, v *T, include ...string) (*T, error) {
	vs, err := c.ShowAll(q, []*T{v}, include...)
	if err != nil {
		return nil, err
	}
	return vs[0], nil
}

// ShowAll is Show for a page, with one query per type of embedded object.
func (c *Collection[T]) ShowAll(q Querier, vs []*T, include ...string) ([]*T, error) {
	out := make([]*T, len(vs))
	level := make([]reflect.Value, len(vs))
	for i, v := range vs {
		shallow := *v
		if c.cut != nil {
			c.cut(&shallow, include)
		}
		out[i], level[i] = &shallow, reflect.ValueOf(&shallow)
		own(level[i].Elem())
	}
	if err := hydrateShown(q, level); err != nil {
		return nil, fmt.Errorf("show %s: %w", c.object, err)
	}
	if c.dress == nil {
		return out, nil
	}
	for _, v := range out {
		if err := c.dress(q, v, include); err != nil {
			return nil, fmt.Errorf("show %s %s: %w", c.object, c.id(v), err)
		}
	}
	return out, nil
}

// Render is the API's JSON of a noun.
func (c *Collection[T]) Render(q Querier, v *T, include ...string) ([]byte, error) {
	shown, err := c.Show(q, v, include...)
	if err != nil {
		return nil, err
	}
	return Encode(shown)
}

// shown is Resolve for one collection.
func (c *Collection[T]) shown(q Querier, ids []string) (map[string]any, error) {
	es, err := c.many(q, ids)
	if err != nil {
		return nil, err
	}
	var vs []*T
	for _, e := range es {
		vs = append(vs, e.v)
	}
	vs, err = c.ShowAll(q, vs)
	if err != nil {
		return nil, err
	}
	out := make(map[string]any, len(vs))
	for _, v := range vs {
		out[c.id(v)] = v
	}
	return out, nil
}

// objects reads nouns in order to embed them, each once per transaction or snapshot.
func (c *Collection[T]) objects(q Querier, ids []string) (map[string]any, error) {
	w, out := q.work(), make(map[string]any, len(ids))
	var missing []string
	for _, id := range ids {
		// What the transaction is changing is never taken from the cache.
		if e := c.known(q, id); e != nil {
			out[id] = e.v
		} else if v, ok := w.embeds[key{string(c.table), q.Scope(), id}]; ok {
			out[id] = v
		} else {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	es, err := c.many(q, missing)
	for id, e := range es {
		out[id] = e.v
		w.embeds[key{string(c.table), q.Scope(), id}] = e.v
	}
	return out, err
}

// embedded is objects, as the API shows them inside others. Their own embeds are still empty.
func (c *Collection[T]) embedded(q Querier, ids []string) (map[string]any, error) {
	out, err := c.objects(q, ids)
	if err != nil {
		return nil, err
	}
	for id, object := range out {
		shallow := *object.(*T)
		if c.cut != nil {
			c.cut(&shallow, nil)
		}
		own(reflect.ValueOf(&shallow).Elem())
		if c.dress != nil {
			if err := c.dress(q, &shallow, nil); err != nil {
				return nil, err
			}
		}
		out[id] = &shallow
	}
	return out, nil
}
