package kit

import (
	"strconv"
	"strings"

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
}

func (f FieldFrame) wrong() *FieldError {
	for i := range f.Errors {
		if f.Errors[i].Field == f.Name {
			return &f.Errors[i]
		}
	}
	return nil
}

// DescribedBy names the hint and the error for whoever listens to the control.
func (f FieldFrame) DescribedBy() string {
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
	ID, Name    string
	Value       int64
	Min, Max    int64  // Max 0: no limit
	Action      string // where a step is asked for
	DescribedBy string // the id of a hint
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
