package outbound

import (
	"net/netip"
	"slices"
)

// A region is a range of addresses that is not the public internet.
type region struct {
	prefix netip.Prefix
	reason string
}

// regions are what netip has no word for.
var regions = []region{
	{netip.MustParsePrefix("0.0.0.0/8"), "is this machine"},
	{netip.MustParsePrefix("100.64.0.0/10"), "is shared by a carrier"},
	{netip.MustParsePrefix("192.0.0.0/24"), "is reserved"},
	{netip.MustParsePrefix("192.0.2.0/24"), "is for documentation"},
	{netip.MustParsePrefix("192.88.99.0/24"), "is a 6to4 relay"},
	{netip.MustParsePrefix("198.18.0.0/15"), "is for benchmarks"},
	{netip.MustParsePrefix("198.51.100.0/24"), "is for documentation"},
	{netip.MustParsePrefix("203.0.113.0/24"), "is for documentation"},
	{netip.MustParsePrefix("240.0.0.0/4"), "is reserved"},
	{netip.MustParsePrefix("::/96"), "holds an IPv4 address"},
	{netip.MustParsePrefix("::ffff:0:0:0/96"), "holds an IPv4 address"},
	{netip.MustParsePrefix("64:ff9b::/96"), "holds an IPv4 address"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "holds an IPv4 address"},
	{netip.MustParsePrefix("100::/64"), "leads nowhere"},
	{netip.MustParsePrefix("2001::/23"), "is for protocols"}, // Teredo and ORCHID among them
	{netip.MustParsePrefix("2001:db8::/32"), "is for documentation"},
	{netip.MustParsePrefix("3fff::/20"), "is for documentation"},
	{netip.MustParsePrefix("5f00::/16"), "is for protocols"}, // segment routing
	{netip.MustParsePrefix("2002::/16"), "holds an IPv4 address"},
	{netip.MustParsePrefix("fec0::/10"), "is site-local"},
}

// refuse says why an address is not on the public internet; "" when it is.
func refuse(ip netip.Addr) string {
	ip = ip.Unmap()
	switch {
	case !ip.IsValid():
		return "is not an address"
	case ip.Zone() != "":
		return "is bound to an interface"
	case ip.IsUnspecified():
		return "is this machine"
	case ip.IsLoopback():
		return "is this machine"
	case ip.IsPrivate():
		return "is private"
	case ip.IsLinkLocalUnicast():
		return "is link-local"
	case ip.IsMulticast():
		return "is multicast"
	}
	i := slices.IndexFunc(regions, func(r region) bool { return r.prefix.Contains(ip) })
	if i >= 0 {
		return regions[i].reason
	}
	if !ip.IsGlobalUnicast() {
		return "is not public"
	}
	return ""
}

// metadata are the addresses at which clouds tell a machine its own secrets. A host name or a range
// on the allow list does not open them; only the address itself does.
var metadata = []netip.Prefix{
	netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("fe80::/10"),
	netip.MustParsePrefix("fd00:ec2::/32"),
	netip.MustParsePrefix("100.100.100.200/32"),
	netip.MustParsePrefix("192.0.0.192/32"),
}

func isMetadata(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	return slices.ContainsFunc(metadata, func(p netip.Prefix) bool { return p.Contains(ip) })
}
