package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// ProductUpdateParams change a product.
type ProductUpdateParams struct {
	ProductParams
	DefaultPrice *string `form:"default_price"`
}

// UpdateProduct changes a product.
func (a *App) UpdateProduct(ctx context.Context, c Caller, id string,
	p ProductUpdateParams) (product *billing.Product, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if product, err = locked(tx, store.Products, id); err != nil {
			return nil, err
		}
		if p.DefaultPrice != nil {
			price, err := referred(tx, store.Prices, *p.DefaultPrice, "default_price")
			if err != nil {
				return nil, err
			}
			if price.Product.ID != product.ID {
				return nil, billing.Invalid("default_price", "The price `%s` does not belong to "+
					"the product `%s`.", price.ID, product.ID)
			}
			product.DefaultPrice = billing.To[billing.Price](price.ID)
		}
		if err := p.apply(product); err != nil {
			return nil, err
		}
		if store.Products.Changed(tx, product) {
			product.Updated = tx.Now()
		}
		return product, nil
	})
	return product, err
}

// DeleteProduct removes a product that never had a price.
func (a *App) DeleteProduct(ctx context.Context, c Caller,
	id string) (product *billing.Product, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if product, err = locked(tx, store.Products, id); err != nil {
			return nil, err
		}
		prices, err := store.Prices.All(tx, store.Eq("product", product.ID))
		if err != nil {
			return nil, err
		}
		if len(prices) > 0 {
			return nil, billing.Invalid("id", "This product cannot be deleted because it has one "+
				"or more user-created prices.")
		}
		store.Products.Delete(tx, product)
		return product, store.Products.Emit(tx, product, "product.deleted")
	})
	return product, err
}
