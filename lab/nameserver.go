//go:build linux

package lab

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// serveDNS is a name server, over UDP and TCP. Its rules are "NAME=ADDR,ADDR", where NAME may begin with "*.", "NAME=" for a name
// without an address, "NAME=servfail", "NAME=refused", "NAME=nxdomain", "NAME=dnssec:ADDR" (fails unless checking is disabled), "NAME=ns:SERVER"
// for a zone's server, and "NAME=cname:OTHER" for an alias of what does not exist. Before a value may stand "slow:2s:" (it takes so
// long), "noedns:" (FORMERR to EDNS), "dropedns:" (silent to EDNS) and "cut:" (truncated over UDP). Other names do not exist.
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
			if reply, err := answer(query, rules, true); err == nil {
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
		go func(query []byte) {
			if reply, err := answer(query, rules, false); err == nil {
				_, _ = packets.WriteTo(reply, from)
			}
		}(slices.Clone(buf[:n]))
	}
}

// errNoAnswer says that a rule wants silence.
var errNoAnswer = errors.New("lab: no answer")

// answer answers one query by the rules.
func answer(query []byte, rules []string, overTCP bool) ([]byte, error) {
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
	if wait, rest, slow := strings.Cut(strings.TrimPrefix(value, "slow:"), ":"); slow && strings.HasPrefix(value, "slow:") {
		pause, err := time.ParseDuration(wait)
		if err != nil {
			return nil, err
		}
		time.Sleep(pause)
		value = rest
	}
	value, cut := strings.CutPrefix(value, "cut:")
	value, noEDNS := strings.CutPrefix(value, "noedns:")
	value, dropEDNS := strings.CutPrefix(value, "dropedns:")
	alias, isAlias := strings.CutPrefix(value, "cname:")
	edns := withEDNS(p)
	switch {
	case edns && dropEDNS:
		return nil, errNoAnswer
	case edns && noEDNS:
		reply.RCode = dnsmessage.RCodeFormatError
	case cut && !overTCP:
		reply.Truncated = true
	case value == "nxdomain" || isAlias:
		reply.RCode = dnsmessage.RCodeNameError
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
	if isAlias {
		target, err := dnsmessage.NewName(alias + ".")
		if err != nil {
			return nil, err
		}
		head := dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: 60}
		if err := b.CNAMEResource(head, dnsmessage.CNAMEResource{CNAME: target}); err != nil {
			return nil, err
		}
	}
	if reply.RCode == dnsmessage.RCodeSuccess && !reply.Truncated {
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

// withEDNS says whether a query whose first question was read has an OPT record.
func withEDNS(p dnsmessage.Parser) bool {
	if errors.Join(p.SkipAllQuestions(), p.SkipAllAnswers(), p.SkipAllAuthorities()) != nil {
		return false
	}
	h, err := p.AdditionalHeader()
	return err == nil && h.Type == dnsmessage.TypeOPT
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
