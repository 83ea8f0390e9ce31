package view

import "github.com/portico-billing/portico/internal/i18n"

// Written is the sum as pages write it, for sentences that are made before their page is.
func (m Money) Written(z *i18n.Localizer) string { return m.text(z) }

// Named is the method as sentences name it: "Visa ending 4242".
func (m Method) Named(z *i18n.Localizer) string { return m.text(z) }

// Named is what the subscription is for, all items in one phrase.
func (s Subscription) Named(z *i18n.Localizer) string { return s.plan(z) }

// Named is the item with its number when there are several: "3 × Seat".
func (i Item) Named(z *i18n.Localizer) string { return i.text(z) }
