package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portico-billing/portico/internal/i18n/cldr"
)

// locale gathers one table.
func (s *source) locale(name string) (*cldr.Locale, error) {
	l := &cldr.Locale{}
	for _, part := range []func(*cldr.Locale, string) error{
		s.numbers, s.currencies, s.dates, s.words, s.plurals,
	} {
		if err := part(l, name); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (s *source) numbers(l *cldr.Locale, name string) error {
	file, err := s.file("cldr-numbers-full/main/" + name + "/numbers.json")
	if err != nil {
		return err
	}
	n := file.at("main", name, "numbers")
	if system := n.at("defaultNumberingSystem").text(); system != "latn" {
		return fmt.Errorf("digits of %q are not supported", system)
	}
	symbols := n.at("symbols-numberSystem-latn")
	l.Decimal, l.Group = symbols.at("decimal").text(), symbols.at("group").text()
	l.Minus = symbols.at("minusSign").text()
	l.GroupMin, l.GroupSecond = n.at("minimumGroupingDigits").number(), 3
	if strings.Contains(n.at("decimalFormats-numberSystem-latn", "standard").text(), ",##,##0") {
		l.GroupSecond = 2
	}
	sign := symbols.at("percentSign").text()
	percent := short(n.at("percentFormats-numberSystem-latn", "standard").text())
	l.Percent = strings.Replace(percent, "%", sign, 1)
	formats := n.at("currencyFormats-numberSystem-latn")
	l.Currency = pattern(formats.at("standard").text())
	l.CurrencyAlpha = pattern(formats.at("standard-alphaNextToNumber").text())
	return nil
}

// pattern splits the patterns of both signs; without one of its own a negative has the sign in
// front.
func pattern(text string) cldr.Pattern {
	positive, negative, ok := strings.Cut(text, ";")
	if !ok {
		negative = "-" + positive
	}
	return cldr.Pattern{Positive: short(positive), Negative: short(negative)}
}

// short writes "0" for the digits of a pattern: "#,##0.00 ¤" is "0 ¤".
func short(pattern string) string {
	first, last := strings.IndexAny(pattern, "#0"), strings.LastIndexAny(pattern, "#0")
	return pattern[:first] + "0" + pattern[last+1:]
}

func (s *source) currencies(l *cldr.Locale, name string) error {
	file, err := s.file("cldr-numbers-full/main/" + name + "/currencies.json")
	if err != nil {
		return err
	}
	l.Symbols = map[string]string{}
	currencies := file.at("main", name, "numbers", "currencies")
	for code := range currencies.fields() {
		symbol := currencies.at(code, "symbol").text()
		if symbol != "" && symbol != code {
			l.Symbols[code] = symbol
		}
	}
	return nil
}

func (s *source) dates(l *cldr.Locale, name string) error {
	file, err := s.file("cldr-dates-full/main/" + name + "/ca-gregorian.json")
	if err != nil {
		return err
	}
	d := file.at("main", name, "dates", "calendars", "gregorian")
	l.DateLong = d.at("dateFormats", "long").text()
	l.DateMedium = d.at("dateFormats", "medium").text()
	l.YearMonth = d.at("dateTimeFormats", "availableFormats", "yMMMM").text()
	l.Time = d.at("timeFormats", "short").text()
	l.DateTime = d.at("dateTimeFormats-atTime", "standard", "long").text()
	l.Months = d.at("months", "format", "wide").texts(twelve...)
	l.MonthsAbbr = d.at("months", "format", "abbreviated").texts(twelve...)
	alone := d.at("months", "stand-alone", "wide").texts(twelve...)
	if !slices.Equal(alone, l.Months) {
		l.MonthsAlone = alone
	}
	periods := d.at("dayPeriods", "format", "abbreviated")
	l.AM, l.PM = periods.at("am").text(), periods.at("pm").text()
	if hasLetter(l.DateLong, 'G') {
		l.Era = d.at("eras", "eraAbbr", "1").text()
	}
	if hasLetter(l.Time, 'B') {
		if l.DayPeriods, err = s.dayPeriods(name, periods); err != nil {
			return err
		}
	}
	for _, p := range []string{l.DateLong, l.DateMedium, l.YearMonth, l.Time} {
		if err := checkPattern(p); err != nil {
			return err
		}
	}
	return nil
}

// dayPeriods names the hours by CLDR's rules of the language, such as "afternoon1" from 12:00 to
// 13:00.
func (s *source) dayPeriods(name string, names node) ([]string, error) {
	file, err := s.file("cldr-core/supplemental/dayPeriods.json")
	if err != nil {
		return nil, err
	}
	rules := file.at("supplemental", "dayPeriodRuleSet")
	own := rules.at(name)
	if own.value == nil {
		language, _, _ := strings.Cut(name, "-")
		own = rules.at(language)
	}
	hours := make([]string, 24)
	for period := range own.fields() {
		from, before := own.at(period, "_from").text(), own.at(period, "_before").text()
		if from == "" {
			continue // noon and midnight: moments, not spans
		}
		var start, end int
		if _, err := fmt.Sscanf(from+" "+before, "%d:00 %d:00", &start, &end); err != nil {
			return nil, err
		}
		for hour := start; hour%24 != end%24; hour++ {
			hours[hour%24] = names.at(period).text()
		}
	}
	return hours, nil
}

// written are the letters of date patterns that package i18n writes.
const written = "GyMLdHhmaB"

func hasLetter(pattern string, letter rune) bool {
	return strings.ContainsRune(unquoted(pattern), letter)
}

func checkPattern(pattern string) error {
	for _, r := range unquoted(pattern) {
		isLetter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if isLetter && !strings.ContainsRune(written, r) {
			return fmt.Errorf("pattern %q has the letter %q", pattern, r)
		}
	}
	return nil
}

// unquoted drops the parts of a pattern between apostrophes.
func unquoted(pattern string) string {
	parts := strings.Split(pattern, "'")
	var b strings.Builder
	for i := 0; i < len(parts); i += 2 {
		b.WriteString(parts[i])
	}
	return b.String()
}

func (s *source) words(l *cldr.Locale, name string) error {
	file, err := s.file("cldr-misc-full/main/" + name + "/listPatterns.json")
	if err != nil {
		return err
	}
	list := file.at("main", name, "listPatterns", "listPattern-type-standard")
	l.List = cldr.ListPattern{
		Start: list.at("start").text(), Middle: list.at("middle").text(),
		End: list.at("end").text(), Pair: list.at("2").text(),
	}
	if file, err = s.file("cldr-misc-full/main/" + name + "/delimiters.json"); err != nil {
		return err
	}
	delimiters := file.at("main", name, "delimiters")
	l.Quotes = [2]string{
		delimiters.at("quotationStart").text(), delimiters.at("quotationEnd").text(),
	}
	return nil
}

func (s *source) plurals(l *cldr.Locale, name string) error {
	file, err := s.file("cldr-core/supplemental/plurals.json")
	if err != nil {
		return err
	}
	all := file.at("supplemental", "plurals-type-cardinal")
	rules := all.at(name)
	if rules.value == nil {
		language, _, _ := strings.Cut(name, "-")
		rules = all.at(language)
	}
	if rules.value == nil {
		return fmt.Errorf("no plural rules")
	}
	l.PluralRules = map[string]string{}
	for key := range rules.fields() {
		rule, _, _ := strings.Cut(rules.at(key).text(), "@") // what follows are samples
		if rule = strings.TrimSpace(rule); rule != "" {
			l.PluralRules[strings.TrimPrefix(key, "pluralRule-count-")] = rule
		}
	}
	return nil
}

// digits lists the currencies that are not written with two decimals.
func (s *source) digits() (map[string]int, error) {
	file, err := s.file("cldr-core/supplemental/currencyData.json")
	if err != nil {
		return nil, err
	}
	fractions := file.at("supplemental", "currencyData", "fractions")
	table := map[string]int{}
	for code := range fractions.fields() {
		if n := fractions.at(code, "_digits").number(); n != 2 && code != "DEFAULT" {
			table[code] = n
		}
	}
	return table, nil
}
