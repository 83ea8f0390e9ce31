package money

import "strings"

// currencies are the codes that Stripe charges in, with the digits of their minor unit where
// these are not 2. ISK and UGX have no minor unit any more, but their amounts keep two digits.
var currencies = parseCurrencies(`
	aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd:3 bif:0 bmd bnd bob brl bsd btn
	bwp byn bzd cad cdf chf clp:0 cny cop crc cve czk djf:0 dkk dop dzd egp etb eur fjd fkp gbp
	gel gip gmd gnf:0 gtq gyd hkd hnl hrk htg huf idr ils inr isk jmd jod:3 jpy:0 kes kgs khr
	kmf:0 krw:0 kwd:3 kyd kzt lak lbp lkr lrd lsl mad mdl mga:0 mkd mmk mnt mop mro mur mvr mwk
	mxn myr mzn nad ngn nio nok npr nzd omr:3 pab pen pgk php pkr pln pyg:0 qar ron rsd rub rwf:0
	sar sbd scr sek sgd shp sle sll sos srd std svc szl thb tjs tnd:3 top try ttd twd tzs uah ugx
	usd uyu uzs vef vnd:0 vuv:0 wst xaf:0 xcd xcg xof:0 xpf:0 yer zar zmw`)

// minimumCharges are the smallest sums worth charging, in minor units. Where none is known,
// every sum is charged.
var minimumCharges = map[string]int64{
	"aed": 200, "ars": 50, "aud": 50, "brl": 50, "cad": 50, "chf": 50, "cop": 50, "czk": 1500,
	"dkk": 250, "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "idr": 50, "ils": 50, "inr": 50,
	"jpy": 50, "krw": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50, "php": 50, "pln": 200,
	"ron": 200, "rub": 50, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50, "zar": 50,
}

func parseCurrencies(table string) map[string]int {
	m := map[string]int{}
	for entry := range strings.FieldsSeq(table) {
		code, digits, special := strings.Cut(entry, ":")
		m[code] = 2
		if special {
			m[code] = int(digits[0] - '0')
		}
	}
	return m
}

// ValidCurrency says that money can be asked for in this currency, given in lower case.
func ValidCurrency(currency string) bool {
	_, ok := currencies[currency]
	return ok
}

// Digits is how many digits the minor unit has: 2 for usd, 0 for jpy, 3 for kwd.
func Digits(currency string) int {
	if digits, ok := currencies[currency]; ok {
		return digits
	}
	return 2
}

// MinimumCharge is the least that a charge may be; a smaller sum goes to the customer's balance.
func MinimumCharge(currency string) int64 { return minimumCharges[currency] }

// MaximumCharge is the most that a charge may be: eight digits, and more in the currencies whose
// unit is worth little. A larger sum goes to the customer's balance.
func MaximumCharge(currency string) int64 {
	switch currency {
	case "idr":
		return 999_999_999_999
	case "cop":
		return 9_999_999_999
	case "inr":
		return 999_999_999
	}
	return 99_999_999
}

// Step is the multiple that a charge must be of: ISK and UGX have no smaller coin than their
// whole unit, and networks take three-digit currencies in tens.
func Step(currency string) int64 {
	switch {
	case currency == "isk" || currency == "ugx":
		return 100
	case Digits(currency) == 3:
		return 10
	}
	return 1
}

// Chargeable is the multiple of Step that is nearest to a sum, and a half goes up: of 12.34
// Ugandan shillings 12 are charged, of 12.50 are 13.
func Chargeable(amountMinor int64, currency string) int64 {
	step := Step(currency)
	return (amountMinor + step/2) / step * step
}
