package sys

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// Attributes of include/uapi/linux/netfilter/nfnetlink_conntrack.h.
const (
	attrTupleOrig    = 1
	attrTupleReply   = 2
	attrTupleIP      = 1
	attrTupleProto   = 2
	attrProtoSrcPort = 2
	attrProtoDstPort = 3
	groupNew         = 1 << 0 // NFNLGRP_CONNTRACK_NEW as a bit
)

// A TrackingWatch hears of connections that this machine begins to track. A refused connection is forgotten at once, so that asking for
// it afterwards finds nothing (net/netfilter/nf_conntrack_proto_tcp.c): one must listen while it is made.
type TrackingWatch struct{ fd int }

// WatchTracking starts to listen; it needs CAP_NET_ADMIN, else the error is [ErrNotPermitted].
func WatchTracking() (*TrackingWatch, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_NETFILTER)
	if err != nil {
		return nil, fmt.Errorf("sys: open a netfilter socket: %w", err)
	}
	err = unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: groupNew})
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) {
		err = ErrNotPermitted
	}
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	return &TrackingWatch{fd}, nil
}

// mostEvents bounds what is read for one answer: a busy machine begins to track many connections in that time.
const mostEvents = 100_000

// Translation waits for the connection between two addresses to be tracked, and gives whom its packets really go to. found is false if it
// is not tracked within the patience: then nothing translates it. The error says that events were lost, so that nothing is known.
//
// The kernel tells of a connection while its first packet passes the last hook (net/netfilter/nf_conntrack_core.c, __nf_conntrack_confirm), so what
// an attempt that has ended began is already here.
func (w *TrackingWatch) Translation(from, to netip.AddrPort, patience time.Duration) (real netip.AddrPort, found bool, err error) {
	buf := make([]byte, netlinkBuffer)
	until := time.Now().Add(patience)
	for range mostEvents {
		n, _, err := unix.Recvfrom(w.fd, buf, unix.MSG_DONTWAIT)
		switch {
		case err == nil:
			bodies, _, _ := splitNetlink(buf[:n])
			for _, b := range bodies {
				if o, r, ok := parseTuples(b); ok && o.from == from && o.to == to {
					return r.from, true, nil
				}
			}
			continue
		case errors.Is(err, unix.ENOBUFS):
			return to, false, errors.New("sys: the kernel had more news of connections than fit")
		}
		left := time.Until(until)
		if left <= 0 {
			break
		}
		if _, err := poll(w.fd, unix.POLLIN, left); err != nil {
			return to, false, fmt.Errorf("sys: wait for news of a connection: %w", err)
		}
	}
	return to, false, nil
}

// Close stops listening.
func (w *TrackingWatch) Close() { unix.Close(w.fd) }

// A tuple is one direction of a tracked connection.
type tuple struct{ from, to netip.AddrPort }

// parseTuples reads both directions of an entry: the source of the second is whom the packets of the first really go to.
func parseTuples(b []byte) (original, reply tuple, ok bool) {
	if len(b) < 4 { // struct nfgenmsg
		return tuple{}, tuple{}, false
	}
	for typ, value := range attributes(b[4:]) {
		switch typ {
		case attrTupleOrig:
			original = parseTuple(value)
		case attrTupleReply:
			reply = parseTuple(value)
		}
	}
	return original, reply, original.from.IsValid() && reply.from.IsValid()
}

func parseTuple(b []byte) tuple {
	var addrs [2]netip.Addr
	var ports [2]uint16
	for part, inner := range attributes(b) {
		for field, v := range attributes(inner) {
			switch {
			case part == attrTupleIP && field >= 1 && field <= 4: // CTA_IP_V4_SRC, V4_DST, V6_SRC, V6_DST
				addrs[(field-1)%2], _ = netip.AddrFromSlice(v)
			case part == attrTupleProto && len(v) >= 2 && (field == attrProtoSrcPort || field == attrProtoDstPort):
				ports[field-attrProtoSrcPort] = binary.BigEndian.Uint16(v)
			}
		}
	}
	return tuple{netip.AddrPortFrom(addrs[0], ports[0]), netip.AddrPortFrom(addrs[1], ports[1])}
}
