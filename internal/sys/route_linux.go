package sys

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// RoutesCovering lists the entries of all tables whose prefix covers the address, longest prefix first within a table as the
// kernel gives them.
func RoutesCovering(to netip.Addr) ([]Route, error) {
	family := netlink.FAMILY_V4
	if to.Is6() {
		family = netlink.FAMILY_V6
	}
	all, err := netlink.RouteListFiltered(family, &netlink.Route{Table: unix.RT_TABLE_UNSPEC}, netlink.RT_FILTER_TABLE)
	if err != nil {
		return nil, fmt.Errorf("sys: list the routes: %w", err)
	}
	var covering []Route
	for _, r := range all {
		if found := routeOf(r, to.Is6()); found.Prefix.Contains(to.WithZone("")) {
			covering = append(covering, found)
		}
	}
	return covering, nil
}

func routeOf(r netlink.Route, v6 bool) Route {
	out := Route{Type: routeType(r.Type), Table: r.Table, Metric: r.Priority, Interface: nameOf(r.LinkIndex)}
	out.Gateway, _ = netip.AddrFromSlice(r.Gw)
	out.Source, _ = netip.AddrFromSlice(r.Src)
	out.Gateway, out.Source = out.Gateway.Unmap(), out.Source.Unmap()
	if via, ok := r.Via.(*netlink.Via); ok && !out.Gateway.IsValid() {
		out.Gateway, _ = netip.AddrFromSlice(via.Addr)
	}
	if len(r.MultiPath) > 0 && !out.Gateway.IsValid() {
		out.Gateway, _ = netip.AddrFromSlice(r.MultiPath[0].Gw)
		out.Gateway, out.Interface = out.Gateway.Unmap(), nameOf(r.MultiPath[0].LinkIndex)
	}
	if len(r.MultiPath) > 1 {
		out.Ways = len(r.MultiPath)
	}
	out.Prefix = prefixOf(r.Dst)
	if !out.Prefix.IsValid() {
		zero := netip.IPv4Unspecified()
		if v6 {
			zero = netip.IPv6Unspecified()
		}
		out.Prefix = netip.PrefixFrom(zero, 0)
	}
	out.Dead = r.Flags&(unix.RTNH_F_LINKDOWN|unix.RTNH_F_DEAD) != 0
	return out
}

func prefixOf(n *net.IPNet) netip.Prefix {
	if n == nil {
		return netip.Prefix{}
	}
	addr, ok := netip.AddrFromSlice(n.IP)
	if !ok {
		return netip.Prefix{}
	}
	bits, _ := n.Mask.Size()
	return netip.PrefixFrom(addr.Unmap(), bits)
}

func nameOf(index int) string {
	if index == 0 {
		return ""
	}
	if i, err := net.InterfaceByIndex(index); err == nil {
		return i.Name
	}
	return fmt.Sprintf("if%d", index)
}

// routeType names the RTN_ constants as ip-route(8) does.
func routeType(t int) string {
	names := map[int]string{unix.RTN_UNICAST: "unicast", unix.RTN_LOCAL: "local", unix.RTN_BROADCAST: "broadcast",
		unix.RTN_ANYCAST: "anycast", unix.RTN_MULTICAST: "multicast", unix.RTN_BLACKHOLE: "blackhole",
		unix.RTN_UNREACHABLE: "unreachable", unix.RTN_PROHIBIT: "prohibit", unix.RTN_THROW: "throw"}
	return names[t]
}

// Interfaces lists the links of this network namespace with their addresses.
func Interfaces() ([]Interface, error) {
	links, err := netlink.LinkList()
	if err != nil {
		return nil, fmt.Errorf("sys: list the interfaces: %w", err)
	}
	addrs, err := netlink.AddrList(nil, netlink.FAMILY_ALL)
	if err != nil {
		return nil, fmt.Errorf("sys: list the addresses: %w", err)
	}
	interfaces := make([]Interface, 0, len(links))
	for _, link := range links {
		interfaces = append(interfaces, interfaceOf(link, addrs))
	}
	return interfaces, nil
}

func interfaceOf(link netlink.Link, addrs []netlink.Addr) Interface {
	a := link.Attrs()
	i := Interface{
		Name: a.Name, Index: a.Index, MTU: a.MTU, Master: a.MasterIndex,
		Up:       a.RawFlags&unix.IFF_UP != 0,
		Carrier:  a.RawFlags&unix.IFF_LOWER_UP != 0,
		Loopback: a.RawFlags&unix.IFF_LOOPBACK != 0,
		State:    a.OperState.String(),
	}
	if t := link.Type(); t != "device" {
		i.Type = t
	}
	if i.Type == "tuntap" {
		i.Type = "tun"
	}
	for _, addr := range addrs {
		prefix := prefixOf(addr.IPNet)
		if addr.LinkIndex != a.Index || !prefix.IsValid() {
			continue
		}
		if addr.Flags&(unix.IFA_F_TENTATIVE|unix.IFA_F_DADFAILED) != 0 && addr.Flags&unix.IFA_F_OPTIMISTIC == 0 {
			i.Unusable = append(i.Unusable, prefix)
		} else {
			i.Addrs = append(i.Addrs, prefix)
		}
	}
	return i
}

// NeighbourOf gives the entry of an address in the ARP or ND table of an interface.
func NeighbourOf(addr netip.Addr, iface string) (Neighbour, error) {
	i, err := net.InterfaceByName(iface)
	if err != nil {
		return Neighbour{}, fmt.Errorf("sys: interface %s: %w", iface, err)
	}
	family := uint8(unix.AF_INET)
	if addr.Is6() {
		family = unix.AF_INET6
	}
	request := make([]byte, 12) // struct ndmsg
	request[0] = family
	binary.NativeEndian.PutUint32(request[4:], uint32(i.Index))
	entries, err := netlinkAsk(unix.NETLINK_ROUTE, unix.RTM_GETNEIGH, unix.NLM_F_REQUEST|unix.NLM_F_DUMP, request)
	if err != nil {
		return Neighbour{}, fmt.Errorf("sys: list the neighbours: %w", err)
	}
	for _, b := range entries {
		if n, index, ok := parseNeighbour(b); ok && n.Addr == addr.WithZone("") && index == i.Index {
			return n, nil
		}
	}
	return Neighbour{Addr: addr, State: "none"}, nil
}

// parseNeighbour reads struct ndmsg with its attributes (include/uapi/linux/neighbour.h).
func parseNeighbour(b []byte) (n Neighbour, index int, ok bool) {
	if len(b) < 12 {
		return n, 0, false
	}
	index = int(int32(binary.NativeEndian.Uint32(b[4:])))
	n.State = neighbourState(binary.NativeEndian.Uint16(b[8:]))
	for typ, value := range attributes(b[12:]) {
		switch typ {
		case unix.NDA_DST:
			n.Addr, _ = netip.AddrFromSlice(value)
		case unix.NDA_LLADDR:
			n.MAC = net.HardwareAddr(value).String()
		case unix.NDA_PROBES:
			if len(value) >= 4 {
				n.Probes = int(binary.NativeEndian.Uint32(value))
			}
		}
	}
	return n, index, n.Addr.IsValid()
}

func neighbourState(state uint16) string {
	for _, s := range []struct {
		bit  uint16
		name string
	}{{unix.NUD_REACHABLE, "reachable"}, {unix.NUD_STALE, "stale"}, {unix.NUD_DELAY, "delay"}, {unix.NUD_PROBE, "probe"},
		{unix.NUD_PERMANENT, "permanent"}, {unix.NUD_NOARP, "noarp"}, {unix.NUD_INCOMPLETE, "incomplete"}, {unix.NUD_FAILED, "failed"}} {
		if state&s.bit != 0 {
			return s.name
		}
	}
	return "none"
}
