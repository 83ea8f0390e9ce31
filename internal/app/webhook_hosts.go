package app

import (
	"net/netip"
	"slices"
	"strings"
)

// nearby are the ranges that are not on the public internet, beside those that netip knows.
var nearby = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"), // shared by carriers
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), // IPv4 behind NAT64
	netip.MustParsePrefix("2002::/16"),    // IPv4 inside 6to4
}

// publicHost says that a host may be on the public internet, or that the account's settings
// allow it. Names are judged by what they say; what they resolve to is judged when dialling.
func publicHost(host string, allowed []string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if allowedHost(host, allowed) {
		return true
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return publicAddress(ip.Unmap())
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	switch {
	case !strings.Contains(host, "."), last == "localhost", last == "local", last == "internal":
		return false
	case last == "", last[0] >= '0' && last[0] <= '9':
		return false // 127.1, 0x7f.1: another way to write an address
	}
	return true
}

func publicAddress(ip netip.Addr) bool {
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && ip.Zone() == "" &&
		!slices.ContainsFunc(nearby, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// allowedHost compares with host names and CIDR ranges.
func allowedHost(host string, allowed []string) bool {
	ip, err := netip.ParseAddr(host)
	return slices.ContainsFunc(allowed, func(entry string) bool {
		if strings.ToLower(entry) == host {
			return true
		}
		prefix, bad := netip.ParsePrefix(entry)
		return err == nil && bad == nil && prefix.Contains(ip.Unmap())
	})
}
