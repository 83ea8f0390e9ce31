// Package form reads requests: bracket parameters in, checked params structs out.
//
// Its three steps are Parse (text to a tree of values), Check (the tree against the table of
// package params, with Stripe's own sentences for what is wrong) and Decode (the tree into a
// struct with form tags). It owns the syntax that Stripe's clients speak and the errors about it.
//
// It does not own which parameters exist (package params), what they mean (package app), nor the
// reading of bodies from the network. It does no I/O.
//
// It promises never to panic on any input, to report the same error for the same request, and to
// give Decode's structs only what Check would accept: a field that is not sent is left alone.
package form

// Error is a mistake of the caller, with the fields of the API's error object.
type Error struct {
	Type    string
	Code    string
	Param   string
	Message string
}

// Error is the message that the caller reads.
func (e *Error) Error() string { return e.Message }

// The codes that this package reports; sentences without a code of Stripe's have "".
const (
	codeUnknown        = "parameter_unknown"
	codeMissing        = "parameter_missing"
	codeInvalidEmpty   = "parameter_invalid_empty"
	codeInvalidInteger = "parameter_invalid_integer"
)

func invalid(code, param, message string) *Error {
	return &Error{Type: "invalid_request_error", Code: code, Param: param, Message: message}
}

// Limits on one request. The table's deepest parameter has seven levels.
const (
	keysMax  = 1000
	depthMax = 8
	indexMax = 1000
)
