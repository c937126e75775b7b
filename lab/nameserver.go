//go:build linux

package lab

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// serveDNS is a name server, over UDP and TCP. Its rules are "NAME=ADDR,ADDR", where NAME may begin with "*.", "NAME=" for a name
// without an address, "NAME=servfail", "NAME=refused", "NAME=dnssec:ADDR" (fails unless checking is disabled), and "NAME=ns:SERVER" for a
// zone's server. Other names do not exist.
func serveDNS(args []string) error {
	if len(args) < 1 {
		return errUse
	}
	packets, err := net.ListenPacket("udp", args[0])
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", args[0])
	if err != nil {
		return err
	}
	rules := args[1:]
	go func() {
		_ = eachConn(l, func(c net.Conn) {
			var length [2]byte
			if _, err := c.Read(length[:]); err != nil {
				return
			}
			query := make([]byte, binary.BigEndian.Uint16(length[:]))
			if _, err := c.Read(query); err != nil {
				return
			}
			if reply, err := answer(query, rules); err == nil {
				_, _ = c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...))
			}
		})
	}()
	buf := make([]byte, 4096)
	for {
		n, from, err := packets.ReadFrom(buf)
		if err != nil {
			return err
		}
		if reply, err := answer(buf[:n], rules); err == nil {
			_, _ = packets.WriteTo(reply, from)
		}
	}
}

// answer answers one query by the rules.
func answer(query []byte, rules []string) ([]byte, error) {
	var p dnsmessage.Parser
	header, err := p.Start(query)
	if err != nil {
		return nil, err
	}
	q, err := p.Question()
	if err != nil {
		return nil, err
	}
	value, ok := ruleFor(strings.TrimSuffix(q.Name.String(), "."), rules)
	reply := dnsmessage.Header{ID: header.ID, Response: true, RecursionDesired: header.RecursionDesired, RecursionAvailable: true}
	var ede uint16
	switch {
	case !ok:
		reply.RCode = dnsmessage.RCodeNameError
	case value == "servfail":
		reply.RCode, ede = dnsmessage.RCodeServerFailure, 22
	case value == "refused":
		reply.RCode = dnsmessage.RCodeRefused
	case strings.HasPrefix(value, "dnssec:") && !header.CheckingDisabled:
		reply.RCode, ede = dnsmessage.RCodeServerFailure, 6
	}
	b := dnsmessage.NewBuilder(nil, reply)
	b.EnableCompression()
	if err := errors.Join(b.StartQuestions(), b.Question(q), b.StartAnswers()); err != nil {
		return nil, err
	}
	if reply.RCode == dnsmessage.RCodeSuccess {
		if err := addRecords(&b, q, strings.TrimPrefix(value, "dnssec:")); err != nil {
			return nil, err
		}
	}
	if ede != 0 {
		if err := addExtended(&b, ede); err != nil {
			return nil, err
		}
	}
	return b.Finish()
}

func addRecords(b *dnsmessage.Builder, q dnsmessage.Question, value string) error {
	head := dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: 60}
	if server, ok := strings.CutPrefix(value, "ns:"); ok {
		if q.Type != dnsmessage.TypeNS {
			return nil
		}
		name, err := dnsmessage.NewName(server + ".")
		if err != nil {
			return err
		}
		return b.NSResource(head, dnsmessage.NSResource{NS: name})
	}
	for text := range strings.SplitSeq(value, ",") {
		a, err := netip.ParseAddr(text)
		if err != nil {
			continue
		}
		switch {
		case a.Is4() && q.Type == dnsmessage.TypeA:
			err = b.AResource(head, dnsmessage.AResource{A: a.As4()})
		case a.Is6() && q.Type == dnsmessage.TypeAAAA:
			err = b.AAAAResource(head, dnsmessage.AAAAResource{AAAA: a.As16()})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// addExtended adds an extended error (RFC 8914).
func addExtended(b *dnsmessage.Builder, code uint16) error {
	var head dnsmessage.ResourceHeader
	text := "the lab says so"
	return errors.Join(b.StartAdditionals(), head.SetEDNS0(1232, dnsmessage.RCodeSuccess, false),
		b.OPTResource(head, dnsmessage.OPTResource{Options: []dnsmessage.Option{{Code: 15, Data: append(binary.BigEndian.AppendUint16(nil, code), text...)}}}))
}

// ruleFor gives the value of the rule that fits a name best.
func ruleFor(name string, rules []string) (string, bool) {
	for _, exact := range []bool{true, false} {
		for _, r := range rules {
			key, value, _ := strings.Cut(r, "=")
			suffix, wild := strings.CutPrefix(key, "*")
			if exact && strings.EqualFold(key, name) || !exact && wild && strings.HasSuffix(strings.ToLower(name), suffix) {
				return value, true
			}
		}
	}
	return "", false
}
