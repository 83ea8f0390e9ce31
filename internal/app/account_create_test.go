package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/portico-billing/portico/internal/app"
	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/clock"
	"github.com/portico-billing/portico/internal/id"
	"github.com/portico-billing/portico/internal/store"
	"github.com/portico-billing/portico/internal/store/storetest"
)

// office is an App on a fresh database, with no gateway.
func office(t testing.TB) *app.App {
	t.Helper()
	moment := clock.NewManual(time.Unix(storetest.Now, 0))
	return app.New(app.Options{DB: storetest.Open(t), Clock: moment, IDs: &id.Sequence{},
		PublicURL: "http://portico.test"})
}

func TestCreateAccountOpensBothModes(t *testing.T) {
	t.Parallel()
	a := office(t)
	made, err := a.CreateAccount(t.Context(), app.AccountCreateParams{Name: "Desk", Country: "it"})
	if err != nil {
		t.Fatal(err)
	}
	if made.DefaultCurrency != "eur" || made.Country != "IT" {
		t.Errorf("account: %+v", made.Account)
	}
	for key, livemode := range map[string]bool{made.TestKey: false, made.LiveKey: true} {
		known, err := a.DB.KeyByHash(t.Context(), app.KeyHash(key))
		want := billing.Scope{Account: made.ID, Livemode: livemode}
		if err != nil || known.Scope != want {
			t.Errorf("key %s: %+v, %v", key, known, err)
		}
		if len(key) != len("sk_test_")+32 {
			t.Errorf("key %s has %d characters", key, len(key))
		}
		err = a.View(t.Context(), want, func(q *store.View) error {
			cfg, err := store.PortalConfigurations.First(q, store.Eq("is_default", true))
			if err == nil &&
				(cfg.Livemode != livemode || !cfg.Features.SubscriptionCancel.Enabled) {
				t.Errorf("configuration: %+v", cfg)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestCreateAccountMistakes(t *testing.T) {
	t.Parallel()
	a := office(t)
	good := app.AccountCreateParams{Name: "Desk", Country: "US", SecretKey: "sk_test_1234"}
	if _, err := a.CreateAccount(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	for param, p := range map[string]app.AccountCreateParams{
		"name":    {Country: "US"},
		"country": {Name: "Desk", Country: "XX"},
		"email":   {Name: "Desk", Country: "US", Email: "notmail"},
		"secret_key": {Name: "Desk", Country: "US",
			SecretKey: "sk_test_123"},
	} {
		_, err := a.CreateAccount(t.Context(), p)
		wantParam(t, err, param)
	}
	for _, country := range []string{"USA", "", "S ", "D A"} {
		_, err := a.CreateAccount(t.Context(), app.AccountCreateParams{Name: "Desk",
			Country: country})
		wantParam(t, err, "country")
	}
	_, err := a.CreateAccount(t.Context(), good)
	wantParam(t, err, "secret_key")
	for _, key := range []string{"sk_live_123456", "rk_test_123456"} {
		_, err := a.CreateAccount(t.Context(), app.AccountCreateParams{Name: "Desk",
			Country: "US", SecretKey: key})
		wantParam(t, err, "secret_key")
	}
}

func wantParam(t *testing.T, err error, param string) {
	t.Helper()
	e, ok := errors.AsType[*billing.Error](err)
	if !ok || e.Param != param {
		t.Errorf("got %v, want a mistake in %s", err, param)
	}
}

func TestEnsureAccount(t *testing.T) {
	t.Parallel()
	a := office(t) // its database has accounts, none of which has a key
	made, err := a.EnsureAccount(t.Context(), app.AccountCreateParams{})
	if made != nil || err != nil {
		t.Errorf("without a key: %v, %v", made, err)
	}
	p := app.AccountCreateParams{Name: "Desk", Country: "US", SecretKey: "sk_test_known_key"}
	_, err = a.EnsureAccount(t.Context(), p)
	wantParam(t, err, "secret_key")
	if _, err := a.CreateAccount(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if made, err := a.EnsureAccount(t.Context(), p); made != nil || err != nil {
		t.Errorf("with a known key: %v, %v", made, err)
	}
}

// TestAKeyBelongsToOneAccount: also of two programs that start together on an empty database.
func TestAKeyBelongsToOneAccount(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open storetest.Opener) {
		a := app.New(app.Options{DB: open(), IDs: &id.Sequence{},
			Clock: clock.NewManual(time.Unix(storetest.Now, 0)), PublicURL: "http://portico.test"})
		p := app.AccountCreateParams{Name: "Desk", Country: "US", SecretKey: "sk_test_known_key"}
		if _, err := a.CreateAccount(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		_, err := a.CreateAccount(t.Context(), p)
		wantParam(t, err, "secret_key")
	})
}

func TestACustomerInThePortalChangesOnlyThemselves(t *testing.T) {
	t.Parallel()
	a := office(t)
	made, err := a.CreateAccount(t.Context(), app.AccountCreateParams{Name: "Desk", Country: "US"})
	if err != nil {
		t.Fatal(err)
	}
	merchant := app.Caller{Actor: billing.Actor{Scope: billing.Scope{Account: made.ID}}}
	ada, err := a.CreateCustomer(t.Context(), merchant, app.CustomerCreateParams{})
	if err != nil {
		t.Fatal(err)
	}
	bob, err := a.CreateCustomer(t.Context(), merchant, app.CustomerCreateParams{})
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := a.CreatePortalConfiguration(t.Context(), merchant,
		app.PortalConfigurationCreateParams{PortalConfigurationParams: namesOnly()})
	if err != nil {
		t.Fatal(err)
	}
	portal := merchant
	portal.Customer, portal.Configuration = ada.ID, cfg.ID
	tests := []struct {
		name, id string
		p        app.CustomerParams
		refused  string
	}{
		{"their name", ada.ID, app.CustomerParams{Name: billing.Some("Ada")}, ""},
		{"another's name", bob.ID, app.CustomerParams{Name: billing.Some("Ada")}, "No such"},
		{"their email", ada.ID, app.CustomerParams{Email: billing.Some("a@b.test")}, "email"},
		{"their balance", ada.ID, app.CustomerParams{Balance: new(int64(-1))}, "balance"},
		{"their metadata", ada.ID, app.CustomerParams{
			Metadata: billing.Some(map[string]string{"vip": "1"})}, "metadata"},
	}
	for _, test := range tests {
		_, err := a.UpdateCustomer(t.Context(), portal, test.id,
			app.CustomerUpdateParams{CustomerParams: test.p})
		switch {
		case test.refused == "" && err != nil:
			t.Errorf("%s: %v", test.name, err)
		case test.refused != "" && (err == nil || !strings.Contains(err.Error(), test.refused)):
			t.Errorf("%s: %v, want a refusal about %q", test.name, err, test.refused)
		}
	}
}

func namesOnly() app.PortalConfigurationParams {
	return app.PortalConfigurationParams{Features: &app.PortalFeaturesParams{
		CustomerUpdate: &app.PortalCustomerUpdateParams{Enabled: new(true),
			AllowedUpdates: billing.Some([]string{"name"})}}}
}
