package app

import (
	"context"
	"errors"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/pricing"
	"github.com/portico-billing/portico/internal/store"
)

// PriceUpdateParams change what may change of a price: never what it costs in a currency that it
// already had.
type PriceUpdateParams struct {
	Active            *bool                                             `form:"active"`
	CurrencyOptions   billing.Optional[map[string]CurrencyOptionParams] `form:"currency_options"`
	LookupKey         billing.Optional[string]                          `form:"lookup_key"`
	Metadata          MetadataParams                                    `form:"metadata"`
	Nickname          billing.Optional[string]                          `form:"nickname"`
	TaxBehavior       *string                                           `form:"tax_behavior"`
	TransferLookupKey bool                                              `form:"transfer_lookup_key"`
}

// UpdatePrice changes a price.
func (a *App) UpdatePrice(ctx context.Context, c Caller, id string,
	p PriceUpdateParams) (price *billing.Price, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if price, err = locked(tx, store.Prices, id); err != nil {
			return nil, err
		}
		if p.LookupKey.Given() {
			err := takeLookupKey(tx, price, p.LookupKey.Value, p.TransferLookupKey)
			if err != nil {
				return nil, err
			}
		} else {
			set(&price.LookupKey, p.LookupKey)
		}
		if err := p.checkArchived(tx, price); err != nil {
			return nil, err
		}
		if err := p.apply(price); err != nil {
			return nil, err
		}
		return price, pricing.Validate(price)
	})
	return price, err
}

// checkArchived keeps the default price of a product for sale.
func (p PriceUpdateParams) checkArchived(tx *store.Tx, price *billing.Price) error {
	if p.Active == nil || *p.Active {
		return nil
	}
	product, err := store.Products.Get(tx, price.Product.ID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil // deleted, and its prices with it
	case err != nil:
		return err
	case product.DefaultPrice.ID == price.ID:
		return billing.Invalid("active", "This price cannot be archived because it is the default "+
			"price of its product.")
	}
	return nil
}

func (p PriceUpdateParams) apply(price *billing.Price) (err error) {
	assign(&price.Active, p.Active)
	set(&price.Nickname, p.Nickname)
	if p.TaxBehavior != nil && *p.TaxBehavior != *price.TaxBehavior {
		if *price.TaxBehavior != billing.TaxUnspecified {
			return billing.Invalid("tax_behavior", "You cannot change `tax_behavior` once it is "+
				"set to `inclusive` or `exclusive`.")
		}
		price.TaxBehavior = p.TaxBehavior
	}
	if p.CurrencyOptions.Null {
		price.CurrencyOptions = nil
	}
	for currency := range p.CurrencyOptions.Value {
		if lower(currency) == price.Currency {
			return billing.Invalid("currency_options["+currency+"]", "The amount of a price in "+
				"its own currency cannot be changed. Create a new price instead.")
		}
	}
	addCurrencies(price, p.CurrencyOptions.Value)
	price.Metadata, err = changeMetadata(price.Metadata, p.Metadata)
	return err
}
