package billing

import (
	"bytes"
	"encoding/json"
)

// Null is a field that Stripe always shows and that this house always leaves null.
type Null struct{}

// MarshalJSON writes null.
func (Null) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

// UnmarshalJSON accepts anything and keeps nothing.
func (*Null) UnmarshalJSON([]byte) error { return nil }

// Emptied is a list or hash that is written in a way of its own when it is empty, and otherwise
// like any other.
type Emptied interface{ Empty() string }

// Arr is a list that is [] when empty, never null.
type Arr[T any] []T

// Empty is an empty list's JSON.
func (Arr[T]) Empty() string { return "[]" }

// MarshalJSON writes [] for an empty list.
func (a Arr[T]) MarshalJSON() ([]byte, error) {
	if len(a) == 0 {
		return []byte(a.Empty()), nil
	}
	return json.Marshal([]T(a))
}

// Metadata is a hash of the caller's strings that is {} when empty, never null.
type Metadata map[string]string

// Empty is an empty hash's JSON.
func (Metadata) Empty() string { return "{}" }

// MarshalJSON writes {} for an empty hash.
func (m Metadata) MarshalJSON() ([]byte, error) {
	if len(m) == 0 {
		return []byte(m.Empty()), nil
	}
	return json.Marshal(map[string]string(m))
}

// List is Stripe's list object around the first page of a nested collection.
type List[T any] struct {
	Object  string `json:"object"`
	Data    Arr[T] `json:"data"`
	HasMore bool   `json:"has_more"`
	URL     string `json:"url"`
}

// Ref names another resource. It is stored as an id and becomes the whole object only when
// the caller expands it. The empty reference is null.
type Ref[T any] struct {
	ID  string
	Obj *T
	// Gone is the type of an expanded object that is deleted; of such a one nothing else is told.
	Gone string
}

// To makes a reference to id.
func To[T any](id string) Ref[T] { return Ref[T]{ID: id} }

// MarshalJSON writes null, the id, or the expanded object.
func (r Ref[T]) MarshalJSON() ([]byte, error) {
	if r.Gone != "" {
		return json.Marshal(Deleted{ID: r.ID, Object: r.Gone, Deleted: true})
	}
	return marshalRef(r.ID, r.Obj)
}

// UnmarshalJSON reads an id or an object with one.
func (r *Ref[T]) UnmarshalJSON(b []byte) error {
	id, obj, err := unmarshalRef[T](b)
	r.ID, r.Obj = id, obj
	return err
}

// Target says which id is referenced and takes the object that belongs there.
func (r *Ref[T]) Target() (id string, set func(any)) {
	return r.ID, func(v any) { r.Obj, _ = v.(*T) }
}

// Deleted is what is shown of a resource that was deleted.
type Deleted struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Deleted bool   `json:"deleted"`
}

// Embed is another resource that Stripe always shows whole. It is stored as an id, so that it
// never goes stale, and filled in when it is shown.
type Embed[T any] struct {
	ID  string
	Obj *T
}

// MarshalJSON writes null, the id, or the whole object once it is filled in.
func (e Embed[T]) MarshalJSON() ([]byte, error) { return marshalRef(e.ID, e.Obj) }

// UnmarshalJSON reads an id or an object with one.
func (e *Embed[T]) UnmarshalJSON(b []byte) error {
	id, obj, err := unmarshalRef[T](b)
	e.ID, e.Obj = id, obj
	return err
}

// Embedded says which id is shown whole here and takes the object that belongs there.
func (e *Embed[T]) Embedded() (id string, set func(any)) {
	return e.ID, func(v any) { e.Obj, _ = v.(*T) }
}

func marshalRef[T any](id string, obj *T) ([]byte, error) {
	switch {
	case obj != nil:
		return json.Marshal(obj)
	case id == "":
		return []byte("null"), nil
	}
	return json.Marshal(id)
}

func unmarshalRef[T any](b []byte) (id string, obj *T, err error) {
	if bytes.Equal(b, []byte("null")) {
		return "", nil, nil
	}
	if b[0] == '"' {
		err = json.Unmarshal(b, &id)
		return id, nil, err
	}
	var head struct {
		ID string `json:"id"`
	}
	if err = json.Unmarshal(b, &head); err != nil {
		return "", nil, err
	}
	obj = new(T)
	return head.ID, obj, json.Unmarshal(b, obj)
}
