package app

import (
	"errors"
	"strings"

	"github.com/portico-billing/portico/internal/billing"
	"github.com/portico-billing/portico/internal/store"
)

// MetadataParams are what a request says about metadata: pairs to merge, or empty to clear it.
type MetadataParams = billing.Optional[map[string]string]

// metadataKeysMax is how many keys metadata may have after a merge.
const metadataKeysMax = 50

// changeMetadata is Stripe's rule: given keys are set, a key given empty is deleted, the others
// stay; metadata given empty as a whole is cleared.
func changeMetadata(old billing.Metadata, change MetadataParams) (billing.Metadata, error) {
	if !change.Set {
		return old, nil
	}
	merged := billing.Metadata{}
	if change.Null {
		return merged, nil
	}
	for key, value := range old {
		merged[key] = value
	}
	for key, value := range change.Value {
		if value == "" {
			delete(merged, key)
			continue
		}
		merged[key] = value
	}
	if len(merged) > metadataKeysMax {
		return nil, billing.Invalid("metadata", "Metadata can have up to %d keys, but this would "+
			"make %d.", metadataKeysMax, len(merged))
	}
	return merged, nil
}

// newMetadata is the metadata of something new: what was sent, without keys that were sent empty.
// A request cannot hold too many keys; only merging can make too many.
func newMetadata(p MetadataParams) billing.Metadata {
	made := billing.Metadata{}
	for key, value := range p.Value {
		if value != "" {
			made[key] = value
		}
	}
	return made
}

// set changes a nullable field when the request sent it; an empty one unsets it.
func set[T any](field **T, p billing.Optional[T]) {
	if p.Set {
		*field = p.Pointer()
	}
}

// given changes a nullable text when the request sent it; an empty one unsets it.
func given(field **string, p *string) {
	if p != nil {
		*field = filled(p)
	}
}

// filled is a text that something new is made with: one that was sent empty is none.
func filled(p *string) *string {
	if p == nil || *p == "" {
		return nil
	}
	return p
}

// assign changes a field that is never null when the request sent it.
func assign[T any](field *T, p *T) {
	if p != nil {
		*field = *p
	}
}

// lower is a currency as it is stored.
func lower(currency string) string { return strings.ToLower(currency) }

// locked loads the noun that a path names, for update.
func locked[T any](tx *store.Tx, c *store.Collection[T], id string) (*T, error) {
	return lockReferred(tx, c, id, "id")
}

// lockReferred loads a noun that a parameter names, for update.
func lockReferred[T any](tx *store.Tx, c *store.Collection[T], id, param string) (*T, error) {
	v, err := c.Lock(tx, id)
	if err != nil {
		return nil, c.NotFound(err, id, param)
	}
	return v, nil
}

// referred loads a noun that a parameter names.
func referred[T any](q store.Querier, c *store.Collection[T], id, param string) (*T, error) {
	v, err := c.Get(q, id)
	if err != nil {
		return nil, c.NotFound(err, id, param)
	}
	return v, nil
}

// exclusive refuses two parameters that cannot be given together.
func exclusive(a, b string) error {
	return billing.Invalid(a, "You may only specify one of these parameters: %s, %s.", a, b).
		WithCode("parameters_exclusive")
}

// chosenID is an id that the caller chose, or a fresh one.
func (a *App) chosenID(given *string, prefix string) (string, error) {
	if given == nil {
		return a.IDs.New(prefix), nil
	}
	invalid := func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') &&
			(r < 'A' || r > 'Z')
	}
	if strings.ContainsFunc(*given, invalid) || len(*given) > idLengthMax {
		return "", billing.Invalid("id", "Invalid id: %q. Ids may have up to %d letters, digits, "+
			"underscores and hyphens.", *given, idLengthMax)
	}
	return *given, nil
}

const idLengthMax = 200

// unused refuses an id that the caller chose and that is taken, even by something deleted.
func unused[T any](tx *store.Tx, c *store.Collection[T], id, noun string) error {
	_, _, err := c.Find(tx, id)
	if err == nil {
		return billing.Invalid("id", "%s already exists.", noun).
			WithCode("resource_already_exists")
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}
