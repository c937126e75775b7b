package cause

import (
	"fmt"

	"whynot/internal/fact"
)

// An Outcome is how the attempt ended, in one word.
type Outcome string

const (
	OK          Outcome = "ok"
	Refused     Outcome = "refused"
	Unreachable Outcome = "unreachable"
	Timeout     Outcome = "timeout"
	WasReset    Outcome = "reset"
	Closed      Outcome = "closed"
	Rejected    Outcome = "rejected"
	Mismatch    Outcome = "mismatch"
	Unresolved  Outcome = "unresolved"
)

// progress lists the outcomes by how far an attempt came: of several addresses, the one that came furthest gives the outcome.
var progress = []Outcome{Unresolved, Unreachable, Timeout, Refused, WasReset, Closed, Mismatch, Rejected, OK}

// An ending is how the attempt at one address ended, and by which fact one knows.
type ending struct {
	outcome Outcome
	symptom string // the ID of the symptom's cause; empty for OK
	text    string
	fact    fact.Fact
	seen    bool // anything was observed at all
}

// works gives the verdict that rules a cause out at an address that works; nil if it does not.
func (e ending) works() *Verdict {
	if e.outcome != OK {
		return nil
	}
	v := out(e.fact, "%s", e.text)
	return &v
}

func outcomeOf(endings []ending) Outcome {
	best := -1
	for _, e := range endings {
		for i, o := range progress {
			if o == e.outcome && i > best {
				best = i
			}
		}
	}
	if best < 0 {
		return Unreachable
	}
	return progress[best]
}

// principalCase gives the first address that ended in the outcome.
func principalCase(endings []ending, outcome Outcome) int {
	for i, e := range endings {
		if e.outcome == outcome {
			return i
		}
	}
	return 0
}

// endingOf tells how the attempt at the case's address ended. A proxy that applies stands for the whole way.
func endingOf(c *Case) ending {
	if p, ok := proxied(c); ok {
		return endingAtProxy(c, p)
	}
	if u, ok := first[fact.UnixSocket](c, fact.Client); ok {
		return endingAtUnix(u)
	}
	h, ok := first[fact.Handshake](c, fact.Client)
	if !ok {
		return endingWithoutAddress(c)
	}
	if h.Result == fact.Accepted {
		return endingAfterHandshake(c, h)
	}
	return endingAtHandshake(c, h)
}

func endingWithoutAddress(c *Case) ending {
	if l, ok := first[fact.Lookup](c, fact.Client); ok && l.Result != fact.LookupFound {
		return ending{Unresolved, "symptom.unresolved", fmt.Sprintf("%s has no address here", l.Name), l, true}
	}
	if l, ok := first[fact.Lookup](c, fact.Client); ok {
		return ending{Unreachable, "", "no address was tried", l, false}
	}
	return ending{outcome: Unreachable}
}

func endingAtUnix(u fact.UnixSocket) ending {
	switch u.Errno {
	case "":
		return ending{OK, "", u.Path + " accepts connections", u, true}
	case "ECONNREFUSED":
		return ending{Refused, "symptom.refused", u.Path + " refuses the connection", u, true}
	case "EAGAIN":
		return ending{Timeout, "symptom.silent", "the queue of " + u.Path + " is full", u, true}
	}
	return ending{Unreachable, "symptom.unreachable", fmt.Sprintf("connect to %s gave %s", u.Path, u.Errno), u, true}
}

func endingAtHandshake(c *Case, h fact.Handshake) ending {
	to := h.To.Addr()
	switch {
	case h.Result == fact.Reset && h.Network == "udp":
		return ending{Refused, "symptom.refused-icmp", fmt.Sprintf("%s refused the datagram", to), h, true}
	case h.Result == fact.Reset:
		return ending{Refused, "symptom.refused", fmt.Sprintf("a reset from %s answered the SYN after %s", to, h.Took), h, true}
	case h.Result == fact.Silent:
		if n, ok := first[fact.Neighbour](c, fact.Client); ok && n.Missing() {
			return ending{Unreachable, "symptom.unreachable",
				fmt.Sprintf("nobody answers for %s on %s", n.Addr, n.Interface), n, true}
		}
		return ending{Timeout, "symptom.silent", silence(h), h, true}
	case h.Result == fact.ICMP && (h.ICMP.PortUnreachable() || h.ICMP.Prohibited() || h.ICMP.ProtocolUnreachable()):
		return ending{Refused, "symptom.refused-icmp", fmt.Sprintf("%s answered with %s", h.ICMP.From, h.ICMP), h, true}
	case h.Result == fact.ICMP:
		return ending{Unreachable, "symptom.unreachable", fmt.Sprintf("%s says %s", h.ICMP.From, h.ICMP), h, true}
	}
	if h.Errno == "EINVAL" && to.Is6() && to.IsLinkLocalUnicast() {
		return ending{Unreachable, "symptom.unreachable", fmt.Sprintf("%s is of one link alone, and which one is not said or does not exist here: write %s%%eth0, for the link eth0", to, to.WithZone("")), h, true}
	}
	return ending{Unreachable, "symptom.unreachable", fmt.Sprintf("%s gave %s at once", h.Step, h.Errno), h, true}
}

func silence(h fact.Handshake) string {
	if h.Network == "udp" {
		return fmt.Sprintf("no answer to a datagram within %s", h.Took)
	}
	if h.SYNs > 1 {
		return fmt.Sprintf("%d SYNs in %s, and no answer", h.SYNs, h.Took)
	}
	return fmt.Sprintf("no answer to the SYN within %s", h.Took)
}

// endingAfterHandshake tells what became of an accepted connection. Only a protocol that the user named is held against the server.
func endingAfterHandshake(c *Case, h fact.Handshake) ending {
	return endingAfterAcceptance(c, ending{OK, "", fmt.Sprintf("%s accepted the connection after %s", h.To.Addr(), h.Took), h, true})
}

// endingAfterAcceptance tells what became of a connection, to the target or through a tunnel to it, that is fine unless something was said.
func endingAfterAcceptance(c *Case, fine ending) ending {
	if e, ok := rejection(c); ok {
		return e
	}
	if a, ok := httpAnswer(c); ok {
		return ending{OK, "", fmt.Sprintf("it answered HTTP %d", a.Status), a, true}
	}
	if s, ok := speaks(c); ok && newerHTTP(c, s) {
		return ending{OK, "", "it speaks HTTP/2", s, true}
	}
	x, ok := said(c)
	if b, starved := starved(c); !ok && starved && (c.Target.Strict() || c.Target.TLS) {
		return ending{Unreachable, "", "the connection is accepted, and nothing could be asked", b, false}
	}
	if !ok && (c.Target.Strict() || c.Target.TLS) && c.Target.Network == "tcp" {
		// Other addresses may have been asked; this one was not, and a handshake alone is not what the user wants.
		return ending{Timeout, "", "the connection is accepted, and there was no time to ask", fine.fact, false}
	}
	if !ok {
		return fine
	}
	if e, ok := mismatch(c, x); ok {
		return e
	}
	if !unheard(c, x) {
		return ending{OK, "", fmt.Sprintf("it answered after %s", x.First), x, true}
	}
	if t, ok := tlsAnswer(c); ok && t.Done && x.Asked == fact.AskedInTLS && x.End == fact.EndOpen && !expectsAnswer(c, x) {
		return ending{OK, "", "the TLS handshake succeeded with " + t.Version, t, true}
	}
	if x.End == fact.EndError && x.First > 0 {
		if t, ok := tlsAnswer(c); ok && oldTLS(t) {
			return ending{Rejected, "symptom.rejected", "it speaks no version of TLS that is in use", t, true}
		}
		return ending{Mismatch, "symptom.mismatch", "its answer cannot be read as TLS: " + x.Error, x, true}
	}
	switch {
	case x.End == fact.EndReset:
		return ending{WasReset, "symptom.reset", fmt.Sprintf("accepted, then reset after %s%s", x.Took, without(x)), x, true}
	case x.End == fact.EndClosed:
		return ending{Closed, "symptom.closed", fmt.Sprintf("accepted, then closed after %s%s", x.Took, without(x)), x, true}
	case expectsAnswer(c, x):
		if x.Begun {
			return ending{Timeout, "symptom.stalled", fmt.Sprintf("its answer stopped in the middle, and was not gone on with for %s", x.Took-x.First), x, true}
		}
		return ending{Timeout, "symptom.stalled", fmt.Sprintf("accepted, then nothing was said for %s", x.Took), x, true}
	}
	return fine
}

// without tells how little was said before the end.
func without(x fact.Exchange) string {
	switch {
	case x.Mute() && (x.Asked == fact.AskedInTLS || x.Asked == fact.AskedHTTPInTLS):
		return ", after the TLS handshake, without a byte"
	case x.Mute():
		return " without a byte"
	case x.Begun:
		return " in the middle of its answer"
	}
	return " in the middle of the TLS handshake"
}

// expectsAnswer says whether silence is a failure: we asked, or the server has to speak first in a protocol the user named.
func expectsAnswer(c *Case, x fact.Exchange) bool {
	return x.Asked != "nothing" && x.Asked != fact.AskedInTLS || c.Target.Strict() && serverFirst[c.Target.Protocol]
}

// serverFirst lists the protocols in which the server speaks first.
var serverFirst = map[string]bool{"ssh": true, "mysql": true, "smtp": true, "ftp": true, "imap": true, "pop3": true, "vnc": true, "nats": true, "rsync": true}

// rejection tells whether the service, or our own check of its certificate, said no in the protocol itself.
func rejection(c *Case) (ending, bool) {
	if r, ok := first[fact.Refusal](c, fact.Client); ok {
		return ending{Rejected, "symptom.rejected", "it says: " + r.Says, r, true}, true
	}
	if !c.Target.Strict() {
		return ending{}, false
	}
	if t, ok := tlsAnswer(c); ok {
		switch {
		case t.Plain:
			return ending{Mismatch, "symptom.mismatch", "its answer to a TLS hello is no TLS", t, true}, true
		case t.Alert >= 0:
			return ending{Rejected, "symptom.rejected", fmt.Sprintf("it answered with the TLS alert %s", t.AlertName), t, true}, true
		case t.Done && certificateFault(c, t) != "":
			return ending{Rejected, "symptom.rejected", certificateFault(c, t), t, true}, true
		case oldTLS(t):
			return ending{Rejected, "symptom.rejected", "it speaks no version of TLS that is in use", t, true}, true
		}
	}
	a, ok := httpAnswer(c)
	if !ok || a.Status < 400 {
		return ending{}, false
	}
	if wantsTLS(a) {
		return ending{Mismatch, "symptom.mismatch", "it says that this port wants TLS", a, true}, true
	}
	return ending{Rejected, "symptom.rejected", fmt.Sprintf("it answered HTTP %d %s", a.Status, statusText(a)), a, true}, true
}

// mismatch tells whether another protocol answered than the one that was asked for.
func mismatch(c *Case, x fact.Exchange) (ending, bool) {
	if !c.Target.Strict() {
		return ending{}, false
	}
	if s, ok := speaks(c); ok && s.Protocol != c.Target.Protocol && !(s.Protocol == "tls" && c.Target.TLS) && !newerHTTP(c, s) {
		return ending{Mismatch, "symptom.mismatch", fmt.Sprintf("it answers in %s", protocolName(s.Protocol)), s, true}, true
	}
	if !x.Mute() && x.Asked == "http" && !x.Begun {
		return ending{Mismatch, "symptom.mismatch", "its answer is no HTTP", x, true}, true
	}
	return ending{}, false
}

// newerHTTP says that HTTP is spoken, in a version that whynot does not speak.
func newerHTTP(c *Case, s fact.Speaks) bool {
	return s.Protocol == "http2" && c.Target.Protocol == "http"
}
