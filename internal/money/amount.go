package money

// Amount is a sum in the minor unit of one currency.
type Amount struct {
	Minor    int64
	Currency string // lower-case ISO 4217
}
