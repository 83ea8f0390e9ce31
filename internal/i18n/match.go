package i18n

import (
	"slices"
	"strconv"
	"strings"
)

// Match finds the best locale of the portal for what is preferred, in order: a session's locale, a
// customer's preferred locales, then what the browser sent. Each may be one tag or a whole
// Accept-Language header. "auto", "" and languages the portal does not speak are passed over; when
// nothing is left the answer is English.
func Match(preferred ...string) Locale {
	for _, header := range preferred {
		for _, tag := range acceptable(header) {
			if l, ok := match(tag); ok {
				return l
			}
		}
	}
	return Default
}

// tagsMax bounds the work that a header of a stranger can cause.
const tagsMax = 32

// acceptable lists the tags of an Accept-Language header from most to least wanted.
func acceptable(header string) []string {
	type weighed struct {
		tag    string
		weight int
	}
	var list []weighed
	for part := range strings.SplitSeq(header, ",") {
		tag, parameter, _ := strings.Cut(part, ";")
		if w := weight(parameter); w > 0 && len(list) < tagsMax {
			list = append(list, weighed{strings.TrimSpace(tag), w})
		}
	}
	slices.SortStableFunc(list, func(a, b weighed) int { return b.weight - a.weight })
	tags := make([]string, len(list))
	for i, w := range list {
		tags[i] = w.tag
	}
	return tags
}

// weight reads "q=0.8" as thousandths. What cannot be read weighs nothing, no parameter all.
func weight(parameter string) int {
	parameter = strings.TrimSpace(parameter)
	if parameter == "" {
		return 1000
	}
	value, ok := strings.CutPrefix(parameter, "q=")
	if !ok {
		return 0
	}
	whole, fraction, _ := strings.Cut(value, ".")
	n, err := strconv.Atoi(whole + (fraction + "000")[:3])
	if err != nil {
		return 0
	}
	return n
}

// match finds the locale for one tag of BCP 47: "es-MX", "zh_Hant_HK", "NB-no".
func match(tag string) (Locale, bool) {
	parts := strings.Split(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	language, script, region := parts[0], "", ""
	for _, part := range parts[1:] {
		switch {
		case len(part) == 1: // what follows are extensions
		case len(part) == 4 && script == "" && region == "" && part[0] > '9':
			script = part
			continue
		case region == "":
			region = strings.ToUpper(part)
			continue
		}
		break
	}
	l := resolve(canonical(language), script, region)
	return l, slices.Contains(locales, l)
}

// canonical replaces codes of languages that have another name, or whose readers read the other.
func canonical(language string) string {
	switch language {
	case "no", "nn":
		return "nb"
	case "tl":
		return "fil"
	case "in":
		return "id"
	case "mo":
		return "ro"
	}
	return language
}

// latinAmerica are the regions whose Spanish is es-419, by CLDR's parent locales.
const latinAmerica = " 419 AR BO BR BZ CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV US UY VE "

// american are the regions that write English as the United States do; the others write it as
// en-GB.
const american = " US AS BI GU JP KR MH MP PH PR TW UM VI "

// resolve chooses between the variants of a language.
func resolve(language, script, region string) Locale {
	if exact := Locale(language + "-" + region); slices.Contains(locales, exact) && script == "" {
		return exact
	}
	within := func(list string) bool {
		return region != "" && strings.Contains(list, " "+region+" ")
	}
	switch language {
	case "zh":
		return chinese(script, region)
	case "es":
		if within(latinAmerica) {
			return "es-419"
		}
	case "en":
		if region != "" && !within(american) {
			return "en-GB"
		}
	case "pt", "fr":
		if exact := Locale(language + "-" + region); slices.Contains(locales, exact) {
			return exact
		}
	}
	return Locale(language)
}

// chinese goes by the script, and by the region where no script is given.
func chinese(script, region string) Locale {
	traditional := script == "hant" ||
		script == "" && slices.Contains([]string{"HK", "MO", "TW"}, region)
	switch {
	case !traditional:
		return "zh"
	case region == "HK" || region == "MO":
		return "zh-HK"
	default:
		return "zh-TW"
	}
}
