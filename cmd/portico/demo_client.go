package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// client speaks the API without a network: the demonstration is made through the front door, as
// an app of anybody's would make it.
type client struct {
	api http.Handler
	key string
}

// object is an answer of the API.
type object map[string]any

func (o object) id() string { return o.text("id") }

// text follows fields and list positions down to a string.
func (o object) text(path ...any) string {
	var at any = map[string]any(o)
	for _, step := range path {
		switch step := step.(type) {
		case string:
			fields, _ := at.(map[string]any)
			at = fields[step]
		case int:
			list, _ := at.([]any)
			if step >= len(list) {
				return ""
			}
			at = list[step]
		}
	}
	s, _ := at.(string)
	return s
}

// list is the data of a list.
func (o object) list() (out []object) {
	data, _ := o["data"].([]any)
	for _, entry := range data {
		fields, _ := entry.(map[string]any)
		out = append(out, fields)
	}
	return out
}

// post sends parameters written as in a query, "items[0][quantity]=3".
func (c client) post(ctx context.Context, path string, params ...string) (object, error) {
	return c.send(ctx, http.MethodPost, path, form(params))
}

func (c client) get(ctx context.Context, path string, params ...string) (object, error) {
	return c.send(ctx, http.MethodGet, path+"?"+form(params), "")
}

func (c client) send(ctx context.Context, method, path, body string) (object, error) {
	r, err := http.NewRequestWithContext(ctx, method, path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+c.key)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := answer{status: http.StatusOK, header: http.Header{}}
	c.api.ServeHTTP(&w, r)
	var o object
	if err := json.Unmarshal(w.body.Bytes(), &o); err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if w.status != http.StatusOK {
		return o, fmt.Errorf("%s %s %s: %d %s", method, path, body, w.status,
			o.text("error", "message"))
	}
	return o, nil
}

func form(params []string) string {
	var b strings.Builder
	for i, p := range params {
		if i > 0 {
			b.WriteByte('&')
		}
		name, value, _ := strings.Cut(p, "=")
		b.WriteString(url.QueryEscape(name) + "=" + url.QueryEscape(value))
	}
	return b.String()
}

// answer takes what a handler writes.
type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }
