package form

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/portico-billing/portico/internal/api/params"
)

// The sentences are Stripe's where they are known. Those about metadata's number of keys and
// about brackets are ours.

func unknown(names []string) *Error {
	sentence := "Received unknown parameter: "
	if len(names) > 1 {
		sentence = "Received unknown parameters: "
	}
	return invalid(codeUnknown, names[0], sentence+strings.Join(names, ", "))
}

func missing(param string) *Error {
	return invalid(codeMissing, param, "Missing required param: "+param+".")
}

func emptied(param string) *Error {
	return invalid(codeInvalidEmpty, param, "You passed an empty string for '"+param+
		"'. We assume empty values are an attempt to unset a parameter; however '"+param+
		"' cannot be unset. You should remove '"+param+
		"' from your request or supply a non-empty value.")
}

func unsupported(param string) *Error {
	return invalid("", param, param+" is not supported by Portico")
}

// wrongShape is for a hash, an array or a text that stands where another of them belongs.
func wrongShape(want params.Kind, param string) *Error {
	switch want {
	case params.KindHash, params.KindMap:
		return invalid("", param, "Invalid object")
	case params.KindArray:
		return invalid("", param, "Invalid array")
	case params.KindInteger, params.KindTime:
		return invalid(codeInvalidInteger, param, "Invalid integer")
	case params.KindBoolean:
		return invalid("", param, "Invalid boolean")
	case params.KindNumber, params.KindDecimal:
		return invalid("", param, "Invalid decimal")
	default:
		return invalid("", param, "Invalid string")
	}
}

// badValue is for a text that is not a number or a boolean.
func badValue(want params.Kind, text, param string) *Error {
	mistake := wrongShape(want, param)
	mistake.Message += ": " + shortened(text)
	return mistake
}

func notOneOf(words []string, param string) *Error {
	return invalid("", param, "Invalid "+param+": must be one of "+choice(words))
}

// choice reads "a", "a or b", "a, b, or c".
func choice(words []string) string {
	switch n := len(words); n {
	case 0, 1, 2:
		return strings.Join(words, " or ")
	default:
		return strings.Join(words[:n-1], ", ") + ", or " + words[n-1]
	}
}

func tooLong(text string, limit int, param string) *Error {
	return invalid("", param, fmt.Sprintf("Invalid string: %s; must be at most %d characters",
		shortened(text), limit))
}

// shortened keeps an error readable when the value is not: its ends tell which value it was.
func shortened(text string) string {
	const shown, end = 50, 20
	runes := []rune(text)
	if len(runes) <= shown {
		return text
	}
	return string(runes[:end]) + "..." + string(runes[len(runes)-end:])
}

// Stripe's limits on metadata.
const (
	metadataKeysMax        = 50
	metadataKeyLengthMax   = 40
	metadataValueLengthMax = 500
)

// metadata checks one entry. Square brackets cannot be in a key: the syntax has used them up.
func (c *checker) metadata(entry *child, at *path) {
	key, text := utf8.RuneCountInString(entry.key), utf8.RuneCountInString(entry.text)
	switch {
	case !entry.leaf:
		c.report(invalid("", at.String(), "Metadata values must be strings, but for key "+
			shortened(entry.key)+" you passed in a value of type hash"))
	case entry.key == "":
		c.report(invalid("", at.String(), "Metadata keys must not be empty"))
	case key > metadataKeyLengthMax:
		c.report(invalid("", at.String(), fmt.Sprintf("Metadata keys can have up to %d "+
			"characters, but you passed in a key that is %d characters. Invalid key: %s",
			metadataKeyLengthMax, key, shortened(entry.key))))
	case text > metadataValueLengthMax:
		c.report(invalid("", at.String(), fmt.Sprintf("Metadata values can have up to %d "+
			"characters, but you passed in a value that is %d characters. Invalid value: %s",
			metadataValueLengthMax, text, shortened(entry.text))))
	}
}

func metadataKeys(n int, param string) *Error {
	return invalid("", param, fmt.Sprintf("Metadata can have up to %d keys, but you passed in %d",
		metadataKeysMax, n))
}
