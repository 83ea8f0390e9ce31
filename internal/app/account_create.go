package app

import (
	"context"
	"errors"
	"strings"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// AccountCreateParams describe a company that bills.
type AccountCreateParams struct {
	Name    string
	Country string // two letters
	Email   string
	// SecretKey is a test key that the caller has already; empty makes one.
	SecretKey string
}

// NewAccount is an account with its keys, which can be read here and never again.
type NewAccount struct {
	*billing.Account
	TestKey, LiveKey string
}

// secretKeyMin is how short a key of the caller's own may be; Stripe's CLI refuses shorter ones.
const secretKeyMin = 12

// CreateAccount makes a company with keys, settings and a default portal configuration for test
// and for live mode.
func (a *App) CreateAccount(ctx context.Context, p AccountCreateParams) (*NewAccount, error) {
	p.Country = strings.ToUpper(p.Country)
	switch {
	case p.Name == "":
		return nil, billing.Missing("name")
	case !isCountry(p.Country):
		return nil, billing.Invalid("country", "Invalid country: %s. Write it as the two letters "+
			"of ISO 3166, like US.", p.Country)
	case p.SecretKey != "" && (len(p.SecretKey) < secretKeyMin ||
		!strings.HasPrefix(p.SecretKey, testKeyPrefix)):
		return nil, billing.Invalid("secret_key", "A secret key must begin with %s and have at "+
			"least %d characters.", testKeyPrefix, secretKeyMin)
	}
	if err := checkEmail(&p.Email, "email"); err != nil {
		return nil, err
	}
	var made *NewAccount
	test := billing.Scope{Account: a.IDs.New("acct")}
	err := a.DB.Write(ctx, store.Origin{Scope: test, Now: a.wall()}, func(tx *store.Tx) error {
		made = &NewAccount{TestKey: p.SecretKey, Account: &billing.Account{ID: test.Account,
			Country: p.Country, Created: tx.Now(), DefaultCurrency: currencyOf(p.Country),
			Email: p.Email, Name: p.Name}}
		if made.TestKey == "" {
			made.TestKey = a.newKey(testKeyPrefix)
		}
		made.LiveKey = a.newKey(liveKeyPrefix)
		if err := store.SaveAccount(tx, made.Account); err != nil {
			return err
		}
		if err := a.openMode(tx, made.Account, made.TestKey); err != nil {
			return err
		}
		live := billing.Scope{Account: test.Account, Livemode: true}
		return a.openMode(tx.As(live), made.Account, made.LiveKey)
	})
	if store.KeyTaken(err) {
		return nil, keyTaken()
	}
	if err != nil {
		return nil, err
	}
	return made, nil
}

// openMode gives one mode of an account its key, settings and portal configuration.
func (a *App) openMode(tx *store.Tx, account *billing.Account, key string) error {
	livemode := tx.Scope().Livemode
	store.InsertKey(tx, store.APIKey{Hash: KeyHash(key), Kind: "secret", Last4: key[len(key)-4:],
		Created: tx.Now()})
	cfg := a.defaultPortalConfiguration(livemode, tx.Now())
	store.PortalConfigurations.Insert(tx, cfg)
	settings := billing.DefaultSettings(livemode, account.Name)
	settings.Updated = tx.Now()
	return store.SaveSettings(tx, settings)
}

func keyTaken() *billing.Error {
	return billing.Invalid("secret_key", "The secret key already belongs to an account.").
		WithCode(codeKeyTaken)
}

// codeKeyTaken tells that refusal apart.
const codeKeyTaken = "key_taken"

// EnsureAccount is CreateAccount for a program that is started again and again: on a database
// that has accounts, a key that is known changes nothing, and an unknown one is a mistake. Of
// programs that start together with one key, one makes the account.
func (a *App) EnsureAccount(ctx context.Context, p AccountCreateParams) (*NewAccount, error) {
	accounts, err := a.DB.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	if len(accounts) == 0 {
		made, err := a.CreateAccount(ctx, p)
		if e, ok := errors.AsType[*billing.Error](err); ok && e.Code == codeKeyTaken {
			return nil, nil // another program was quicker
		}
		return made, err
	}
	if p.SecretKey == "" {
		return nil, nil
	}
	_, err = a.DB.KeyByHash(ctx, KeyHash(p.SecretKey))
	if errors.Is(err, store.ErrNotFound) {
		return nil, billing.Invalid("secret_key", "The database has accounts, and none of them "+
			"has this secret key. Name another folder or database, or leave the key out.")
	}
	return nil, err
}
