// Package pdf puts invoices and receipts on paper.
//
// It owns the look of the page, the typesetting (shaping, bidirectional text, line breaking, page
// breaking), the fonts, and the writing of the file. It takes a [Document] whose strings are final
// words and returns the bytes of a PDF; [Invoice] says an invoice in such words.
//
// It does not own an amount or a date: they stand in the invoice, and the catalogue says how a
// language writes them. It reads no clock and writes no file.
//
// It promises:
//   - The same Document gives the same bytes, so a stored invoice can be rendered again and
//     compared.
//   - The text of the page can be copied and searched as it was given, in every script.
//   - No text of a Document can become anything but text: there is no way out of a string, no
//     override of the reading direction, and only http and https addresses become links.
//   - A Renderer may be used from many goroutines. A font costs nothing until a text needs it.
//
// A page passes through these files, in this order: invoice.go and table.go say what stands where,
// flow.go breaks it into pages, paragraph.go breaks text into lines, shape.go turns lines into
// glyphs of the fonts in library.go, canvas.go draws them, subset.go and embed.go put the glyphs
// used into the file, and file.go writes it.
//
// Known deficiencies: fonts with CFF outlines (.otf) are refused; Thai has no dictionary and may
// break within a word, at a syllable; the file is not tagged for screen readers beyond its text
// and language.
package pdf
