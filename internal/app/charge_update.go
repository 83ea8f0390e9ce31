package app

import (
	"context"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// ChargeUpdateParams change what is written beside a charge.
type ChargeUpdateParams struct {
	Description  *string            `form:"description"`
	FraudDetails *FraudReportParams `form:"fraud_details"`
	Metadata     MetadataParams     `form:"metadata"`
	ReceiptEmail *string            `form:"receipt_email"`
}

// FraudReportParams say whether the account believes in a charge.
type FraudReportParams struct {
	UserReport billing.Optional[string] `form:"user_report"`
}

// UpdateCharge changes how a charge is described.
func (a *App) UpdateCharge(ctx context.Context, c Caller, id string,
	p ChargeUpdateParams) (charge *billing.Charge, err error) {
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		if charge, err = locked(tx, store.Charges, id); err != nil {
			return nil, err
		}
		if err := checkEmail(p.ReceiptEmail, "receipt_email"); err != nil {
			return nil, err
		}
		given(&charge.Description, p.Description)
		given(&charge.ReceiptEmail, p.ReceiptEmail)
		if p.FraudDetails != nil {
			charge.FraudDetails = &billing.FraudDetails{
				UserReport: p.FraudDetails.UserReport.Pointer()}
		}
		charge.Metadata, err = changeMetadata(charge.Metadata, p.Metadata)
		return charge, err
	})
	return charge, err
}
