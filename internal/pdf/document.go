package pdf

import (
	"time"

	"github.com/portico-billing/portico/internal/color"
)

// A Document is one invoice, receipt or credit note, already in words. Empty strings and empty
// lists leave their part of the page out.
type Document struct {
	Locale string // BCP 47; picks the forms of Chinese, Japanese and Korean characters
	Dir    string // "rtl" mirrors the page; anything else reads left to right

	Title  string // "Invoice"
	Status *Stamp // nil for none

	Seller, BillTo, ShipTo Party

	Logo []byte // PNG or JPEG, in place of the seller's name across from the title; or nil

	Facts  []Fact // invoice number, date of issue, date due; the first one names the document
	Custom []Fact // the merchant's own fields, after Facts

	Headline string // "€31.25 due 17 April 2025"
	PayURL   string // http or https; anything else is not linked
	PayLabel string // "Pay online"

	Memo   string // before the lines
	Footer string // after everything else

	Columns Columns
	Lines   []Line
	Totals  []Total

	PaymentsTitle string // "Payments"
	Payments      []Fact // how it was paid, or where to send the money

	Accent    color.RGB // the merchant's colour; black is ink
	PageLabel func(n, of int) string
	PageSize  PageSize

	Created time.Time // goes into the file's metadata, not onto the page
	ID      string    // tells two otherwise equal documents apart in the metadata
}

// A Stamp says in a word how the document stands: "Paid", "Void".
type Stamp struct {
	Text string
	Tone Tone
}

// Tone is the mood of a stamp. The word carries the meaning; the colour only agrees with it.
type Tone int

// The tones, from no judgement to bad news.
const (
	ToneNeutral Tone = iota
	TonePositive
	ToneWarning
	ToneCritical
)

// A Party is a seller or a buyer: a name, then address, tax number, e-mail, one a line.
type Party struct {
	Label string // "Bill to"; the seller usually has none
	Name  string
	Lines []string
}

// A Fact is a labelled value.
type Fact struct{ Label, Value string }

// Columns holds the headings of the line table. A column without a heading is not drawn, so that
// an invoice without tax has no empty column for it.
type Columns struct{ Description, Quantity, UnitPrice, Tax, Amount string }

// A Line is one row of the table.
type Line struct {
	Group       string // a heading above this line, when it differs from the line before
	Description string
	Detail      string // smaller, beneath: "17 Apr – 17 May 2025"
	Quantity    string
	UnitPrice   string
	Tax         string
	Amount      string
}

// A Total is one row beneath the table. Strong ones are what the reader looks for.
type Total struct {
	Label, Value string
	Strong       bool
}

// PageSize is the paper; the zero value is A4.
type PageSize int

// The two sizes of paper that offices have.
const (
	A4 PageSize = iota
	Letter
)

// size returns width and height in points.
func (s PageSize) size() (width, height float64) {
	if s == Letter {
		return 612, 792
	}
	return 595.28, 841.89
}
