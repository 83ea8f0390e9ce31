// Package config is what the program can be told: every flag of every command, as structs that
// the command line fills from flags, then from the environment (PORTICO_...), then from defaults.
// There is no configuration file.
//
// It owns names, defaults and the rules that a configuration must keep, and resolves what follows
// from something else, such as the address of the simulator's pages. It does not own the settings
// of an account, which live in the database, and opens nothing.
//
// It promises that a configuration that passed Validate is one the program can be started with,
// and that a refusal says which flag to change.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Database says where the data is.
type Database struct {
	Data string `help:"Folder of the SQLite database." default:"./portico-data" type:"path"`
	URL  string `name:"database-url" help:"PostgreSQL instead of SQLite: postgres://…"`
}

// Validate refuses a URL that is not one of PostgreSQL.
func (d Database) Validate() error {
	if d.URL == "" {
		if d.Data == "" {
			return errors.New("--data is empty: name a folder")
		}
		return nil
	}
	u, err := url.Parse(d.URL)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return errors.New("--database-url must begin with postgres://") // the URL holds a password
	}
	return nil
}

// Path is the file of the billing data on SQLite.
func (d Database) Path() string { return filepath.Join(d.Data, "portico.db") }

// SimulatorPath is the file of the payment simulator's own books on SQLite.
func (d Database) SimulatorPath() string { return filepath.Join(d.Data, "simulator.db") }

// Public says where the API, the portal and the simulator's pages are reached.
type Public struct {
	Listen          string `help:"Address to listen on, host:port." default:"127.0.0.1:8420"`
	PublicURL       string `help:"Where it is reached; by default http://<listen>."`
	SimulatorListen string `help:"Address of test mode's payment pages; by default the next port."`
	SimulatorURL    string `help:"Where they are reached; by default http://<simulator-listen>."`
}

// Webhooks says where webhooks may be sent besides public addresses.
type Webhooks struct {
	WebhookAllow []string `help:"Private hosts or CIDR ranges that webhooks may be sent to."`
}

// Validate refuses what would never allow anything: addresses with a scheme, a port or a path, and
// ranges that are none.
func (w Webhooks) Validate() error {
	for _, entry := range w.WebhookAllow {
		_, notAddress := netip.ParseAddr(entry)
		_, notRange := netip.ParsePrefix(entry)
		if notAddress != nil && notRange != nil && !hostName.MatchString(entry) {
			return fmt.Errorf("--webhook-allow %q is not a host name, an address or a range: "+
				"write it as hooks.internal, 127.0.0.1 or 10.0.0.0/8", entry)
		}
	}
	return nil
}

var hostName = regexp.MustCompile(`^[\pL\pN_]([\pL\pN_.-]*[\pL\pN_.])?$`)

// Limits say how much the API takes.
type Limits struct {
	RequestsPerSecond int `help:"For each account and mode; 0 does not limit." default:"0"`
}

// Validate refuses a limit that is none.
func (l Limits) Validate() error {
	if l.RequestsPerSecond < 0 {
		return errors.New("--requests-per-second must be 0, for no limit, or more")
	}
	return nil
}

// Gateway says how payments are asked for.
type Gateway struct {
	GatewayTimeout time.Duration `help:"How long a gateway may take to answer." default:"30s"`
}

// Validate refuses a time in which no gateway could answer.
func (g Gateway) Validate() error {
	if g.GatewayTimeout < time.Second {
		return errors.New("--gateway-timeout must be a second or more")
	}
	return nil
}

// Validate refuses addresses that nobody could reach and URLs that links cannot be made of.
func (p Public) Validate() error {
	_, err := p.Resolve()
	return err
}

// Resolve fills in what was left to its default. Links are built from PublicURL and never from
// what a request claims, so an address that others can reach needs to be told its name.
func (p Public) Resolve() (Public, error) {
	var err error
	if p.PublicURL, err = reached("public-url", p.PublicURL, "listen", p.Listen); err != nil {
		return p, err
	}
	if p.SimulatorListen == "" {
		if p.SimulatorListen, err = nextPort(p.Listen); err != nil {
			return p, err
		}
	}
	p.SimulatorURL, err = reached("simulator-url", p.SimulatorURL,
		"simulator-listen", p.SimulatorListen)
	return p, err
}

// reached is the URL at which a listener is reached.
func reached(flag, given, listenFlag, listen string) (string, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil || !validPort(port) {
		return "", fmt.Errorf("--%s %q is not an address: write it as host:port", listenFlag,
			listen)
	}
	if given == "" {
		if !loopback(host) {
			return "", fmt.Errorf("--%s %s can be reached from other machines: say with --%s how, "+
				"as in https://billing.example.com", listenFlag, listen, flag)
		}
		return "http://" + listen, nil
	}
	u, err := url.Parse(given)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return "", fmt.Errorf("--%s %q is not a web address: write it as https://host", flag, given)
	case u.User != nil, u.RawQuery != "", u.Fragment != "", strings.Trim(u.Path, "/") != "":
		return "", fmt.Errorf("--%s %q must be scheme and host alone", flag, given)
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), nil
}

func validPort(port string) bool {
	n, err := strconv.Atoi(port)
	return err == nil && n >= 0 && n <= 65535
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// nextPort is the same host one port further. Port 0 stays: the system chooses.
func nextPort(listen string) (string, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", fmt.Errorf("--listen %q is not an address: write it as host:port", listen)
	}
	n, err := strconv.Atoi(port)
	if err != nil || n == 65535 {
		return "", fmt.Errorf("--listen %s has no next port: give --simulator-listen", listen)
	}
	if n > 0 {
		n++
	}
	return net.JoinHostPort(host, strconv.Itoa(n)), nil
}
