package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/portico-billing/portico/internal/api/form"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// errorObject is Stripe's error object.
type errorObject struct {
	AdviceCode         string                 `json:"advice_code,omitempty"`
	Charge             string                 `json:"charge,omitempty"`
	Code               string                 `json:"code,omitempty"`
	DeclineCode        string                 `json:"decline_code,omitempty"`
	Message            string                 `json:"message,omitempty"`
	NetworkDeclineCode string                 `json:"network_decline_code,omitempty"`
	Param              string                 `json:"param,omitempty"`
	PaymentIntent      *billing.PaymentIntent `json:"payment_intent,omitempty"`
	PaymentMethod      *billing.PaymentMethod `json:"payment_method,omitempty"`
	SetupIntent        *billing.SetupIntent   `json:"setup_intent,omitempty"`
	Type               string                 `json:"type"`
}

// errorBody renders an error of the caller's.
func errorBody(e *billing.Error) (status int, body []byte) {
	status = e.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	body, err := json.Marshal(map[string]errorObject{"error": {
		AdviceCode: e.AdviceCode, Charge: e.Charge, Code: e.Code, DeclineCode: e.DeclineCode,
		Message:            cut(e.Message, messageMax),
		NetworkDeclineCode: e.NetworkDeclineCode, Param: cut(e.Param, paramMax),
		PaymentIntent: e.PaymentIntent, PaymentMethod: e.PaymentMethod,
		SetupIntent: e.SetupIntent, Type: e.Type,
	}})
	if err != nil {
		panic("api: an error does not encode: " + err.Error())
	}
	return status, body
}

// How much of an error is shown. Messages and params quote what was sent, however long it was.
const (
	messageMax = 2000
	paramMax   = 500
)

// cut shortens a text to some bytes and drops a character that would be cut in two.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// fail answers with an error. One that is not the caller's is logged with all that is known, and
// shown without it.
func (c *call) fail(err error) {
	e := asCallers(err)
	if e == nil {
		c.log.Error("failed", "request_id", c.requestID, "route", c.route(), "error", err)
		e = internalError()
	}
	e = c.otherMode(e)
	c.retryHeader(e)
	c.write(errorBody(e))
}

// asCallers is the caller's side of an error, or nil when it has none.
func asCallers(err error) *billing.Error {
	if e, ok := errors.AsType[*billing.Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*form.Error](err); ok {
		return &billing.Error{Type: e.Type, Code: e.Code, Param: e.Param, Message: e.Message}
	}
	switch {
	case errors.Is(err, store.ErrConflict):
		e := billing.Invalid("", "This object cannot be accessed right now because another API "+
			"request or Portico process is currently accessing it. If you see this error "+
			"intermittently, retry the request.").
			WithCode("lock_timeout").WithStatus(http.StatusTooManyRequests)
		e.ShouldRetry = new(true)
		return e
	case errors.Is(err, store.ErrNotFound):
		return billing.Invalid("id", "No such object.").WithCode("resource_missing").
			WithStatus(http.StatusNotFound)
	}
	return nil
}

func internalError() *billing.Error {
	return &billing.Error{Type: billing.ErrorAPI, Status: http.StatusInternalServerError,
		Message: "An unexpected error occurred. The request's id says in the log what it was."}
}

func unrecognized(r *http.Request) *billing.Error {
	return billing.Invalid("", "Unrecognized request URL (%s: %s). If you are trying to list "+
		"objects, remove the trailing slash. If you are trying to retrieve an object, make sure "+
		"you passed a valid (non-empty) identifier in your code.", r.Method, r.URL.Path).
		WithStatus(http.StatusNotFound)
}

// retryHeader overrules what clients would do by themselves.
func (c *call) retryHeader(err error) {
	if e, ok := errors.AsType[*billing.Error](err); ok && e != nil && e.ShouldRetry != nil {
		c.w.Header().Set("Stripe-Should-Retry", strconv.FormatBool(*e.ShouldRetry))
	}
}
