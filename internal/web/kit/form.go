package kit

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/i18n"
)

// FieldError says what is wrong with one field, and so what to do about it.
type FieldError struct {
	Field string // the name of the control, which is also its id
	Key   i18n.Key
	Args  []i18n.Arg
	Text  string // a sentence that came from the command; wins over Key
}

// Message is the sentence in a language.
func (e FieldError) Message(z *i18n.Localizer) string {
	if e.Text != "" {
		return e.Text
	}
	return z.T(e.Key, e.Args...)
}

// Form is a submitted form: its values, and what was found wrong, in the order it was found.
type Form struct {
	Values url.Values
	Errors []FieldError
}

// Limits of a form; a page of ours never comes near them.
const (
	formBytesMax  = 64 << 10
	formFieldsMax = 200
)

// ErrFormTooLarge is the answer to a form no page of ours sends.
var ErrFormTooLarge = errors.New("kit: form too large")

// ReadForm reads the body of a POST, or the query of a GET.
func ReadForm(w http.ResponseWriter, r *http.Request) (*Form, error) {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return &Form{Values: r.URL.Query()}, nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, formBytesMax)
	if err := r.ParseForm(); err != nil || len(r.PostForm) > formFieldsMax {
		return nil, ErrFormTooLarge
	}
	return &Form{Values: r.PostForm}, nil
}

// Text is a value without the space around it.
func (f *Form) Text(field string) string { return strings.TrimSpace(f.Values.Get(field)) }

// TextMax is Text, refused when it is longer than so many characters.
func (f *Form) TextMax(field string, most int) string {
	text := f.Text(field)
	if utf8.RuneCountInString(text) > most {
		f.Refuse(field, i18n.ErrorTooLong, i18n.A("max", strconv.Itoa(most)))
	}
	return text
}

// Number is a whole number from least to most; without a value it is absent.
func (f *Form) Number(field string, absent, least, most int64) int64 {
	text := f.Text(field)
	if text == "" {
		return absent
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		f.Refuse(field, i18n.ErrorNumber)
		return absent
	}
	if n < least || n > most {
		f.Refuse(field, i18n.ErrorNumberRange,
			i18n.A("min", strconv.FormatInt(least, 10)), i18n.A("max", strconv.FormatInt(most, 10)))
	}
	return n
}

// Refused says that something was found wrong with a field.
func (f *Form) Refused(field string) bool {
	return slices.ContainsFunc(f.Errors, func(e FieldError) bool { return e.Field == field })
}

// Arrange puts what was found wrong in the order of the fields on the page. What is about no field
// comes first.
func (f *Form) Arrange(fields ...string) {
	slices.SortStableFunc(f.Errors, func(a, b FieldError) int {
		return slices.Index(fields, a.Field) - slices.Index(fields, b.Field)
	})
}

// Refuse notes what is wrong with a field.
func (f *Form) Refuse(field string, key i18n.Key, args ...i18n.Arg) {
	f.Errors = append(f.Errors, FieldError{Field: field, Key: key, Args: args})
}

// RefuseWith takes over the error of a command. fields maps its parameters ("address[line1]") to
// controls; a parameter without a control is reported over the form. What is not the caller's
// fault is left to the caller: the answer is false.
func (f *Form) RefuseWith(err error, fields map[string]string) bool {
	var wrong *billing.Error
	if !errors.As(err, &wrong) {
		return false
	}
	f.Errors = append(f.Errors, FieldError{Field: fields[wrong.Param], Text: wrong.Message})
	return true
}

// OK tells that nothing was refused.
func (f *Form) OK() bool { return len(f.Errors) == 0 }
