package store

import "errors"

var (
	// ErrNotFound says that this account and mode has no such row, or only its tombstone.
	ErrNotFound = errors.New("store: not found")
	// ErrConflict says that somebody else changed the same rows; Write tries again by itself and
	// returns it only when it lost too often.
	ErrConflict = errors.New("store: changed by someone else")
	// ErrLeaseLost says that a job or delivery was finished by, or leased to, another worker.
	ErrLeaseLost = errors.New("store: the lease is not ours any more")
	// ErrTooOld says that a newer version of the program has changed the database.
	ErrTooOld = errors.New("store: the database needs a newer version of this program")
)

// UniqueError says that a value is taken. Constraint is "table.column", the same on both engines.
type UniqueError struct{ Constraint string }

// Error names the constraint.
func (e UniqueError) Error() string { return "store: " + e.Constraint + " is taken" }

// Unique says whether err is because the named constraint's value is taken.
func Unique(err error, constraint string) bool {
	var taken UniqueError
	return errors.As(err, &taken) && taken.Constraint == constraint
}
