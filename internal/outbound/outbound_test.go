package outbound_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v86/webhook"

	"github.com/portico-billing/portico/internal/outbound"
)

func TestCheckURL(t *testing.T) {
	t.Parallel()
	open := outbound.Guard{}
	local := outbound.Guard{AllowLoopback: true}
	listed := outbound.Guard{Allow: []string{"Hooks.Internal", "10.1.0.0/16", "192.168.7.7"}}
	wide := outbound.Guard{Allow: []string{"0.0.0.0/0", "::/0"}}
	exact := outbound.Guard{Allow: []string{"169.254.169.254"}}
	for _, c := range []struct {
		guard    outbound.Guard
		url      string
		livemode bool
		refused  string // part of the reason; "" lets it out
	}{
		{open, "https://example.com/hook", true, ""},
		{open, "https://example.com:8443/hook", true, ""},
		{open, "http://example.com/hook", false, ""},
		{open, "https://1.1.1.1/", true, ""},
		{open, "https://[2606:4700::1111]/", true, ""},
		{open, "https://xn--bcher-kva.example/", true, ""},

		{open, "http://example.com/hook", true, "https"},
		{open, "ftp://example.com/", false, "https"},
		{open, "file:///etc/passwd", false, "URL"},
		{open, "gopher://example.com/", false, "https"},
		{open, "example.com/hook", false, "URL"},
		{open, "//example.com/hook", false, "https"},
		{open, "", false, "URL"},
		{open, "https://", false, "URL"},
		{open, "https:example.com", false, "URL"},
		{open, `https:\\example.com`, false, "URL"},
		{open, "https://example.com\r\nX: y/", false, "URL"},
		{open, "https://user@example.com/", false, "user name"},
		{open, "https://example.com@127.0.0.1/", false, "user name"},

		{open, "https://example.com:22/", false, "port"},
		{open, "https://example.com:25/", false, "port"},
		{open, "https://example.com:6379/", false, "port"},
		{open, "https://1.1.1.1:6379/", false, "port"},
		{open, "https://example.com:0/", false, "port"},

		{open, "http://127.0.0.1/", false, "this machine"},
		{open, "http://127.8.8.8/", false, "this machine"},
		{open, "http://[::1]/", false, "this machine"},
		{open, "http://0.0.0.0/", false, "this machine"},
		{open, "http://0.1.2.3/", false, "this machine"},
		{open, "http://[::]/", false, "this machine"},
		{open, "http://localhost/", false, "local network"},
		{open, "http://localhost./", false, "local network"},
		{open, "http://LOCALHOST:8080/", false, "local network"},
		{open, "http://a.localhost/", false, "local network"},
		{open, "http://10.0.0.1/", false, "private"},
		{open, "http://172.16.0.1/", false, "private"},
		{open, "http://192.168.1.1/", false, "private"},
		{open, "http://[fc00::1]/", false, "private"},
		{open, "http://[fd00:ec2::254]/", false, "private"},
		{open, "http://169.254.169.254/latest/meta-data", false, "link-local"},
		{open, "http://[fe80::1]/", false, "link-local"},
		{open, "http://[fe80::1%25eth0]/", false, "interface"},
		{open, "http://[fec0::1]/", false, "site-local"},
		{open, "http://[3fff::1]/", false, "documentation"},
		{open, "http://[5f00::1]/", false, "protocols"},
		{open, "http://100.64.0.1/", false, "carrier"},
		{open, "http://198.18.0.1/", false, "benchmarks"},
		{open, "http://224.0.0.1/", false, "multicast"},
		{open, "http://[ff02::1]/", false, "multicast"},
		{open, "http://255.255.255.255/", false, "reserved"},
		{open, "http://[::ffff:127.0.0.1]/", false, "this machine"},
		{open, "http://[::ffff:a00:1]/", false, "private"},
		{open, "http://[::127.0.0.1]/", false, "IPv4"},
		{open, "http://[::ffff:0:7f00:1]/", false, "IPv4"},
		{open, "http://[64:ff9b::7f00:1]/", false, "IPv4"},
		{open, "http://[64:ff9b:1::7f00:1]/", false, "IPv4"},
		{open, "http://[2002:7f00:1::]/", false, "IPv4"},
		{open, "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/", false, "protocols"},

		{open, "http://2130706433/", false, "unusual"},
		{open, "http://0x7f000001/", false, "unusual"},
		{open, "http://0x7f.1/", false, "unusual"},
		{open, "http://017700000001/", false, "unusual"},
		{open, "http://0177.0.0.1/", false, "unusual"},
		{open, "http://127.1/", false, "unusual"},
		{open, "http://127.0.0.1./", false, "unusual"},
		{open, "http://１２７.０.０.１/", false, "characters"},
		{open, "http://ⓛocalhost/", false, "characters"},
		{open, "http://example。com/", false, "characters"},
		{open, "http://intranet/", false, "local network"},
		{open, "http://printer.local/", false, "local network"},
		{open, "http://metadata.google.internal/", false, "local network"},
		{open, "http://a..b/", false, "host name"},

		{local, "http://127.0.0.1:9999/", false, ""},
		{local, "http://[::1]:9999/", false, ""},
		{local, "http://localhost:9999/", false, ""},
		{local, "http://10.0.0.1/", false, "private"},
		{listed, "http://hooks.internal:9000/", false, ""},
		{listed, "http://HOOKS.internal./", false, ""},
		{listed, "http://10.1.2.3:9000/", false, ""},
		{listed, "http://[::ffff:10.1.2.3]:9000/", false, ""},
		{listed, "http://192.168.7.7/", false, ""},
		{listed, "http://10.2.0.1/", false, "private"},
		{listed, "http://not.hooks.internal/", false, "local network"},
		{wide, "http://10.0.0.1:9000/", false, ""},
		{wide, "http://169.254.169.254/", false, "link-local"},
		{wide, "http://[::ffff:169.254.169.254]/", false, "link-local"},
		{wide, "http://[fd00:ec2::254]/", false, "private"},
		{exact, "http://169.254.169.254/", false, ""},
		{exact, "http://169.254.169.253/", false, "link-local"},
	} {
		err := c.guard.CheckURL(c.url, c.livemode)
		var refused *outbound.RefusedError
		switch {
		case c.refused == "" && err != nil:
			t.Errorf("%s: refused: %v", c.url, err)
		case c.refused != "" && !errors.As(err, &refused):
			t.Errorf("%s: let out (%v), want refused: %s", c.url, err, c.refused)
		case c.refused != "" && !strings.Contains(err.Error(), c.refused):
			t.Errorf("%s: %q, want a reason with %q", c.url, err, c.refused)
		}
	}
}

// names resolves each name to the next answer in its list, staying on the last one.
type names map[string]*answers

type answers struct {
	turn atomic.Int64
	list [][]string
}

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	a := n[host]
	if a == nil {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	turn := min(int(a.turn.Add(1))-1, len(a.list)-1)
	if len(a.list[turn]) == 0 {
		return nil, &net.DNSError{Err: "server misbehaving", Name: host, IsTemporary: true}
	}
	var ips []netip.Addr
	for _, s := range a.list[turn] {
		ips = append(ips, netip.MustParseAddr(s))
	}
	return ips, nil
}

func resolves(answersInTurn ...[]string) *answers { return &answers{list: answersInTurn} }

func receiver(t *testing.T, h http.HandlerFunc) (address string, port string) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return server.URL, u.Port()
}

func post(c *http.Client, address string) (outbound.Answer, error) {
	return outbound.Post(context.Background(), c, outbound.Request{URL: address, Body: []byte("{}")})
}

func TestDialRefusesWhatANameResolvesTo(t *testing.T) {
	t.Parallel()
	var reached atomic.Int64
	_, port := receiver(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	resolver := names{
		"direct.example":  resolves([]string{"127.0.0.1"}),
		"mapped.example":  resolves([]string{"::ffff:127.0.0.1"}),
		"many.example":    resolves([]string{"10.0.0.1", "169.254.169.254", "127.0.0.1", "::1"}),
		"flaky.example":   resolves(nil, []string{"127.0.0.1"}),
		"nat64.example":   resolves([]string{"64:ff9b::7f00:1"}),
		"listed.internal": resolves([]string{"169.254.169.254"}),
		"127.1":           resolves([]string{"127.0.0.1"}),
	}
	guard := outbound.Guard{Allow: []string{"listed.internal"}}
	client := outbound.Client(guard, outbound.Options{Resolver: resolver})
	for host := range resolver {
		for try := range 2 {
			_, err := post(client, "http://"+host+":"+port+"/")
			var refused *outbound.RefusedError
			if first := host == "flaky.example" && try == 0; err == nil ||
				!first && !errors.As(err, &refused) {
				t.Errorf("%s: %v, want refused", host, err)
			}
		}
	}
	for _, literal := range []string{"127.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0"} {
		if _, err := post(client, "http://"+literal+":"+port+"/"); err == nil {
			t.Errorf("%s was reached", literal)
		}
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("%d requests arrived", n)
	}
}

func TestRebindingIsSeenAtTheNextConnection(t *testing.T) {
	t.Parallel()
	var reached atomic.Int64
	_, port := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		reached.Add(1)
		w.Header().Set("Connection", "close")
	})
	// The first answer is in the range that is allowed here, the second is not.
	resolver := names{"hooks.example": resolves([]string{"127.0.0.1"}, []string{"::1"})}
	guard := outbound.Guard{Allow: []string{"127.0.0.0/8"}}
	client := outbound.Client(guard, outbound.Options{Resolver: resolver})
	if _, err := post(client, "http://hooks.example:"+port+"/"); err != nil {
		t.Fatal(err)
	}
	if _, err := post(client, "http://hooks.example:"+port+"/"); err == nil {
		t.Error("the rebound name was reached")
	}
	if n := reached.Load(); n != 1 {
		t.Errorf("%d requests arrived, want 1", n)
	}
}

func TestListedNameAndLoopbackAreReached(t *testing.T) {
	t.Parallel()
	address, port := receiver(t, func(http.ResponseWriter, *http.Request) {})
	resolver := names{"hooks.internal": resolves([]string{"10.255.255.255", "127.0.0.1"})}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	loopback := outbound.Client(outbound.Guard{AllowLoopback: true}, outbound.Options{})
	answer, err := outbound.Post(ctx, loopback, outbound.Request{URL: address})
	if err != nil || !answer.OK() {
		t.Errorf("loopback: %v %v", answer, err)
	}
	listed := outbound.Client(outbound.Guard{Allow: []string{"hooks.internal", "127.0.0.1"}},
		outbound.Options{Resolver: names{"hooks.internal": resolves([]string{"127.0.0.1"})}})
	if _, err := post(listed, "http://hooks.internal:"+port+"/"); err != nil {
		t.Errorf("listed name: %v", err)
	}
	mixed := outbound.Client(outbound.Guard{AllowLoopback: true},
		outbound.Options{Resolver: resolver})
	if _, err := post(mixed, "http://hooks.internal:"+port+"/"); err != nil {
		t.Errorf("the allowed one of two addresses: %v", err)
	}
}

func TestRedirectIsAnAnswer(t *testing.T) {
	t.Parallel()
	var second atomic.Int64
	inner, _ := receiver(t, func(http.ResponseWriter, *http.Request) { second.Add(1) })
	for _, status := range []int{301, 302, 303, 307, 308} {
		outer, _ := receiver(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, inner, status)
		})
		answer, err := post(outbound.Client(outbound.Guard{AllowLoopback: true},
			outbound.Options{}), outer)
		if err != nil || answer.Status != status || answer.OK() {
			t.Errorf("%d: %v %v", status, answer, err)
		}
	}
	if second.Load() != 0 {
		t.Error("a redirect was followed")
	}
}

func TestAnswersAreCutAndNotUnpacked(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	if _, err := zip.Write(make([]byte, 8<<20)); err != nil {
		t.Fatal(err)
	}
	zip.Close()
	endless, _ := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		for {
			if _, err := w.Write(make([]byte, 4096)); err != nil {
				return
			}
		}
	})
	packed, _ := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "" {
			t.Error("a compressed answer was asked for")
		}
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb.Bytes())
	})
	client := outbound.Client(outbound.Guard{AllowLoopback: true}, outbound.Options{})
	for _, address := range []string{endless, packed} {
		answer, err := post(client, address)
		if err != nil || !answer.OK() || len(answer.Body) > outbound.AnswerBytesMax {
			t.Errorf("%d bytes, %v", len(answer.Body), err)
		}
	}
}

func TestHangingReceiverRunsOutOfTime(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	address, _ := receiver(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-release:
		}
	})
	t.Cleanup(func() { close(release) })
	client := outbound.Client(outbound.Guard{AllowLoopback: true},
		outbound.Options{Timeout: 50 * time.Millisecond})
	_, err := post(client, address)
	var late net.Error
	if !errors.As(err, &late) || !late.Timeout() {
		t.Errorf("%v, want a timeout", err)
	}
}

func TestNoProxyAndCertificatesChecked(t *testing.T) {
	t.Parallel()
	plain := outbound.Client(outbound.Guard{}, outbound.Options{})
	if plain.Transport.(*http.Transport).Proxy != nil {
		t.Error("a proxy would dial in our place")
	}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "ok")
	}))
	defer server.Close()
	guard := outbound.Guard{AllowLoopback: true}
	if _, err := post(outbound.Client(guard, outbound.Options{}), server.URL); err == nil {
		t.Error("an unknown certificate was trusted")
	}
	trusting := &tls.Config{RootCAs: server.Client().Transport.(*http.Transport).
		TLSClientConfig.RootCAs}
	answer, err := post(outbound.Client(guard, outbound.Options{TLS: trusting}), server.URL)
	if err != nil || string(answer.Body) != "ok" {
		t.Errorf("%v %v", answer, err)
	}
}

func TestSign(t *testing.T) {
	t.Parallel()
	body := []byte(`{"id":"evt_1","data":{"object":{"name":"<b>"}}}`)
	const want = "t=1700000000,v1="
	header := outbound.Sign(1700000000, body, "whsec_old", "whsec_new")
	if !strings.HasPrefix(header, want) || strings.Count(header, ",v1=") != 2 {
		t.Errorf("header %q", header)
	}
	for _, secret := range []string{"whsec_old", "whsec_new"} {
		if err := webhook.ValidatePayloadIgnoringTolerance(body, header, secret); err != nil {
			t.Errorf("%s: %v", secret, err)
		}
	}
	if webhook.ValidatePayloadIgnoringTolerance(body, header, "whsec_other") == nil {
		t.Error("another secret verifies")
	}
	if webhook.ValidatePayloadIgnoringTolerance(append(body, ' '), header, "whsec_new") == nil {
		t.Error("another body verifies")
	}
}
