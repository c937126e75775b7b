package probe

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"whynot/internal/fact"
	"whynot/internal/sys"
)

// A question is what one name server is asked.
type question struct {
	server    netip.AddrPort
	transport string // "udp" or "tcp"
	purpose   string
	name      string
	typ       dnsmessage.Type
	unchecked bool // CD
	iterative bool // RD off: for the zone's own server
	// edns adds the OPT record. Resolvers leave it out unless told otherwise, and some servers and devices take none.
	edns bool
	// patience is how long an answer over UDP is awaited, the repetition included; 0: until the repetition, too, is unanswered.
	patience time.Duration
}

// dnsPatience is how long a datagram is given before the question is asked again, and dnsTries how often.
const (
	dnsPatience = 1200 * time.Millisecond
	dnsTries    = 2
)

// ask asks one question and tells how it ended.
func (q question) ask(ctx context.Context, env *Env) (a fact.DNSAnswer) {
	a = fact.DNSAnswer{Server: q.server, Transport: q.transport, Purpose: q.purpose, Name: q.name, Type: strings.TrimPrefix(q.typ.String(), "Type")}
	begin := env.Now()
	defer func() { a.Took = fact.Duration(env.Now().Sub(begin)) }()
	id := uint16(begin.UnixNano()>>10) ^ q.server.Port() ^ uint16(q.typ)<<8
	q.askOnce(ctx, env, id, &a)
	if q.edns && (a.Result == fact.DNSOtherCode) && (a.Code == int(dnsmessage.RCodeFormatError) || a.Code == int(dnsmessage.RCodeNotImplemented)) {
		q.edns = false // it does not know EDNS (RFC 6891, section 7)
		q.askOnce(ctx, env, id, &a)
	}
	return a
}

func (q question) askOnce(ctx context.Context, env *Env, id uint16, a *fact.DNSAnswer) {
	query, err := q.pack(id)
	if err != nil {
		a.Result, a.Error = fact.DNSUnreachable, err.Error()
		return
	}
	if q.transport == "tcp" {
		q.overTCP(ctx, env, query, id, a)
		return
	}
	got := q.overUDP(ctx, env, query)
	if !got.Accepted() {
		a.Result, a.Error = failure(got)
		return
	}
	if a.CutOff = readDNS(got.Received, id, q, a); a.CutOff {
		a.Addrs, a.Alias = nil, ""
		q.overTCP(ctx, env, query, id, a) // there it comes in full (RFC 7766, section 5)
	}
}

// overUDP sends the question, and again where no answer comes soon. The first socket stays open beside the second, as that of the C
// library does: a server that takes three seconds answers.
func (q question) overUDP(ctx context.Context, env *Env, query []byte) (got sys.Connected) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	patience := q.patience
	if patience == 0 {
		patience = dnsTries * dnsPatience
	}
	ends := make(chan sys.Connected, dnsTries)
	for try := range dnsTries {
		go func() {
			before := time.Duration(try) * dnsPatience
			if pause(ctx, min(before, patience)); ctx.Err() != nil || before >= patience {
				ends <- sys.Connected{Silent: true}
				return
			}
			ends <- env.Connect(ctx, q.server, sys.Connecting{Network: "udp", Payload: query, Patience: patience - before})
		}()
	}
	for range dnsTries {
		if got = <-ends; !got.Silent {
			return got
		}
	}
	return got
}

// failure tells what became of a question that brought no DNS message.
func failure(got sys.Connected) (fact.DNSResult, string) {
	switch {
	case got.Silent:
		return fact.DNSSilent, ""
	case got.Errno == "ECONNREFUSED":
		return fact.DNSPortClosed, ""
	case got.ICMP != nil:
		e := icmpError(got.ICMP)
		return fact.DNSUnreachable, fmt.Sprintf("%s from %s", e, e.From)
	}
	return fact.DNSUnreachable, got.Errno
}

// overTCP asks over TCP, where a message has its length in front (RFC 1035, section 4.2.2).
func (q question) overTCP(ctx context.Context, env *Env, query []byte, id uint16, a *fact.DNSAnswer) {
	got := env.Connect(ctx, q.server, sys.Connecting{Network: "tcp", Patience: 2 * dnsPatience, Keep: true})
	if got.Conn == nil {
		a.Result, a.Error = failure(got)
		return
	}
	defer got.Conn.Close()
	defer endWith(ctx, got.Conn)()
	_ = got.Conn.SetDeadline(dueBy(ctx, env, dnsPatience)) // both only fail on a closed connection
	framed := append(binary.BigEndian.AppendUint16(nil, uint16(len(query))), query...)
	if _, err := got.Conn.Write(framed); err != nil {
		a.Result, a.Error = fact.DNSGarbled, sys.ErrnoName(err)
		return
	}
	var length [2]byte
	_, err := io.ReadFull(got.Conn, length[:])
	message := make([]byte, binary.BigEndian.Uint16(length[:]))
	if err == nil {
		_, err = io.ReadFull(got.Conn, message)
	}
	if err != nil {
		a.Result, a.Error = fact.DNSGarbled, "closed without an answer"
		return
	}
	readDNS(message, id, q, a)
}

// udpSize is what we can take in one datagram without fragments (DNS flag day 2020).
const udpSize = 1232

// pack writes the query; with EDNS the server may add extended errors (RFC 6891, RFC 8914).
func (q question) pack(id uint16) ([]byte, error) {
	name, err := dnsmessage.NewName(q.name + ".")
	if err != nil {
		return nil, fmt.Errorf("%q is too long for DNS", q.name)
	}
	b := dnsmessage.NewBuilder(nil, dnsmessage.Header{ID: id, RecursionDesired: !q.iterative, CheckingDisabled: q.unchecked})
	var edns dnsmessage.ResourceHeader
	err = errors.Join(b.StartQuestions(),
		b.Question(dnsmessage.Question{Name: name, Type: q.typ, Class: dnsmessage.ClassINET}))
	if q.edns {
		err = errors.Join(err, b.StartAdditionals(), edns.SetEDNS0(udpSize, dnsmessage.RCodeSuccess, false), b.OPTResource(edns, dnsmessage.OPTResource{}))
	}
	if err != nil {
		return nil, fmt.Errorf("%q cannot be asked for: %w", q.name, err)
	}
	return b.Finish()
}

// readDNS reads a reply into an answer; it says whether the addresses were cut off.
func readDNS(message []byte, id uint16, q question, a *fact.DNSAnswer) (cutOff bool) {
	reply, err := parseDNS(message)
	if err != nil || reply.id != id || !strings.EqualFold(strings.TrimSuffix(reply.question, "."), q.name) && reply.question != "" {
		a.Result, a.Error = fact.DNSGarbled, "not an answer to the question"
		return false
	}
	a.Code, a.Addrs, a.EDE, a.TTL, a.Alias = reply.code, reply.addrs, reply.ede, reply.ttl, reply.alias
	switch dnsmessage.RCode(reply.code) {
	case dnsmessage.RCodeSuccess:
		a.Result = fact.DNSAnswered
		if len(reply.addrs) == 0 && len(reply.servers) == 0 {
			a.Result = fact.DNSNoData
		}
	case dnsmessage.RCodeNameError:
		a.Result = fact.DNSNXDomain
	case dnsmessage.RCodeServerFailure:
		a.Result = fact.DNSServFail
	case dnsmessage.RCodeRefused:
		a.Result = fact.DNSRefused
	default:
		a.Result = fact.DNSOtherCode
	}
	return reply.truncated && (a.Result == fact.DNSAnswered || a.Result == fact.DNSNoData || a.Result == fact.DNSNXDomain)
}

// A dnsReply is what matters of a DNS message.
type dnsReply struct {
	id       uint16
	question string
	code     int
	addrs    []netip.Addr
	servers  []string // names of NS records
	alias    string   // the name at the end of the CNAME records
	ede      string
	ttl      uint32

	truncated bool // TC
}

// maxRecords bounds how many records of a message are read.
const maxRecords = 256

// parseDNS reads a DNS message (RFC 1035, section 4). It is given whatever a server, or somebody in its place, sent.
func parseDNS(message []byte) (dnsReply, error) {
	var p dnsmessage.Parser
	header, err := p.Start(message)
	if err != nil || !header.Response {
		return dnsReply{}, errors.New("probe: no DNS reply")
	}
	r := dnsReply{id: header.ID, code: int(header.RCode), truncated: header.Truncated}
	questions, err := p.AllQuestions()
	if err != nil {
		return dnsReply{}, fmt.Errorf("probe: read a DNS reply: %w", err)
	}
	if len(questions) > 0 {
		r.question = questions[0].Name.String()
	}
	if err := r.readAnswers(&p); err != nil {
		return dnsReply{}, fmt.Errorf("probe: read a DNS reply: %w", err)
	}
	if p.SkipAllAuthorities() == nil {
		r.readExtended(&p)
	}
	return r, nil
}

func (r *dnsReply) readAnswers(p *dnsmessage.Parser) error {
	for i := range maxRecords {
		record, err := p.Answer()
		if errors.Is(err, dnsmessage.ErrSectionDone) {
			return nil
		}
		if err != nil {
			return err
		}
		if i == 0 || record.Header.TTL < r.ttl {
			r.ttl = record.Header.TTL
		}
		switch body := record.Body.(type) {
		case *dnsmessage.AResource:
			r.addrs = append(r.addrs, netip.AddrFrom4(body.A))
		case *dnsmessage.AAAAResource:
			r.addrs = append(r.addrs, netip.AddrFrom16(body.AAAA))
		case *dnsmessage.CNAMEResource:
			r.alias = strings.TrimSuffix(body.CNAME.String(), ".")
		case *dnsmessage.NSResource:
			r.servers = append(r.servers, strings.TrimSuffix(body.NS.String(), "."))
		}
	}
	return p.SkipAllAnswers()
}

// readExtended looks for an extended error in the OPT record (RFC 8914, section 2). What cannot be read is not there.
func (r *dnsReply) readExtended(p *dnsmessage.Parser) {
	for range maxRecords {
		record, err := p.Additional()
		if err != nil {
			return
		}
		opt, ok := record.Body.(*dnsmessage.OPTResource)
		if !ok {
			continue
		}
		r.code |= int(record.Header.TTL>>24) << 4 // the upper bits of the code (RFC 6891, section 6.1.3)
		for _, o := range opt.Options {
			const extendedError = 15
			if o.Code == extendedError && len(o.Data) >= 2 {
				code := binary.BigEndian.Uint16(o.Data)
				r.ede = strings.TrimSpace(fmt.Sprintf("%d %s %s", code, extendedErrors[code], o.Data[2:]))
			}
		}
		return
	}
}

// extendedErrors names the codes of RFC 8914, section 4, that say why.
var extendedErrors = map[uint16]string{1: "Unsupported DNSKEY Algorithm", 3: "Stale Answer", 4: "Forged Answer",
	5: "DNSSEC Indeterminate", 6: "DNSSEC Bogus", 7: "Signature Expired", 8: "Signature Not Yet Valid", 9: "DNSKEY Missing",
	10: "RRSIGs Missing", 12: "NSEC Missing", 14: "Not Ready", 15: "Blocked", 16: "Censored", 17: "Filtered", 18: "Prohibited",
	20: "Not Authoritative", 22: "No Reachable Authority", 23: "Network Error"}
