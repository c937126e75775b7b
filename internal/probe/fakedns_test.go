package probe

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"whynot/internal/sys"
)

// A zone is what a made-up name server knows: "A db.test" gives its addresses, or a word for how it answers. What is not in it does not exist.
//
//	"192.0.2.1 192.0.2.2"  these addresses
//	""                     the name exists, without an address of that type
//	"SERVFAIL", "REFUSED"  that code
//	"silent"               no answer
//	"slow 192.0.2.1"       after three seconds
//	"cut 192.0.2.1"        cut off: over UDP with the TC bit and no record, over TCP in full
//
// A key that begins with "CD " is for questions with DNSSEC left unchecked. The key "TCP" opens the server's TCP port, and
// "no EDNS" lets it answer FORMERR to EDNS.
type zone map[string]string

var codes = map[string]dnsmessage.RCode{"SERVFAIL": dnsmessage.RCodeServerFailure, "REFUSED": dnsmessage.RCodeRefused, "FORMERR": dnsmessage.RCodeFormatError}

// reply answers a query; nil: it is silent.
func (z zone) reply(query []byte, overTCP bool) []byte {
	var q dnsmessage.Message
	if err := q.Unpack(query); err != nil || len(q.Questions) != 1 {
		panic("whynot sent what is no query")
	}
	question := q.Questions[0]
	key := strings.TrimPrefix(question.Type.String(), "Type") + " " + strings.TrimSuffix(question.Name.String(), ".")
	text, known := z[key]
	if unchecked, ok := z["CD "+key]; ok && q.CheckingDisabled {
		text, known = unchecked, true
	}
	m := dnsmessage.Message{Header: dnsmessage.Header{ID: q.ID, Response: true, RecursionDesired: true, RecursionAvailable: true}, Questions: q.Questions}
	text = strings.TrimPrefix(text, "slow ")
	text, cut := strings.CutPrefix(text, "cut ")
	code, failed := codes[text]
	_, old := z["no EDNS"]
	switch {
	case old && len(q.Additionals) > 0:
		m.RCode = codes["FORMERR"]
	case !known:
		m.RCode = dnsmessage.RCodeNameError
	case text == "silent":
		return nil
	case failed:
		m.RCode = code
	case cut && !overTCP:
		m.Truncated = true
	default:
		m.Answers = answers(question, strings.Fields(text))
	}
	return must(m.Pack())
}

// answers makes a record of each address, or of each name of a server.
func answers(q dnsmessage.Question, texts []string) []dnsmessage.Resource {
	var list []dnsmessage.Resource
	for _, text := range texts {
		r := dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 60}}
		a, err := netip.ParseAddr(text)
		switch {
		case err != nil:
			r.Body = &dnsmessage.NSResource{NS: dnsmessage.MustNewName(text + ".")}
		case a.Is4():
			r.Body = &dnsmessage.AResource{A: a.As4()}
		default:
			r.Body = &dnsmessage.AAAAResource{AAAA: a.As16()}
		}
		list = append(list, r)
	}
	return list
}

// resolver plays a name server.
func resolver(ctx context.Context, d dial, z zone) sys.Connected {
	if _, open := z["TCP"]; d.how.Network == "tcp" && open {
		return sys.Connected{Conn: serve(func(c net.Conn) {
			if length := hears(c, 2); len(length) == 2 {
				says(c, framed(z.reply([]byte(hears(c, int(binary.BigEndian.Uint16([]byte(length))))), true)))
			}
		})}
	}
	if d.how.Network == "tcp" {
		return refused(ctx, d)
	}
	message := z.reply(d.how.Payload, false)
	if message == nil {
		return silent(ctx, d)
	}
	wait := time.Millisecond
	for key, text := range z {
		if strings.HasPrefix(text, "slow ") && strings.HasPrefix(key, "A ") {
			wait = 3 * time.Second // for every question, which is as good
		}
	}
	if pause(ctx, min(wait, d.how.Patience)); wait > d.how.Patience || ctx.Err() != nil {
		return sys.Connected{Silent: true}
	}
	return sys.Connected{Received: message, Took: time.Millisecond, RTT: time.Millisecond}
}

// resolvers plays several name servers; one that is not there is silent, and so is everybody else.
func resolvers(zones map[string]zone) func(context.Context, dial) sys.Connected {
	return func(ctx context.Context, d dial) sys.Connected {
		if z, ok := zones[d.to.Addr().String()]; ok && d.to.Port() == 53 {
			return resolver(ctx, d, z)
		}
		return silent(ctx, d)
	}
}

// asked gives the questions that were sent over UDP, each with how often: "A db.test", "CD A db.test".
func asked(n *network) map[string]int {
	questions := map[string]int{}
	for _, d := range n.sent(func(d dial) bool { return d.how.Network == "udp" && d.to.Port() == 53 }) {
		var q dnsmessage.Message
		if q.Unpack(d.how.Payload) != nil || len(q.Questions) != 1 {
			continue
		}
		text := strings.TrimPrefix(q.Questions[0].Type.String(), "Type") + " " + strings.TrimSuffix(q.Questions[0].Name.String(), ".")
		if q.CheckingDisabled {
			text = "CD " + text
		}
		questions[text]++
	}
	return questions
}

// must is for what cannot fail in a test.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
