package app

import (
	"context"
	"errors"
	"strconv"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/store"
)

// PaymentMethodCreateParams create a payment method from a published test card. Live card data
// never reaches this house.
type PaymentMethodCreateParams struct {
	Type           string                `form:"type"`
	CardFields     *CardParams           `form:"card"`
	BillingDetails *BillingDetailsParams `form:"billing_details"`
	Metadata       MetadataParams        `form:"metadata"`
	AllowRedisplay *string               `form:"allow_redisplay"`
}

// CardParams are a published test number, or a token.
type CardParams struct {
	Number   *string `form:"number"`
	ExpMonth *int64  `form:"exp_month"`
	ExpYear  *int64  `form:"exp_year"`
	CVC      *string `form:"cvc"`
	Token    *string `form:"token"`
}

// BillingDetailsParams belong to the holder.
type BillingDetailsParams struct {
	Address billing.Optional[AddressParams] `form:"address"`
	Email   billing.Optional[string]        `form:"email"`
	Name    billing.Optional[string]        `form:"name"`
	Phone   billing.Optional[string]        `form:"phone"`
}

// CreatePaymentMethod stores a card in test mode. The number goes to the gateway and nowhere else.
func (a *App) CreatePaymentMethod(ctx context.Context, c Caller,
	p PaymentMethodCreateParams) (*billing.PaymentMethod, error) {
	instrument, err := a.describedInstrument(ctx, c, &p, "")
	if err != nil {
		return nil, err
	}
	var pm *billing.PaymentMethod
	err = a.write(ctx, c, func(tx *store.Tx) (any, error) {
		pm = a.newPaymentMethod(instrument, c.Livemode, tx.Now())
		p.describe(pm)
		store.PaymentMethods.Insert(tx, pm)
		return pm, nil
	})
	return pm, err
}

// describedInstrument is the card that a request describes. Parameters that are wrong are named
// below the hash that they are in, if any.
func (a *App) describedInstrument(ctx context.Context, c Caller, p *PaymentMethodCreateParams,
	in string) (gateway.Instrument, error) {
	kind, card := "type", "card"
	if in != "" {
		kind, card = in+"[type]", in+"[card]"
	}
	if p.Type != "" && p.Type != "card" {
		return gateway.Instrument{}, billing.Unsupported(kind + "=" + p.Type)
	}
	if p.CardFields == nil {
		return gateway.Instrument{}, billing.Missing(card)
	}
	return a.tokenize(ctx, c, p)
}

// describe writes into a new method what the request says besides the card.
func (p *PaymentMethodCreateParams) describe(pm *billing.PaymentMethod) {
	if p == nil {
		return
	}
	pm.Metadata = newMetadata(p.Metadata)
	assign(&pm.AllowRedisplay, p.AllowRedisplay)
	applyBillingDetails(&pm.BillingDetails, p.BillingDetails)
}

// tokenize sends a card to the gateway, with those details of its holder that issuers check.
func (a *App) tokenize(ctx context.Context, c Caller,
	whole *PaymentMethodCreateParams) (gateway.Instrument, error) {
	p := whole.CardFields
	if p.Token != nil {
		return a.testInstrument(ctx, c, *p.Token, "card[token]")
	}
	values, err := a.testValues(c)
	if err != nil {
		return gateway.Instrument{}, err
	}
	fields := map[string]string{}
	set := func(name string, v *string) {
		if v != nil {
			fields[name] = *v
		}
	}
	set("number", p.Number)
	set("cvc", p.CVC)
	if d := whole.BillingDetails; d != nil {
		set("name", d.Name.Pointer())
		set("address_zip", d.Address.Value.PostalCode.Pointer())
		set("address_line1", d.Address.Value.Line1.Pointer())
	}
	if p.ExpMonth != nil {
		fields["exp_month"] = strconv.FormatInt(*p.ExpMonth, 10)
	}
	if p.ExpYear != nil {
		fields["exp_year"] = strconv.FormatInt(*p.ExpYear, 10)
	}
	instrument, err := values.TokenizeFields(ctx, fields)
	return instrument, cardDataError(err)
}

// testValues is the gateway's ability to take published test values; live mode has none.
func (a *App) testValues(c Caller) (gateway.TestValues, error) {
	values, ok := a.Gateway.(gateway.TestValues)
	if !ok || c.Livemode {
		return nil, billing.Invalid("card", "Sending card details directly to the API is not "+
			"possible: card data never reaches this server in live mode.")
	}
	return values, nil
}

func cardDataError(err error) error {
	var d *gateway.DataError
	if !errors.As(err, &d) {
		return err
	}
	return &billing.Error{Status: 402, Type: billing.ErrorCard, Code: d.Code, Param: d.Param,
		DeclineCode: d.DeclineCode, Message: d.Message}
}

// testInstrument makes an instrument from a published name such as pm_card_visa.
func (a *App) testInstrument(ctx context.Context, c Caller, name,
	param string) (gateway.Instrument, error) {
	values, ok := a.Gateway.(gateway.TestValues)
	if !ok || c.Livemode {
		return gateway.Instrument{}, billing.NoSuch("PaymentMethod", name, param)
	}
	instrument, known, err := values.InstrumentFor(ctx, name)
	if err == nil && !known {
		err = billing.NoSuch("PaymentMethod", name, param)
	}
	return instrument, cardDataError(err)
}

// newPaymentMethod shows of an instrument what may be shown.
func (a *App) newPaymentMethod(in gateway.Instrument, livemode bool,
	now int64) *billing.PaymentMethod {
	pm := &billing.PaymentMethod{
		ID: a.IDs.New("pm"), Object: "payment_method", AllowRedisplay: "unspecified",
		Created: now, Livemode: livemode, Type: in.Type,
		Private: billing.PaymentMethodPrivate{Gateway: a.Gateway.Describe().Name,
			Instrument: in.Ref},
		BillingDetails: billing.BillingDetails{Name: str(in.Holder.Name)},
	}
	if in.Holder.PostalCode != "" {
		pm.BillingDetails.Address = &billing.Address{PostalCode: &in.Holder.PostalCode}
	}
	if in.Card != nil {
		pm.Card = shownCard(in)
	}
	return pm
}

func shownCard(in gateway.Instrument) *billing.Card {
	c := in.Card
	card := &billing.Card{
		Brand: c.Brand, Country: str(c.Country), DisplayBrand: str(c.DisplayBrand),
		ExpMonth: int64(c.ExpMonth), ExpYear: int64(c.ExpYear), Fingerprint: str(in.Fingerprint),
		Funding: c.Funding, Last4: c.Last4, RegulatedStatus: new("unregulated"),
		Networks:          &billing.CardNetworks{Available: c.Networks},
		ThreeDSecureUsage: &billing.ThreeDSecureUsage{Supported: c.ThreeDSecureSupported},
		Checks: &billing.CardChecks{AddressLine1Check: str(c.Line1Check),
			AddressPostalCodeCheck: str(c.PostalCodeCheck), CVCCheck: str(c.CVCCheck)},
	}
	if len(c.Networks) == 0 {
		card.Networks.Available = billing.Arr[string]{c.Brand}
	}
	return card
}

func applyBillingDetails(d *billing.BillingDetails, p *BillingDetailsParams) {
	if p == nil {
		return
	}
	set(&d.Email, p.Email)
	set(&d.Name, p.Name)
	set(&d.Phone, p.Phone)
	if p.Address.Set {
		d.Address = mergeAddress(d.Address, p.Address)
	}
}

// paymentMethodFor is the method that pays an invoice: its own, else the subscription's, else
// the customer's default. nil means that there is none.
func (a *App) paymentMethodFor(q store.Querier, inv *billing.Invoice,
	sub *billing.Subscription, cus *billing.Customer) (*billing.PaymentMethod, error) {
	for _, id := range methodsOf(inv, sub, cus) {
		if id == "" {
			continue
		}
		pm, err := store.PaymentMethods.Get(q, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil || !pm.Private.Detached {
			return pm, err
		}
	}
	return nil, nil
}

// methodsOf are the ids that paymentMethodFor looks at; some are empty.
func methodsOf(inv *billing.Invoice, sub *billing.Subscription, cus *billing.Customer) []string {
	ids := []string{inv.DefaultPaymentMethod.ID}
	if sub != nil {
		ids = append(ids, sub.DefaultPaymentMethod.ID)
	}
	return append(ids, cus.InvoiceSettings.DefaultPaymentMethod.ID)
}

// methodOf is a payment method that belongs to a customer.
func (a *App) methodOf(tx *store.Tx, cus *billing.Customer, id,
	param string) (*billing.PaymentMethod, error) {
	pm, err := referred(tx, store.PaymentMethods, id, param)
	if err != nil {
		return nil, err
	}
	if pm.Customer.ID != cus.ID {
		return nil, billing.Invalid(param, "The customer does not have a payment method with the "+
			"ID %s. The payment method must be attached to the customer.", id).
			WithCode("resource_missing")
	}
	return pm, nil
}
