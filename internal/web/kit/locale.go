package kit

import (
	"net/http"
	"sort"
	"strconv"
	"strings"

	"github.com/portico-billing/portico/internal/i18n"
)

// Localizer picks the language of an answer: what was chosen for the session, then what the
// customer prefers, then what the browser asks for. "auto" and "" choose nothing.
func Localizer(r *http.Request, chosen ...string) *i18n.Localizer {
	return i18n.For(i18n.Match(append(chosen, AcceptedLanguages(r)...)...))
}

// languagesMax bounds the work that one header can ask for.
const languagesMax = 16

// AcceptedLanguages lists the languages of the Accept-Language header, the dearest first.
// A weight of zero is a refusal and is left out.
func AcceptedLanguages(r *http.Request) []string {
	type wish struct {
		tag    string
		weight float64
	}
	var wishes []wish
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, params, _ := strings.Cut(part, ";")
		tag = strings.TrimSpace(tag)
		weight := 1.0
		if value, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			parsed, err := strconv.ParseFloat(value, 64)
			if err != nil {
				continue
			}
			weight = parsed
		}
		if tag != "" && tag != "*" && weight > 0 && len(wishes) < languagesMax {
			wishes = append(wishes, wish{tag, weight})
		}
	}
	sort.SliceStable(wishes, func(i, j int) bool { return wishes[i].weight > wishes[j].weight })
	tags := make([]string, len(wishes))
	for i, w := range wishes {
		tags[i] = w.tag
	}
	return tags
}
