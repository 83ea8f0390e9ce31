// Package kit is what the HTML doors share: the frame of a page, its assets, the headers that
// keep a browser safe, the accent colour of a brand, flashes, forms and locale negotiation.
//
// It owns the look (one stylesheet on custom properties) and the small parts every page is made
// of: banner, badge, field, button, empty state. It does not own any page of a front-end, any
// address below /p/ or /i/, and it never reads the store or runs a command.
//
// It promises that no page needs JavaScript, that nothing inline (style or script) is ever
// written, so the content security policy stays the strictest one there is, and that an accent
// colour it hands out is readable on every surface it is used on.
package kit
