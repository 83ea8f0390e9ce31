package kit

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/portico-billing/portico/internal/i18n"
)

// Value is one hidden value of a form.
type Value struct{ Name, Text string }

// FieldFrame is what stands around a control.
type FieldFrame struct {
	Name     string // the control's name and id
	Label    string
	Hint     string
	Optional bool
	Errors   []FieldError // of the whole form; the field picks its own
	Live     bool         // an error can appear while the page stays
}

func (f FieldFrame) wrong() *FieldError {
	for i := range f.Errors {
		if f.Errors[i].Field == f.Name {
			return &f.Errors[i]
		}
	}
	return nil
}

// alone tells that the field's error is the only one: then no summary stands over the form, and
// the field takes the focus.
func (f FieldFrame) alone() bool { return f.wrong() != nil && len(f.Errors) == 1 }

// Attributes are what a control says about itself for whoever listens to it.
func (f FieldFrame) Attributes() templ.Attributes {
	all := templ.Attributes{}
	if by := f.describedBy(); by != "" {
		all["aria-describedby"] = by
	}
	if f.wrong() != nil {
		all["aria-invalid"] = "true"
	}
	if f.alone() {
		all["autofocus"], all["data-focus"] = true, true
	}
	return all
}

// describedBy names the hint and the error for whoever listens to the control.
func (f FieldFrame) describedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.Name+"-hint")
	}
	if f.wrong() != nil {
		ids = append(ids, f.Name+"-error")
	}
	return strings.Join(ids, " ")
}

// TextInput is a line of text to fill in.
type TextInput struct {
	FieldFrame
	Value        string
	Type         string // "text" when empty
	Autocomplete string
	Required     bool
}

func (t TextInput) inputType() string {
	if t.Type == "" {
		return "text"
	}
	return t.Type
}

// StepperState is a quantity and how far it may go.
type StepperState struct {
	FieldFrame
	Value    int64
	Min, Max int64  // Max 0: no limit
	Action   string // where a step is asked for
}

// StepName is the name under which a step sends where it leads. It wins over the number in the
// box, which a browser sends along.
func StepName(name string) string { return "set_" + name }

func (s StepperState) value() string { return strconv.FormatInt(s.Value, 10) }
func (s StepperState) min() string   { return strconv.FormatInt(s.Min, 10) }
func (s StepperState) max() string   { return strconv.FormatInt(s.Max, 10) }
func (s StepperState) less() string  { return strconv.FormatInt(max(s.Value-1, s.Min), 10) }
func (s StepperState) more() string  { return strconv.FormatInt(s.Value+1, 10) }

// bannerRole makes a listener hear trouble at once and everything else in turn.
func bannerRole(tone Tone) string {
	if tone == ToneCritical {
		return "alert"
	}
	return "status"
}

func toneWord(tone Tone) i18n.Key {
	switch tone {
	case TonePositive:
		return i18n.A11ySuccess
	case ToneWarning:
		return i18n.A11yWarning
	case ToneCritical:
		return i18n.A11yError
	default:
		return i18n.A11yInfo
	}
}
