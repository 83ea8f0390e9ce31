package pricing

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/calendar"
	"github.com/portico-billing/portico/internal/money"
)

// Limits of one figure: twelve digits before the point and twelve after it.
const (
	amountMax     = 999_999_999_999
	DecimalPlaces = 12
)

// Validate refuses a price that cannot be billed, naming the parameter that is wrong.
func Validate(p *billing.Price) error {
	if !money.ValidCurrency(p.Currency) {
		return billing.Invalid("currency", "Invalid currency: %s.", p.Currency)
	}
	if err := validInterval(p); err != nil {
		return err
	}
	if err := validScheme(p); err != nil {
		return err
	}
	if err := validAmounts(p, ownAmounts(p), ""); err != nil {
		return err
	}
	for _, currency := range slices.Sorted(maps.Keys(p.CurrencyOptions)) {
		path := "currency_options[" + currency + "]"
		switch {
		case !money.ValidCurrency(currency):
			return billing.Invalid(path, "Invalid currency: %s.", currency)
		case currency == p.Currency:
			continue // the price's own figures, which the API shows here once more
		}
		err := validAmounts(p, optionAmounts(p.CurrencyOptions[currency]), path)
		if err != nil {
			return err
		}
	}
	return nil
}

func validInterval(p *billing.Price) error {
	if p.Recurring == nil {
		return nil
	}
	iv := calendar.Interval{Unit: p.Recurring.Interval, Count: p.Recurring.IntervalCount}
	switch err := iv.Valid(); {
	case err == nil:
		return nil
	case errors.Is(err, calendar.ErrUnit):
		return billing.Invalid("recurring[interval]", "Invalid interval: %v.", err)
	default:
		return billing.Invalid("recurring[interval_count]", "Invalid interval: %v.", err)
	}
}

// validScheme checks which fields go together.
func validScheme(p *billing.Price) error {
	tiered := p.BillingScheme == billing.SchemeTiered
	t := p.TransformQuantity
	switch {
	case tiered && p.TiersMode == nil:
		return billing.Missing("tiers_mode")
	case tiered && t != nil:
		return billing.Invalid("transform_quantity",
			"You cannot use `transform_quantity` with `billing_scheme=tiered`.")
	case !tiered && p.TiersMode != nil:
		return billing.Invalid("tiers_mode",
			"You can only use `tiers_mode` with `billing_scheme=tiered`.")
	case t != nil && t.DivideBy < 1:
		return billing.Invalid("transform_quantity[divide_by]", "Invalid positive integer")
	case t != nil && t.Round != billing.RoundUp && t.Round != billing.RoundDown:
		return billing.Invalid("transform_quantity[round]",
			"Invalid round: must be one of up or down")
	}
	return nil
}

// validAmounts checks the figures of one currency; path is where they stand in the request.
func validAmounts(p *billing.Price, a amounts, path string) error {
	single := a.unit != nil || a.unitDecimal != nil
	if p.BillingScheme == billing.SchemeTiered {
		if single || a.custom != nil {
			return billing.Invalid(at(path, "unit_amount"),
				"You cannot use `unit_amount` with `billing_scheme=tiered`; use `tiers`.")
		}
		return validTiers(a.tiers, at(path, "tiers"))
	}
	switch {
	case len(a.tiers) > 0:
		return billing.Invalid(at(path, "tiers"),
			"You can only use `tiers` with `billing_scheme=tiered`.")
	case single && a.custom != nil:
		return billing.Invalid(at(path, "custom_unit_amount"),
			"You may only specify one of these parameters: custom_unit_amount, unit_amount.")
	case !single && a.custom == nil:
		return billing.Missing(at(path, "unit_amount"))
	}
	return validFigure(a.unit, a.unitDecimal, at(path, "unit_amount"))
}

func validTiers(tiers []billing.PriceTier, path string) error {
	if len(tiers) == 0 {
		return billing.Missing(path)
	}
	below := int64(0)
	for i, t := range tiers {
		tier := fmt.Sprintf("%s[%d]", path, i)
		last := i == len(tiers)-1
		switch {
		case last && t.UpTo != nil:
			return billing.Invalid(tier+"[up_to]", "The last tier must have `up_to` set to `inf`.")
		case !last && t.UpTo == nil:
			return billing.Invalid(tier+"[up_to]", "Only the last tier may have `up_to=inf`.")
		case !last && *t.UpTo <= below:
			return billing.Invalid(tier+"[up_to]", "Each tier must end after the one before it.")
		case empty(t):
			return billing.Invalid(tier, "A tier needs a unit amount, a flat amount or both.")
		}
		err := validFigure(t.UnitAmount, t.UnitAmountDecimal, tier+"[unit_amount]")
		if err == nil {
			err = validFigure(t.FlatAmount, t.FlatAmountDecimal, tier+"[flat_amount]")
		}
		if err != nil {
			return err
		}
		if !last {
			below = *t.UpTo
		}
	}
	return nil
}

// empty says that a tier has no figure at all.
func empty(t billing.PriceTier) bool {
	return t.UnitAmount == nil && t.UnitAmountDecimal == nil &&
		t.FlatAmount == nil && t.FlatAmountDecimal == nil
}

// validFigure checks one amount: not negative and within the limits. When it is given in both
// ways, they must agree.
func validFigure(minor *int64, decimal *string, path string) error {
	switch {
	case minor == nil:
	case *minor < 0:
		return billing.Invalid(path, "Invalid non-negative integer")
	case *minor > amountMax:
		return tooLarge(path)
	}
	if decimal == nil {
		return nil
	}
	d, err := money.ParseDecimal(*decimal)
	switch {
	case err != nil:
		return billing.Invalid(path+"_decimal", "Invalid decimal: %s", *decimal)
	case d.Places() > DecimalPlaces:
		return billing.Invalid(path+"_decimal",
			"Invalid decimal: %s; at most %d decimal places are allowed", *decimal, DecimalPlaces)
	case d.Sign() < 0:
		return billing.Invalid(path+"_decimal", "Invalid non-negative decimal")
	case d.Rat().Cmp(exact(new(int64(amountMax)), nil)) > 0:
		return tooLarge(path + "_decimal")
	case minor != nil && d.Rat().Cmp(exact(minor, nil)) != 0:
		return billing.Invalid(path+"_decimal",
			"You may only specify one of these parameters: unit_amount, unit_amount_decimal.")
	}
	return nil
}

func tooLarge(path string) error {
	return billing.Invalid(path, "Amount must be no more than %d.", int64(amountMax)).
		WithCode("amount_too_large")
}

// at is the name of a parameter inside path, as in currency_options[eur][tiers].
func at(path, name string) string {
	if path == "" {
		return name
	}
	return path + "[" + name + "]"
}
