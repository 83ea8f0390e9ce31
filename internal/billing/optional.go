package billing

import "strconv"

// Optional is a request parameter that may be absent, emptied (sent as ""), or given.
type Optional[T any] struct {
	Set   bool // it was sent
	Null  bool // it was sent empty, which asks to unset the field
	Value T
}

// Some is a parameter that was given.
func Some[T any](v T) Optional[T] { return Optional[T]{Set: true, Value: v} }

// SetForm marks the parameter as sent and says where its value goes.
func (o *Optional[T]) SetForm(null bool) any {
	o.Set, o.Null = true, null
	return &o.Value
}

// Given says that a value was sent, and not an empty one.
func (o Optional[T]) Given() bool { return o.Set && !o.Null }

// Pointer is the field's new value: nil when it was emptied.
func (o Optional[T]) Pointer() *T {
	if !o.Given() {
		return nil
	}
	return &o.Value
}

// Moment is a time that a caller writes as unix seconds or as a word such as "now".
type Moment struct {
	Word string // "now", "unchanged", "min_period_end", ...
	Unix int64
}

// SetString reads what the caller wrote; the parameter table has checked it before.
func (m *Moment) SetString(s string) error {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		m.Word = s
		return nil
	}
	m.Unix = n
	return nil
}

// At is the moment in unix seconds, where "now" is the command's own time.
func (m Moment) At(now int64) int64 {
	if m.Word == "now" {
		return now
	}
	return m.Unix
}
