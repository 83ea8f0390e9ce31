package app

import (
	"errors"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// notFound turns the store's "no such row" into the caller's error, which names the parameter.
func notFound(err error, noun, id, param string) error {
	if errors.Is(err, store.ErrNotFound) {
		return billing.NoSuch(noun, id, param)
	}
	return err
}

// isBusy says that a payment which is under way keeps a command from being carried out.
func isBusy(err error) bool {
	var e *billing.Error
	return errors.As(err, &e) && e.Code == "lock_timeout"
}

// isCallers says that an error is a refusal and not a fault of ours.
func isCallers(err error) bool {
	var e *billing.Error
	return errors.As(err, &e)
}
