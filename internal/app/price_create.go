package app

import (
	"context"
	"errors"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/pricing"
	"github.com/portico-billing/portico/internal/store"
)

// CreatePrice adds a price to a product, or to a new product that is described with it.
func (a *App) CreatePrice(ctx context.Context, c Caller,
	p PriceCreateParams) (price *billing.Price, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		product, err := a.priceProduct(tx, c, p)
		if err != nil {
			return nil, err
		}
		price, err = a.addPrice(tx, c, product, p)
		return price, err
	})
	return price, err
}

// priceProduct is the product that is named, or described, with a price.
func (a *App) priceProduct(tx *store.Tx, c Caller,
	p PriceCreateParams) (*billing.Product, error) {
	data := p.ProductData
	switch {
	case p.Product != nil && data != nil:
		return nil, exclusive("product", "product_data")
	case p.Product == nil && data == nil:
		return nil, billing.Missing("product")
	case data == nil:
		return referred(tx, store.Products, *p.Product, "product")
	}
	product, err := a.addProduct(tx, c, data.ID, ProductParams{Active: data.Active,
		Name: &data.Name, Metadata: data.Metadata, UnitLabel: data.UnitLabel,
		StatementDescriptor: data.StatementDescriptor})
	return product, below(err, "product_data")
}

// addPrice makes a price of a product.
func (a *App) addPrice(tx *store.Tx, c Caller, product *billing.Product,
	p PriceCreateParams) (*billing.Price, error) {
	if p.UnitAmount != nil && p.UnitAmountDecimal != nil {
		return nil, exclusive("unit_amount", "unit_amount_decimal")
	}
	price := &billing.Price{ID: a.IDs.New("price"), Object: "price", Active: true,
		BillingScheme: billing.SchemePerUnit, Created: tx.Now(), Currency: lower(p.Currency),
		Livemode: c.Livemode, Nickname: filled(p.Nickname),
		Product:     billing.To[billing.Product](product.ID),
		TaxBehavior: new(billing.TaxUnspecified), Tiers: tiers(p.Tiers), TiersMode: p.TiersMode,
		Type: billing.PriceOneTime}
	if err := p.apply(price); err != nil {
		return nil, err
	}
	var err error
	if price.Metadata, err = changeMetadata(nil, p.Metadata); err != nil {
		return nil, err
	}
	if err := pricing.Validate(price); err != nil {
		return nil, err
	}
	if p.LookupKey != nil {
		if err := takeLookupKey(tx, price, *p.LookupKey, p.TransferLookupKey); err != nil {
			return nil, err
		}
	}
	store.Prices.Insert(tx, price)
	return price, nil
}

func (p PriceCreateParams) apply(price *billing.Price) error {
	assign(&price.Active, p.Active)
	assign(&price.BillingScheme, p.BillingScheme)
	price.UnitAmount, price.UnitAmountDecimal = bothForms(p.UnitAmount, p.UnitAmountDecimal)
	if p.TaxBehavior != nil {
		price.TaxBehavior = p.TaxBehavior
	}
	if t := p.TransformQuantity; t != nil {
		price.TransformQuantity = new(billing.TransformQuantity(*t))
	}
	for currency := range p.CurrencyOptions {
		if lower(currency) == price.Currency {
			return billing.Invalid("currency_options["+currency+"]", "The price's own currency "+
				"(%s) cannot be among its currency options.", price.Currency)
		}
	}
	addCurrencies(price, p.CurrencyOptions)
	if p.Recurring == nil {
		return nil
	}
	price.Type = billing.PriceRecurring
	price.Recurring = &billing.Recurring{Interval: p.Recurring.Interval, IntervalCount: 1,
		UsageType: billing.UsageLicensed}
	assign(&price.Recurring.IntervalCount, p.Recurring.IntervalCount)
	assign(&price.Recurring.UsageType, p.Recurring.UsageType)
	if days := p.Recurring.TrialPeriodDays; days != nil {
		price.Recurring.TrialPeriodDays = days
		if err := checkTrialDays(*days, "recurring[trial_period_days]"); err != nil {
			return err
		}
	}
	if price.Recurring.UsageType == billing.UsageMetered {
		return billing.Unsupported("recurring[usage_type]")
	}
	return nil
}

func addCurrencies(price *billing.Price, options map[string]CurrencyOptionParams) {
	if len(options) == 0 {
		return
	}
	all := map[string]billing.CurrencyOption{}
	for currency, option := range price.CurrencyOptions {
		all[currency] = option
	}
	for currency, option := range options {
		all[lower(currency)] = option.option()
	}
	price.CurrencyOptions = all
}

// takeLookupKey gives a price a key by which it is found, and takes it from another price if the
// caller wants that.
func takeLookupKey(tx *store.Tx, price *billing.Price, key string, transfer bool) error {
	holder, err := store.Prices.LockFirst(tx, store.Eq("lookup_key", key))
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return err
	case holder.ID == price.ID:
	case !transfer:
		return billing.Invalid("lookup_key", "A price (`%s`) already uses that lookup key.",
			holder.ID).WithCode("resource_already_exists")
	default:
		holder.LookupKey = nil
	}
	price.LookupKey = &key
	return nil
}
