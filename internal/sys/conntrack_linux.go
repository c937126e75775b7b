package sys

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// Constants of include/uapi/linux/netfilter/nfnetlink_conntrack.h.
const (
	conntrackGet     = 1<<8 | 1 // NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET
	attrTupleOrig    = 1
	attrTupleReply   = 2
	attrTupleIP      = 1
	attrTupleProto   = 2
	attrProtoNumber  = 1
	attrProtoSrcPort = 2
	attrProtoDstPort = 3
)

// Translation gives whom the packets of a TCP connection from one address to another really go to, as connection tracking of
// this machine has it. found is false if the connection is not tracked: then nothing is translated. It needs CAP_NET_ADMIN.
func Translation(from, to netip.AddrPort) (real netip.AddrPort, found bool, err error) {
	body := append([]byte{familyOf(to.Addr()), 0, 0, 0}, tuple(from, to)...)
	answers, err := netlinkAsk(unix.NETLINK_NETFILTER, conntrackGet, unix.NLM_F_REQUEST|unix.NLM_F_ACK, body)
	switch {
	case errors.Is(err, unix.ENOENT):
		return to, false, nil
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
		return to, false, ErrNotPermitted
	case err != nil:
		return to, false, fmt.Errorf("sys: ask connection tracking: %w", err)
	}
	for _, a := range answers {
		if real, ok := parseReplySource(a); ok {
			return real, true, nil
		}
	}
	return to, false, nil
}

// tuple encodes CTA_TUPLE_ORIG.
func tuple(from, to netip.AddrPort) []byte {
	src, dst := uint16(1), uint16(2) // CTA_IP_V4_SRC, CTA_IP_V4_DST
	if to.Addr().Is6() {
		src, dst = 3, 4
	}
	ip := append(attribute(src, from.Addr().AsSlice()), attribute(dst, to.Addr().AsSlice())...)
	proto := attribute(attrProtoNumber, []byte{unix.IPPROTO_TCP})
	proto = append(proto, attribute(attrProtoSrcPort, binary.BigEndian.AppendUint16(nil, from.Port()))...)
	proto = append(proto, attribute(attrProtoDstPort, binary.BigEndian.AppendUint16(nil, to.Port()))...)
	inner := append(attribute(attrTupleIP|unix.NLA_F_NESTED, ip), attribute(attrTupleProto|unix.NLA_F_NESTED, proto)...)
	return attribute(attrTupleOrig|unix.NLA_F_NESTED, inner)
}

// attribute encodes one netlink attribute with its padding.
func attribute(typ uint16, value []byte) []byte {
	b := make([]byte, 4, 4+len(value)+3)
	binary.NativeEndian.PutUint16(b, uint16(4+len(value)))
	binary.NativeEndian.PutUint16(b[2:], typ)
	b = append(b, value...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

// parseReplySource gives the source of the reply direction: the machine that the packets really go to.
func parseReplySource(b []byte) (netip.AddrPort, bool) {
	if len(b) < 4 {
		return netip.AddrPort{}, false
	}
	var addr netip.Addr
	var port uint16
	for typ, value := range attributes(b[4:]) {
		if typ != attrTupleReply {
			continue
		}
		for part, inner := range attributes(value) {
			for field, v := range attributes(inner) {
				switch {
				case part == attrTupleIP && (field == 1 || field == 3):
					addr, _ = netip.AddrFromSlice(v)
				case part == attrTupleProto && field == attrProtoSrcPort && len(v) >= 2:
					port = binary.BigEndian.Uint16(v)
				}
			}
		}
	}
	return netip.AddrPortFrom(addr, port), addr.IsValid() && port != 0
}
