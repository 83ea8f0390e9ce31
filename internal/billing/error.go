package billing

import (
	"fmt"
	"strings"
)

// Error types of Stripe's error object.
const (
	ErrorAPI            = "api_error"
	ErrorCard           = "card_error"
	ErrorIdempotency    = "idempotency_error"
	ErrorInvalidRequest = "invalid_request_error"
)

// Error is a mistake or a misfortune of the caller's, in the fields of Stripe's error object.
// Everything that is not an Error is ours: logged with its chain and shown as a plain 500.
type Error struct {
	Status      int // HTTP status; 0 means 400
	Type        string
	Code        string
	DeclineCode string
	Param       string
	Message     string

	AdviceCode         string
	NetworkDeclineCode string
	ShouldRetry        *bool // the Stripe-Should-Retry header, when it matters

	Charge        string
	PaymentIntent *PaymentIntent
	SetupIntent   *SetupIntent
	PaymentMethod *PaymentMethod

	Sought *Sought // what was not found, when that is the mistake
}

// Sought is an object that a caller named and that is not there.
type Sought struct{ Noun, ID string }

// Error is the message that the caller reads.
func (e *Error) Error() string { return e.Message }

// Invalid refuses a request because of one parameter. param may be empty.
func Invalid(param, format string, args ...any) *Error {
	return &Error{Type: ErrorInvalidRequest, Param: param, Message: fmt.Sprintf(format, args...)}
}

// WithCode adds Stripe's machine-readable code.
func (e *Error) WithCode(code string) *Error {
	e.Code = code
	return e
}

// WithStatus answers with another status than 400.
func (e *Error) WithStatus(status int) *Error {
	e.Status = status
	return e
}

// Missing refuses a request that lacks a required parameter.
func Missing(param string) *Error {
	return Invalid(param, "Missing required param: %s.", param).WithCode("parameter_missing")
}

// NoSuch says that no object of this kind has this id. A param of "id" names the object in the
// path and answers 404; any other param names a reference and answers 400.
func NoSuch(noun, id, param string) *Error {
	e := Invalid(param, "No such %s: '%s'", noun, id).WithCode("resource_missing")
	e.Sought = &Sought{Noun: noun, ID: id}
	if param == "id" {
		return e.WithStatus(404)
	}
	return e
}

// Unsupported refuses a parameter that Stripe has and this house does not yet have, or a value of
// one, written as param=value.
func Unsupported(param string) *Error {
	name, _, _ := strings.Cut(param, "=")
	return Invalid(strings.TrimSuffix(name, "[]"), "%s is not supported by Portico", param)
}
