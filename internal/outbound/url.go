package outbound

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// CheckURL judges an address by what it says, when somebody types it in. Live mode wants https.
// What its name resolves to is judged at each connection, so an address that passes here may
// still be refused later.
func (g Guard) CheckURL(raw string, livemode bool) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil, u.Hostname() == "", strings.ContainsAny(raw, " \\\t\r\n"):
		return &RefusedError{quoted(raw), "is not a URL with an explicit scheme, such as https"}
	case u.Scheme != "https" && u.Scheme != "http":
		return &RefusedError{quoted(raw), "does not begin with https"}
	case u.Scheme == "http" && livemode:
		return &RefusedError{quoted(raw), "does not use https, which live mode needs"}
	case u.User != nil:
		return &RefusedError{quoted(raw), "holds a user name or a password"}
	}
	host, port := u.Hostname(), u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return g.checkHost(host, port)
}

// checkHost judges a host that has not been resolved.
func (g Guard) checkHost(host, port string) error {
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return &RefusedError{host, "has no such port"}
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		n, _ := strconv.ParseUint(port, 10, 16)
		return g.checkAddress(host, netip.AddrPortFrom(ip, uint16(n)))
	}
	name := canonical(host)
	if g.listsName(name) || g.AllowLoopback && name == "localhost" {
		return nil
	}
	if reason := refuseName(name); reason != "" {
		return &RefusedError{host, reason}
	}
	return checkPort(host, port)
}

// localEndings are the names that never lead out of a network.
var localEndings = []string{"localhost", "local", "internal", "intranet", "lan", "home", "corp",
	"localdomain", "arpa", "onion"}

// refuseName says why a name cannot be public; "" when it may be.
func refuseName(name string) string {
	last := name[strings.LastIndexByte(name, '.')+1:]
	if strings.IndexFunc(name, notHost) >= 0 {
		return "has characters that a host name does not have; write it in its xn-- form"
	}
	if last == "" || strings.Contains(name, "..") || strings.HasPrefix(name, ".") {
		return "is not a host name"
	}
	// A last label that begins with a digit is an address in disguise: 127.1, 0x7f.1, 2130706433.
	if last[0] >= '0' && last[0] <= '9' {
		return "is an address in an unusual form"
	}
	if last == name || slices.Contains(localEndings, last) {
		return "is a name of a local network"
	}
	return ""
}

func notHost(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_')
}

// quoted shortens a text for a message.
func quoted(raw string) string {
	const most = 200
	if len(raw) > most {
		raw = strings.ToValidUTF8(raw[:most], "") + "…"
	}
	return strconv.Quote(raw)
}
