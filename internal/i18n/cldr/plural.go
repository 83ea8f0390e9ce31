package cldr

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// PluralRule says which whole numbers a category of plurals takes.
type PluralRule struct {
	Category string
	any      [][]relation // any of these groups, all relations of it
}

// relation is one comparison of a rule, such as "i % 100 != 12..14".
type relation struct {
	operand byte
	modulus int64 // 0 when the operand is taken as it is
	negated bool
	ranges  [][2]int64
}

// categories is the order in which CLDR lists them; only one matches a number.
var categories = []string{"zero", "one", "two", "few", "many"}

// Plurals returns the locale's rules in the order they are tried. What no rule takes is "other".
func (l *Locale) Plurals() []PluralRule {
	var rules []PluralRule
	for _, category := range categories {
		text, ok := l.PluralRules[category]
		if !ok {
			continue
		}
		rule, err := parseRule(category, text)
		if err != nil {
			panic(fmt.Sprintf("cldr: plural rule %q: %v", text, err))
		}
		rules = append(rules, rule)
	}
	return rules
}

// Category names the plural category of a whole number.
func Category(rules []PluralRule, count int64) string {
	if count < 0 {
		count = -count
	}
	for _, rule := range rules {
		if slices.ContainsFunc(rule.any, func(all []relation) bool { return holds(all, count) }) {
			return rule.Category
		}
	}
	return "other"
}

func holds(all []relation, count int64) bool {
	for _, r := range all {
		if !r.holds(count) {
			return false
		}
	}
	return true
}

// holds evaluates the relation. Of a whole number only n and i, its value, differ from zero: v, w,
// f and t count visible decimals, c and e are exponents of compact forms.
func (r relation) holds(count int64) bool {
	var value int64
	if r.operand == 'n' || r.operand == 'i' {
		value = count
	}
	if r.modulus != 0 {
		value %= r.modulus
	}
	within := slices.ContainsFunc(r.ranges, func(span [2]int64) bool {
		return span[0] <= value && value <= span[1]
	})
	return within != r.negated
}

// parseRule reads the syntax of Unicode's report 35, part 3: "v = 0 and i % 10 = 2..4 or n = 0,1".
func parseRule(category, text string) (PluralRule, error) {
	rule := PluralRule{Category: category}
	for group := range strings.SplitSeq(text, " or ") {
		var all []relation
		for part := range strings.SplitSeq(group, " and ") {
			r, err := parseRelation(strings.TrimSpace(part))
			if err != nil {
				return PluralRule{}, err
			}
			all = append(all, r)
		}
		rule.any = append(rule.any, all)
	}
	return rule, nil
}

func parseRelation(text string) (relation, error) {
	left, right, found := strings.Cut(text, "=")
	if !found {
		return relation{}, fmt.Errorf("no comparison in %q", text)
	}
	var r relation
	left, r.negated = strings.CutSuffix(strings.TrimSpace(left), "!")
	operand, modulus, hasModulus := strings.Cut(strings.TrimSpace(left), " % ")
	if len(operand) != 1 || !strings.Contains("nivwftce", operand) {
		return relation{}, fmt.Errorf("unknown operand %q", operand)
	}
	r.operand = operand[0]
	var err error
	if hasModulus {
		if r.modulus, err = strconv.ParseInt(modulus, 10, 64); err != nil {
			return relation{}, err
		}
	}
	r.ranges, err = parseRanges(strings.TrimSpace(right))
	return r, err
}

func parseRanges(text string) ([][2]int64, error) {
	var ranges [][2]int64
	for part := range strings.SplitSeq(text, ",") {
		from, to, isSpan := strings.Cut(part, "..")
		if !isSpan {
			to = from
		}
		low, err := strconv.ParseInt(from, 10, 64)
		if err != nil {
			return nil, err
		}
		high, err := strconv.ParseInt(to, 10, 64)
		if err != nil {
			return nil, err
		}
		ranges = append(ranges, [2]int64{low, high})
	}
	return ranges, nil
}
