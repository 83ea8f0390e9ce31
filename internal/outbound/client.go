package outbound

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"
)

// AnswerBytesMax is how much of an answer is read and kept.
const AnswerBytesMax = 64 << 10

// DefaultTimeout is how long a request may take in all.
const DefaultTimeout = 10 * time.Second

// Resolver finds the addresses of a name; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Options are how a client works. The zero value is for production.
type Options struct {
	Timeout  time.Duration // of a whole request; 0 is DefaultTimeout
	Resolver Resolver      // nil is the machine's
	TLS      *tls.Config   // nil trusts the machine's certificates
}

// Client makes an HTTP client whose every connection the guard has judged.
func Client(g Guard, o Options) *http.Client {
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Resolver == nil {
		o.Resolver = net.DefaultResolver
	}
	d := &dialer{guard: g, resolver: o.Resolver,
		dial: (&net.Dialer{Timeout: o.Timeout}).DialContext}
	return &http.Client{
		Timeout: o.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
		Transport: &http.Transport{
			Proxy:                  nil, // a proxy would dial in our place
			DialContext:            d.dialContext,
			TLSClientConfig:        o.TLS,
			TLSHandshakeTimeout:    o.Timeout,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true, // nothing is unpacked, so nothing can unpack to gigabytes
			MaxResponseHeaderBytes: AnswerBytesMax,
			MaxIdleConnsPerHost:    4,
			IdleConnTimeout:        30 * time.Second,
		},
	}
}

// dialer resolves a name itself and connects to the very address that the guard has seen, so
// there is no second look-up that could answer differently.
type dialer struct {
	guard    Guard
	resolver Resolver
	dial     func(ctx context.Context, network, address string) (net.Conn, error)
}

func (d *dialer) dialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", address, err)
	}
	ips, err := d.lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	var failed error
	for _, ip := range ips {
		to := netip.AddrPortFrom(ip.Unmap(), uint16(n))
		if err := d.guard.checkAddress(host, to); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		conn, err := d.dial(ctx, network, to.String())
		if err == nil {
			return conn, nil
		}
		failed = errors.Join(failed, err)
	}
	return nil, failed
}

func (d *dialer) lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	ips, err := d.resolver.LookupNetIP(ctx, "ip", host)
	if err == nil && len(ips) == 0 {
		err = &net.DNSError{Err: "no addresses", Name: host, IsNotFound: true}
	}
	return ips, err
}

func portOf(to netip.AddrPort) string { return strconv.Itoa(int(to.Port())) }

// Request is one body on its way to one address.
type Request struct {
	URL    string
	Header http.Header
	Body   []byte
}

// Answer is what came back.
type Answer struct {
	Status int
	Body   []byte // its first AnswerBytesMax bytes
}

// OK says that the receiver took the body: any status of the 200s. A redirect is a refusal.
func (a Answer) OK() bool { return a.Status >= 200 && a.Status <= 299 }

// Post sends a body. An answer that breaks off after its status counts with its status.
func Post(ctx context.Context, c *http.Client, r Request) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL, bytes.NewReader(r.Body))
	if err != nil {
		return Answer{}, err
	}
	for name, values := range r.Header {
		req.Header[name] = values
	}
	resp, err := c.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer resp.Body.Close()
	kept, _ := io.ReadAll(io.LimitReader(resp.Body, AnswerBytesMax))
	return Answer{Status: resp.StatusCode, Body: kept}, nil
}
