package app

import (
	"encoding/json"
	"time"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/store"
)

// Commands that an attempt may belong to.
const (
	commandSubscriptionCreate = "subscription.create"
	commandSubscriptionUpdate = "subscription.update"
	commandInvoicePay         = "invoice.pay"
	commandInvoiceCollect     = "invoice.collect"
	commandIntentConfirm      = "payment_intent.confirm"
	commandSetupConfirm       = "setup_intent.confirm"
	commandRefund             = "refund.create"
	commandCapture            = "payment_intent.capture"
	commandChargeCapture      = "charge.capture"
)

// plan says what an attempt is for. It is kept with the attempt, so that whoever learns the
// outcome, now or after a crash, carries the command to its end.
type plan struct {
	Command      string          `json:"command"`
	Behavior     string          `json:"behavior,omitempty"`
	Subscription string          `json:"subscription,omitempty"`
	Item         string          `json:"item,omitempty"` // the subscription item to answer with
	Now          int64           `json:"now"`
	Actor        billing.Actor   `json:"actor"`
	Held         bool            `json:"held,omitempty"` // nothing is written before the outcome
	Params       json.RawMessage `json:"params,omitempty"`
}

// charging says how to charge an invoice or an intent.
type charging struct {
	Now        int64
	Command    string
	Item       string // the subscription item that the command is about
	Behavior   string
	OffSession bool
	Automatic  bool // by the engine: counts as a retry
	Actor      billing.Actor
	Reply      *Reply
	// Held is the attempt that was committed before anything else; the command runs again and
	// adopts it.
	Held *store.Attempt
}

// needGateway refuses to move money without a gateway, or live money with one that is not live.
func (a *App) needGateway(livemode bool) error {
	if a.Gateway == nil || livemode && !a.Gateway.Describe().Live {
		return billing.Invalid("", "No payment gateway is connected. Connect one before charging.")
	}
	return nil
}

// attemptInvoice commits to asking for what an open invoice still owes. The database allows one
// open attempt an invoice, so two commands can never both charge it.
func (a *App) attemptInvoice(tx *store.Tx, inv *billing.Invoice, pm *billing.PaymentMethod,
	ch charging) (*store.Attempt, error) {
	pi, err := store.PaymentIntents.Lock(tx, inv.Private.PaymentIntent)
	if err != nil {
		return nil, err
	}
	pi.PaymentMethod = billing.To[billing.PaymentMethod](pm.ID)
	if ch.Held != nil {
		ch.Held.Invoice, ch.Held.PaymentIntent = inv.ID, pi.ID
		ch.Held.Subscription = inv.SubscriptionID()
		return ch.Held, nil
	}
	att, err := a.attemptIntent(tx, pi, pm, ch)
	if err != nil {
		return nil, err
	}
	att.Invoice, att.Subscription = inv.ID, inv.SubscriptionID()
	att.Amount = inv.AmountRemaining
	if store.PaymentIntents.New(tx, pi) {
		return att, nil
	}
	return att, a.refuseOpenAttempt(tx, store.Eq("invoice", inv.ID), att.ID)
}

// attemptIntent commits to charging a payment intent.
func (a *App) attemptIntent(tx *store.Tx, pi *billing.PaymentIntent, pm *billing.PaymentMethod,
	ch charging) (*store.Attempt, error) {
	if err := a.needGateway(pi.Livemode); err != nil {
		return nil, err
	}
	if pm.Private.Detached {
		return nil, billing.Invalid("payment_method", "The payment method %s was detached from "+
			"its customer and cannot be charged.", pm.ID)
	}
	att := a.newAttempt(string(gateway.OpCharge), pm, ch)
	att.PaymentIntent, att.Customer = pi.ID, pi.Customer.ID
	att.Amount, att.Currency = pi.Amount, pi.Currency
	if wish := secureWish(pi.PaymentMethodOptions); wish != "automatic" {
		att.ThreeDSecure = wish
	}
	if !store.PaymentIntents.New(tx, pi) { // else nothing can have tried to pay it
		err := a.refuseOpenAttempt(tx, store.Eq("payment_intent", pi.ID), att.ID)
		if err != nil {
			return nil, err
		}
	}
	return a.commitAttempt(tx, att, ch, nil)
}

// newAttempt is an attempt that is about to be sent: what is committed with it counts as sent,
// so that a crash after this reads as Unknown and never as not sent.
func (a *App) newAttempt(op string, pm *billing.PaymentMethod, ch charging) *store.Attempt {
	nowMs := a.wallMs()
	att := &store.Attempt{
		ID: a.IDs.New("pat"), Object: "attempt", Op: op, PaymentMethod: pm.ID,
		Instrument: pm.Private.Instrument, Gateway: pm.Private.Gateway,
		OffSession: ch.OffSession, Automatic: ch.Automatic, State: store.AttemptSent,
		SentAtMs: nowMs, FirstTryMs: nowMs, Created: ch.Now,
		InquireAt: new(a.wall() + a.leaseSeconds()),
	}
	att.Key = att.ID + "/" + op
	return att
}

// leaseSeconds is how long the one who sent an attempt has to record its outcome, before the
// worker asks the gateway what became of it: the longest call, twice. It is real time, as
// everything is that concerns a gateway.
func (a *App) leaseSeconds() int64 { return int64(2 * a.GatewayTimeout / time.Second) }

// commitAttempt writes the attempt with its plan.
func (a *App) commitAttempt(tx *store.Tx, att *store.Attempt, ch charging,
	params any) (*store.Attempt, error) {
	p := plan{Command: ch.Command, Behavior: ch.Behavior, Now: ch.Now, Actor: ch.Actor,
		Item: ch.Item}
	if params != nil {
		raw, err := json.Marshal(params)
		if err != nil {
			return nil, err
		}
		p.Params, p.Held = raw, true
	}
	raw, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	att.Change = raw
	if ch.Reply != nil && ch.Reply.Key != "" {
		store.RelockIdempotency(tx, ch.Reply.Key, att.ID, a.wallMs()+lockMs)
	}
	store.Attempts.Insert(tx, att)
	return att, nil
}

func planOf(att *store.Attempt) (plan, error) {
	var p plan
	return p, json.Unmarshal(att.Change, &p)
}

// openAttempt: its outcome is still to come.
func openAttempt() store.Cond { return store.In("state", store.OpenAttemptStates()...) }

// refuseOpenAttempt says clearly what the unique index would otherwise only refuse.
func (a *App) refuseOpenAttempt(tx *store.Tx, subject store.Cond, except string) error {
	open, err := store.Attempts.All(tx, subject, openAttempt())
	if err != nil {
		return err
	}
	for _, o := range open {
		if o.ID != except {
			return paymentInProgress()
		}
	}
	return nil
}

func paymentInProgress() error {
	return billing.Invalid("", "A payment for this object is already in progress. Wait until "+
		"its outcome is known and try again.").WithCode("lock_timeout").WithStatus(429)
}

// reference is how the gateway knows an attempt.
func reference(att *store.Attempt) gateway.Attempt {
	return gateway.Attempt{ID: att.ID, Key: att.Key, FirstTry: time.UnixMilli(att.FirstTryMs)}
}
