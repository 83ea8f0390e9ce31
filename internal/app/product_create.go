package app

import (
	"cmp"
	"context"
	"fmt"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/money"
	"github.com/portico-billing/portico/internal/store"
)

// ProductCreateParams create a product.
type ProductCreateParams struct {
	ProductParams
	DefaultPriceData *DefaultPriceParams `form:"default_price_data"`
	ID               *string             `form:"id"`
}

// ProductParams are the fields that a product is created with and that may change.
type ProductParams struct {
	Active              *bool                                      `form:"active"`
	Description         billing.Optional[string]                   `form:"description"`
	Images              billing.Optional[[]string]                 `form:"images"`
	MarketingFeatures   billing.Optional[[]MarketingFeatureParams] `form:"marketing_features"`
	Metadata            MetadataParams                             `form:"metadata"`
	Name                *string                                    `form:"name"`
	PackageDimensions   billing.Optional[PackageDimensionsParams]  `form:"package_dimensions"`
	Shippable           *bool                                      `form:"shippable"`
	StatementDescriptor billing.Optional[string]                   `form:"statement_descriptor"`
	UnitLabel           billing.Optional[string]                   `form:"unit_label"`
	URL                 billing.Optional[string]                   `form:"url"`
}

// MarketingFeatureParams are one line of what is in a plan.
type MarketingFeatureParams struct {
	Name string `form:"name"`
}

// PackageDimensionsParams are a package's inches and ounces.
type PackageDimensionsParams struct {
	Height string `form:"height"`
	Length string `form:"length"`
	Weight string `form:"weight"`
	Width  string `form:"width"`
}

// Stripe's limits on a product's lists.
const (
	imagesMax            = 8
	marketingFeaturesMax = 15
	packagePlacesMax     = 2
)

// CreateProduct adds a product to the catalogue, and its default price if one is described.
func (a *App) CreateProduct(ctx context.Context, c Caller,
	p ProductCreateParams) (product *billing.Product, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if product, err = a.addProduct(tx, c, p.ID, p.ProductParams); err != nil {
			return nil, err
		}
		if p.DefaultPriceData == nil {
			return product, nil
		}
		price, err := a.addPrice(tx, c, product, p.DefaultPriceData.createParams())
		if err != nil {
			return nil, below(err, "default_price_data")
		}
		product.DefaultPrice = billing.To[billing.Price](price.ID)
		return product, nil
	})
	return product, err
}

func (a *App) addProduct(tx *store.Tx, c Caller, id *string,
	p ProductParams) (*billing.Product, error) {
	if p.Name == nil {
		return nil, billing.Missing("name")
	}
	product := &billing.Product{Object: "product", Active: true, Created: tx.Now(),
		Livemode: c.Livemode, Type: "service", Updated: tx.Now()}
	var err error
	if product.ID, err = a.chosenID(id, "prod"); err != nil {
		return nil, err
	}
	if id != nil {
		if err := unused(tx, store.Products, product.ID, "Product"); err != nil {
			return nil, err
		}
	}
	if err := p.apply(product); err != nil {
		return nil, err
	}
	store.Products.Insert(tx, product)
	return product, nil
}

// apply writes what was sent into the product.
func (p ProductParams) apply(product *billing.Product) (err error) {
	assign(&product.Active, p.Active)
	assign(&product.Name, p.Name)
	set(&product.Description, p.Description)
	set(&product.StatementDescriptor, p.StatementDescriptor)
	set(&product.UnitLabel, p.UnitLabel)
	if err := cmp.Or(checkURL(p.URL.Pointer(), "url"),
		checkDescriptor(p.StatementDescriptor.Pointer(), "statement_descriptor")); err != nil {
		return err
	}
	set(&product.URL, p.URL)
	if p.Shippable != nil {
		product.Shippable = p.Shippable
	}
	if p.PackageDimensions.Set {
		if product.PackageDimensions, err = packageOf(p.PackageDimensions); err != nil {
			return err
		}
	}
	if p.Images.Set {
		if len(p.Images.Value) > imagesMax {
			return billing.Invalid("images", "A product can have up to %d images.", imagesMax)
		}
		for i, address := range p.Images.Value {
			if err := checkURL(&address, fmt.Sprintf("images[%d]", i)); err != nil {
				return err
			}
		}
		product.Images = p.Images.Value
	}
	if p.MarketingFeatures.Set {
		if len(p.MarketingFeatures.Value) > marketingFeaturesMax {
			return billing.Invalid("marketing_features", "A product can have up to %d marketing "+
				"features.", marketingFeaturesMax)
		}
		product.MarketingFeatures = nil
		for _, feature := range p.MarketingFeatures.Value {
			product.MarketingFeatures = append(product.MarketingFeatures,
				billing.MarketingFeature(feature))
		}
	}
	product.Metadata, err = changeMetadata(product.Metadata, p.Metadata)
	return err
}

// packageOf reads dimensions, which have at most two places; nil when they were unset.
func packageOf(p billing.Optional[PackageDimensionsParams]) (*billing.PackageDimensions, error) {
	if p.Null {
		return nil, nil
	}
	d := billing.PackageDimensions{}
	for _, part := range []struct {
		name, given string
		field       *money.Decimal
	}{
		{"height", p.Value.Height, &d.Height}, {"length", p.Value.Length, &d.Length},
		{"weight", p.Value.Weight, &d.Weight}, {"width", p.Value.Width, &d.Width},
	} {
		n, err := money.ParseDecimal(part.given)
		if err != nil || n.Sign() <= 0 || n.Places() > packagePlacesMax {
			return nil, billing.Invalid("package_dimensions["+part.name+"]", "Invalid %s: it must "+
				"be above 0 and have at most %d decimal places.", part.name, packagePlacesMax)
		}
		*part.field = n
	}
	return &d, nil
}
