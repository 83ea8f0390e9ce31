package app

import "strings"

// countryCurrencies are the currencies of countries that Stripe serves; the euro's members are
// listed once.
var countryCurrencies = map[string]string{
	"AE": "aed", "AU": "aud", "BR": "brl", "CA": "cad", "CH": "chf", "CZ": "czk", "DK": "dkk",
	"GB": "gbp", "GI": "gbp", "HK": "hkd", "HU": "huf", "IN": "inr", "JP": "jpy", "LI": "chf",
	"MX": "mxn", "MY": "myr", "NO": "nok", "NZ": "nzd", "PL": "pln", "RO": "ron", "SE": "sek",
	"SG": "sgd", "TH": "thb", "US": "usd", "ZA": "zar",
}

const euroCountries = "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"

// currencyOf is the currency that an account in a country starts with.
func currencyOf(country string) string {
	if currency, ok := countryCurrencies[country]; ok {
		return currency
	}
	if strings.Contains(euroCountries, country) {
		return "eur"
	}
	return "usd"
}
