package billing

// Scope is one half of one account: its test data or its live data. Every row belongs to one.
type Scope struct {
	Account  string
	Livemode bool
}

// Actor is who asks for a command: an API key, a customer in the portal, or the engine itself.
type Actor struct {
	Scope
	Customer       string // set when a customer acts in the portal: it may touch only their own
	Configuration  string // the portal configuration that says what that customer may do
	RequestID      string // "req_..." of the API request; empty when the engine acts on its own
	IdempotencyKey string
}

// Portal says that a customer acts, within what the portal configuration allows.
func (a Actor) Portal() bool { return a.Customer != "" }
