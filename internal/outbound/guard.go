package outbound

import (
	"net/netip"
	"slices"
	"strings"
)

// Guard says which addresses may be reached. The zero Guard allows the public internet alone.
type Guard struct {
	// Allow lists what may be reached although it is not public: host names, addresses and CIDR
	// ranges. A cloud's metadata is reached only by its very address, not by a host name that
	// resolves to it or by a range around it.
	Allow []string
	// AllowLoopback lets requests reach this machine: for tests and demonstrations.
	AllowLoopback bool
}

// With is the same guard with more on its allow list.
func (g Guard) With(allow ...string) Guard {
	g.Allow = append(slices.Clone(g.Allow), allow...)
	return g
}

// RefusedError says that a guard does not let a request out.
type RefusedError struct {
	Host   string
	Reason string // "is private"
}

// Error names the host and why it is refused.
func (e *RefusedError) Error() string { return e.Host + " " + e.Reason }

// publicPorts are the ports of public hosts that may be dialled: those of the web. Others would
// let a body be read as commands by a mail server or a database.
var publicPorts = []string{"80", "443", "8080", "8443"}

// checkAddress judges an address about to be dialled, on behalf of the host it was written as.
func (g Guard) checkAddress(host string, to netip.AddrPort) error {
	ip := to.Addr().Unmap()
	switch {
	case g.AllowLoopback && ip.IsLoopback():
		return nil
	case g.listsAddress(ip):
		return nil
	case g.listsName(host) && !isMetadata(ip):
		return nil
	}
	if reason := refuse(ip); reason != "" {
		return &RefusedError{host, "leads to " + ip.String() + ", which " + reason}
	}
	return checkPort(host, portOf(to))
}

func checkPort(host, port string) error {
	if slices.Contains(publicPorts, port) {
		return nil
	}
	return &RefusedError{host, "may not be reached on port " + port}
}

// listsAddress says that the allow list holds an address or a range around it. A range that
// happens to lie around a cloud's metadata does not open it.
func (g Guard) listsAddress(ip netip.Addr) bool {
	return slices.ContainsFunc(g.Allow, func(entry string) bool {
		if one, err := netip.ParseAddr(entry); err == nil {
			return one.Unmap() == ip
		}
		prefix, err := netip.ParsePrefix(entry)
		return err == nil && prefix.Contains(ip) && (prefix.IsSingleIP() || !isMetadata(ip))
	})
}

// listsName says that the allow list holds a host name.
func (g Guard) listsName(host string) bool {
	host = canonical(host)
	return slices.ContainsFunc(g.Allow, func(entry string) bool {
		return host != "" && canonical(entry) == host
	})
}

// canonical is a host name as it is compared: "Hooks.Example." is hooks.example.
func canonical(host string) string { return strings.TrimSuffix(strings.ToLower(host), ".") }
