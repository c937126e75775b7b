package sys

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// Echoed is what became of ICMP echo requests.
type Echoed struct {
	Sent, Received int
	Last           int           // how many requests had been sent with the last that was answered
	RTT            time.Duration // the smallest
	TTL            int           // of the first reply
	ICMP           *ICMPError    // an error that came instead
}

// echoRequest builds an ICMP echo request (RFC 792, RFC 4443 section 4.1). The kernel fills in the checksum of ICMPv6, and the
// identifier of an unprivileged socket.
func echoRequest(to netip.Addr, id, sequence uint16) []byte {
	b := make([]byte, 8, 24)
	b[0] = 8
	if to.Is6() {
		b[0] = 128
	}
	binary.BigEndian.PutUint16(b[4:], id)
	binary.BigEndian.PutUint16(b[6:], sequence)
	b = append(b, "whynot asks: hi?"...)
	if to.Is4() {
		binary.BigEndian.PutUint16(b[2:], checksum(b))
	}
	return b
}

// checksum is the Internet checksum (RFC 1071).
func checksum(b []byte) uint16 {
	var sum uint32
	for i := 0; i+1 < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	if len(b)%2 == 1 {
		sum += uint32(b[len(b)-1]) << 8
	}
	for sum>>16 != 0 {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

// parseEchoReply says whether a message is the reply to a request of that identifier (0: any), and to which one.
func parseEchoReply(b []byte, v6 bool, id uint16) (sequence uint16, ok bool) {
	if !v6 && len(b) >= 20 && b[0]>>4 == 4 { // a raw IPv4 socket gives the IP header, too
		b = b[min(int(b[0]&0xf)*4, len(b)):]
	}
	reply := byte(0)
	if v6 {
		reply = 129
	}
	if len(b) < 8 || b[0] != reply || b[1] != 0 {
		return 0, false
	}
	if id != 0 && binary.BigEndian.Uint16(b[4:]) != id {
		return 0, false
	}
	return binary.BigEndian.Uint16(b[6:]), true
}
