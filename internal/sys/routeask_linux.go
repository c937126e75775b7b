package sys

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// RouteTo asks the kernel for its choice for one attempt: policy rules may tell protocols and ports apart (ip-rule(8), ipproto and dport).
// matched is the entry of the tables that decides (RTM_F_FIB_MATCH), with the source address that would be used. An error of the query
// itself, as ENETUNREACH, is given by its name.
func RouteTo(to netip.AddrPort, network string) (matched Route, errno string, err error) {
	if zone := to.Addr().Zone(); zone != "" {
		return Route{Type: "unicast", Prefix: netip.PrefixFrom(to.Addr().WithZone(""), 64).Masked(), Interface: zone}, "", nil
	}
	matched, errno, err = askRoute(to, network, netip.Addr{}, 0)
	if err != nil || errno != "" {
		return matched, errno, err
	}
	source := netip.Addr{}
	if to.Addr().Is4() && matched.Source.Is4() {
		// connect asks a second time when it has chosen the source, and then rules by source count (include/net/route.h, ip_route_connect).
		source = matched.Source
		bound, errno, err := askRoute(to, network, source, 0)
		if err != nil || errno != "" {
			return Route{Source: source}, errno, err
		}
		matched = bound
		matched.Source = source
	}
	if entry, errno, err := askRoute(to, network, source, unix.RTM_F_FIB_MATCH); err == nil && errno == "" {
		matched.Prefix, matched.Table, matched.Metric, matched.Dead, matched.Ways = entry.Prefix, entry.Table, entry.Metric, entry.Dead, entry.Ways
	}
	return matched, "", nil
}

// askRoute sends one RTM_GETROUTE (rtnetlink(7)).
func askRoute(to netip.AddrPort, network string, source netip.Addr, flags uint32) (Route, string, error) {
	answers, err := netlinkAsk(unix.NETLINK_ROUTE, unix.RTM_GETROUTE, unix.NLM_F_REQUEST|unix.NLM_F_ACK, routeRequest(to, network, source, flags))
	var code unix.Errno
	if errors.As(err, &code) && code != unix.EMFILE && code != unix.ENFILE && code != unix.EPERM {
		return Route{}, ErrnoName(code), nil
	}
	if err != nil {
		return Route{}, "", fmt.Errorf("sys: ask for the route: %w", err)
	}
	for _, b := range answers {
		if r, ok := parseRoute(b); ok {
			return r, "", nil
		}
	}
	return Route{}, "", errors.New("sys: ask for the route: the kernel gave none")
}

// routeRequest builds struct rtmsg with its attributes (include/uapi/linux/rtnetlink.h).
func routeRequest(to netip.AddrPort, network string, source netip.Addr, flags uint32) []byte {
	addr := to.Addr().AsSlice()
	b := make([]byte, unix.SizeofRtMsg)
	b[0], b[1] = unix.AF_INET, byte(8*len(addr))
	if to.Addr().Is6() {
		b[0] = unix.AF_INET6
	}
	binary.NativeEndian.PutUint32(b[8:], flags|unix.RTM_F_LOOKUP_TABLE)
	b = appendAttribute(b, unix.RTA_DST, addr)
	if source.IsValid() {
		b[2] = byte(source.BitLen())
		b = appendAttribute(b, unix.RTA_SRC, source.AsSlice())
	}
	b = appendAttribute(b, unix.RTA_IP_PROTO, []byte{byte(protocolOf(network))})
	if to.Port() != 0 {
		b = appendAttribute(b, unix.RTA_DPORT, binary.BigEndian.AppendUint16(nil, to.Port()))
	}
	return b
}

// appendAttribute adds one netlink attribute (struct nlattr), aligned to four bytes.
func appendAttribute(b []byte, typ uint16, value []byte) []byte {
	b = binary.NativeEndian.AppendUint16(b, uint16(4+len(value)))
	b = binary.NativeEndian.AppendUint16(b, typ)
	b = append(b, value...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

// parseRoute reads struct rtmsg with its attributes.
func parseRoute(b []byte) (r Route, ok bool) {
	if len(b) < unix.SizeofRtMsg || b[0] != unix.AF_INET && b[0] != unix.AF_INET6 {
		return r, false
	}
	v6, bits := b[0] == unix.AF_INET6, int(b[1])
	r.Type, r.Table = routeType(int(b[7])), int(b[4])
	r.Dead = binary.NativeEndian.Uint32(b[8:])&(unix.RTNH_F_LINKDOWN|unix.RTNH_F_DEAD) != 0
	dst := netip.IPv4Unspecified()
	if v6 {
		dst = netip.IPv6Unspecified()
	}
	for typ, value := range attributes(b[unix.SizeofRtMsg:]) {
		addr, isAddr := netip.AddrFromSlice(value)
		switch typ {
		case unix.RTA_DST:
			if isAddr {
				dst = addr
			}
		case unix.RTA_PREFSRC:
			r.Source = addr
		case unix.RTA_TABLE:
			r.Table = number(value)
		case unix.RTA_PRIORITY:
			r.Metric = number(value)
		case unix.RTA_MULTIPATH:
			r.nextHops(value)
		default:
			r.nextHop(typ, value)
		}
	}
	if bits > dst.BitLen() {
		return r, false
	}
	r.Prefix = netip.PrefixFrom(dst, bits).Masked()
	return r, true
}

// nextHop reads an attribute about where the route leads.
func (r *Route) nextHop(typ uint16, value []byte) {
	switch typ {
	case unix.RTA_GATEWAY:
		r.Gateway, _ = netip.AddrFromSlice(value)
	case unix.RTA_VIA: // struct rtvia: the family, and an address of it
		if len(value) > 2 {
			r.Gateway, _ = netip.AddrFromSlice(value[2:])
		}
	case unix.RTA_OIF:
		r.Interface = nameOf(number(value))
	}
}

// nextHops reads a list of struct rtnexthop with their attributes; the first counts.
func (r *Route) nextHops(b []byte) {
	n := 0
	for len(b) >= unix.SizeofRtNexthop {
		length := int(binary.NativeEndian.Uint16(b))
		if length < unix.SizeofRtNexthop || length > len(b) {
			break
		}
		if n++; n == 1 {
			r.Interface = nameOf(int(int32(binary.NativeEndian.Uint32(b[4:]))))
			for typ, value := range attributes(b[unix.SizeofRtNexthop:length]) {
				r.nextHop(typ, value)
			}
		}
		b = b[min((length+3)&^3, len(b)):]
	}
	if n > 1 {
		r.Ways = n
	}
}

// number reads an attribute of 32 bits; 0 if it is cut.
func number(value []byte) int {
	if len(value) < 4 {
		return 0
	}
	return int(binary.NativeEndian.Uint32(value))
}
