package sys

import "encoding/binary"

// An Answer is a TCP segment that came in, with what the IP header tells of its way.
type Answer struct {
	Port      uint16 // the port that answered
	LocalPort uint16
	Reset     bool // else SYN-ACK
	TTL       int
	Interface string
}

// parseTCP reads the parts of a TCP header (RFC 9293, section 3.1) that tell a refusal from an acceptance.
func parseTCP(b []byte) (a Answer, ok bool) {
	if len(b) < 20 {
		return a, false
	}
	const syn, rst, ack = 0x02, 0x04, 0x10
	flags := b[13]
	a = Answer{Port: binary.BigEndian.Uint16(b), LocalPort: binary.BigEndian.Uint16(b[2:]), Reset: flags&rst != 0}
	return a, a.Reset || flags&(syn|ack) == syn|ack
}

// skipIPv4 cuts the IP header off what a raw IPv4 socket gives.
func skipIPv4(b []byte) []byte {
	if len(b) < 20 || b[0]>>4 != 4 {
		return nil
	}
	return b[min(int(b[0]&0xf)*4, len(b)):]
}
