package store

import (
	"fmt"
	"reflect"
	"slices"
)

// hydrateLevelsMax bounds objects that embed objects; the deepest today is one.
const hydrateLevelsMax = 4

// Hydrate fills every Embed in all of vs with the whole object, one query per type and level. It
// gives objects as they are stored, tiers included, for engines that compute with them; what the
// API answers comes from Show and Render.
func Hydrate(q Querier, vs ...any) error {
	level := make([]reflect.Value, 0, len(vs))
	for _, v := range vs {
		level = append(level, reflect.ValueOf(v))
	}
	return hydrate(q, level, func(r resource, ids []string) (map[string]any, error) {
		return r.objects(q, ids)
	})
}

// hydrateShown is Hydrate with objects as the API shows them inside others.
func hydrateShown(q Querier, vs []reflect.Value) error {
	return hydrate(q, vs, func(r resource, ids []string) (map[string]any, error) {
		return r.embedded(q, ids)
	})
}

// fetch reads objects of one type.
type fetch func(r resource, ids []string) (map[string]any, error)

func hydrate(q Querier, vs []reflect.Value, get fetch) error {
	for range hydrateLevelsMax {
		wanted := wants{}
		for _, v := range vs {
			wanted.collect(v)
		}
		if len(wanted.order) == 0 {
			return nil
		}
		vs = vs[:0:0]
		for _, t := range wanted.order {
			found, err := wanted.fill(q.work().catalog.byType[t], t, get)
			if err != nil {
				return err
			}
			vs = append(vs, found...)
		}
	}
	return nil
}

// wants are the empty Embeds of one level, by the type of object that belongs there.
type wants struct {
	order []reflect.Type
	slots map[reflect.Type][]embedSlot
}

func (w *wants) collect(v reflect.Value) {
	if v.Kind() != reflect.Pointer {
		panic("store: only pointers can be hydrated")
	}
	if w.slots == nil {
		w.slots = map[reflect.Type][]embedSlot{}
	}
	eachSlot(v.Elem(), func(slot reflect.Value, way *way) {
		if !way.embed || !slot.Field(way.object).IsNil() {
			return
		}
		embed := slot.Addr().Interface().(embedSlot)
		if id, _ := embed.Embedded(); id == "" {
			return
		}
		t := slot.Field(way.object).Type()
		if w.slots[t] == nil {
			w.order = append(w.order, t)
		}
		w.slots[t] = append(w.slots[t], embed)
	})
}

func (w *wants) fill(r resource, t reflect.Type, get fetch) (found []reflect.Value, err error) {
	if r == nil {
		return nil, fmt.Errorf("store: no collection of %s", t)
	}
	var ids []string
	for _, slot := range w.slots[t] {
		if id, _ := slot.Embedded(); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	objects, err := get(r, ids)
	if err != nil {
		return nil, err
	}
	for _, slot := range w.slots[t] {
		id, set := slot.Embedded()
		object, ok := objects[id]
		if !ok {
			return nil, fmt.Errorf("store: %s names a %s that does not exist", id, t)
		}
		set(object)
	}
	for _, object := range objects {
		found = append(found, reflect.ValueOf(object))
	}
	return found, nil
}

// Resolve reads objects of one type ("customer", "invoice", ...) as the API shows them, for
// expansion. Tombstones are there too; ids that do not exist are not.
func Resolve(q Querier, object string, ids []string) (map[string]any, error) {
	r := q.work().catalog.byObject[object]
	if r == nil {
		return nil, fmt.Errorf("store: no collection of %q", object)
	}
	return r.shown(q, ids)
}
