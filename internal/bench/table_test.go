package bench_test

import (
	"fmt"
	"strings"
)

// table collects what is measured and what was aimed at.
type table struct{ rows []row }

// row is one line of the table. limit and mock are ratios, 0 when there is nothing to compare.
type row struct {
	deed, engine string
	ours         string
	limit, mock  float64
	wrote        string
	aim          string
	met          bool
}

// add keeps a row, and shows it at once to whoever waits.
func (t *table) add(r row) {
	t.rows = append(t.rows, r)
	fmt.Printf("portico: %s, %s: %s, %s of the limit, %s of stripe-mock\n", r.deed, r.engine,
		r.ours, percent(r.limit), percent(r.mock))
}

const heading = `
| what | engine | measured | of the limit | of stripe-mock | writes, each | aim |
|---|---|---|---|---|---|---|
`

// markdown is the table as the page about performance has it.
func (t *table) markdown() string {
	var b strings.Builder
	b.WriteString(heading)
	for _, r := range t.rows {
		aim := r.aim
		switch {
		case aim == "":
			aim = "–"
		case r.met:
			aim += ": met"
		default:
			aim += ": **missed**"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", r.deed, r.engine, r.ours,
			percent(r.limit), percent(r.mock), orDash(r.wrote), aim)
	}
	return b.String()
}

func percent(ratio float64) string {
	if ratio == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f %%", 100*ratio)
}

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// perSecond writes a rate with its thousands apart.
func perSecond(rate float64) string {
	text := fmt.Sprintf("%.0f", rate)
	if len(text) > 3 {
		text = text[:len(text)-3] + " " + text[len(text)-3:]
	}
	return text + "/s"
}

// aimed compares a ratio with the least that it should be on each engine.
func aimed(ratio float64, engine string, sqlite, postgres float64, of string) (string, bool) {
	least := sqlite
	if engine == "postgres" {
		least = postgres
	}
	return fmt.Sprintf("%.0f %% of %s", 100*least, of), ratio >= least
}
