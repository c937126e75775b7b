package cause

import (
	"fmt"
	"slices"
	"strings"

	"whynot/internal/fact"
)

// This file holds what many causes ask of the facts. The saw... functions give the observation that a cause must explain, or the
// verdict that something else was observed: ruled out where that contradicts the cause, unknown where it never came so far.

// proxied gives the answer of the proxy through which a client that honours the environment would go.
func proxied(c *Case) (fact.ProxyAnswer, bool) {
	for _, s := range every[fact.ProxySetting](c, fact.Client) {
		if !s.Applies {
			continue
		}
		return where(c, fact.Client, func(p fact.ProxyAnswer) bool { return p.Variable == s.Variable })
	}
	return fact.ProxyAnswer{}, false
}

// said gives the exchange in the protocol that was expected.
func said(c *Case) (fact.Exchange, bool) {
	return where(c, fact.Client, func(x fact.Exchange) bool { return !x.Retry })
}

func httpAnswer(c *Case) (fact.HTTP, bool) {
	return where(c, fact.Client, func(a fact.HTTP) bool { return !a.Retry })
}

func tlsAnswer(c *Case) (fact.TLS, bool) {
	return where(c, fact.Client, func(t fact.TLS) bool { return !t.Retry })
}

// speaks gives the protocol that answers at the target's own port.
func speaks(c *Case) (fact.Speaks, bool) {
	return where(c, fact.Client, func(s fact.Speaks) bool { return s.Port == c.Target.Port })
}

// handshake gives the attempt that counts. It does not where a proxy stands in between.
func handshake(c *Case) (fact.Handshake, *Verdict) {
	if p, ok := proxied(c); ok {
		v := out(p, "the connection goes through the proxy %s", p.Proxy)
		return fact.Handshake{}, &v
	}
	h, ok := first[fact.Handshake](c, fact.Client)
	if !ok {
		v := unknown()
		return h, &v
	}
	return h, nil
}

// reached gives the attempt if it came as far as the host or a firewall on the way; not if this machine itself could not send.
func reached(c *Case) (fact.Handshake, *Verdict) {
	h, no := handshake(c)
	if no != nil {
		return h, no
	}
	if h.Result == fact.Failed || missingNeighbour(c) {
		v := unknown()
		return h, &v
	}
	return h, nil
}

func missingNeighbour(c *Case) bool {
	n, ok := first[fact.Neighbour](c, fact.Client)
	return ok && n.Missing()
}

// sawReset gives the attempt that a reset answered.
func sawReset(c *Case) (fact.Handshake, *Verdict) {
	h, no := reached(c)
	if no != nil || h.Result == fact.Reset {
		return h, no
	}
	v := contradicts(h)
	return h, &v
}

// sawSilence gives the attempt that nothing answered.
func sawSilence(c *Case) (fact.Handshake, *Verdict) {
	h, no := reached(c)
	if no != nil || h.Result == fact.Silent {
		return h, no
	}
	v := contradicts(h)
	return h, &v
}

// contradicts rules a cause out by how the attempt ended, in words.
func contradicts(h fact.Handshake) Verdict {
	to := h.To.Addr()
	switch h.Result {
	case fact.Accepted:
		return out(h, "%s accepted the connection", to)
	case fact.Reset:
		return out(h, "%s answered with a reset", to)
	case fact.ICMP:
		return out(h, "%s answered with %s", h.ICMP.From, h.ICMP)
	case fact.Silent:
		return out(h, "nothing answered")
	}
	return out(h, "%s gave %s", h.Step, h.Errno)
}

// sawICMP gives the attempt that an ICMP error answered, of those that fit.
func sawICMP(c *Case, fits func(*fact.ICMPError) bool) (fact.Handshake, *Verdict) {
	h, no := handshake(c)
	if no != nil || h.Result == fact.ICMP && fits(h.ICMP) {
		return h, no
	}
	v := contradicts(h)
	return h, &v
}

// sawStall gives the exchange in which the server accepted and then said nothing though an answer was due.
func sawStall(c *Case) (fact.Exchange, *Verdict) {
	x, no := afterHandshake(c)
	if no != nil {
		return x, no
	}
	if x.End == fact.EndOpen && x.Mute() && expectsAnswer(c, x) {
		return x, nil
	}
	v := saidSomething(x)
	return x, &v
}

// sawHangUp gives the exchange that the server ended, by a close or a reset, without a byte.
func sawHangUp(c *Case) (fact.Exchange, *Verdict) {
	x, no := afterHandshake(c)
	if no != nil {
		return x, no
	}
	if (x.End == fact.EndClosed || x.End == fact.EndReset) && x.Mute() {
		return x, nil
	}
	v := saidSomething(x)
	return x, &v
}

// afterHandshake gives the exchange that counts.
func afterHandshake(c *Case) (fact.Exchange, *Verdict) {
	h, no := reached(c)
	if no != nil {
		return fact.Exchange{}, no
	}
	if h.Result != fact.Accepted {
		v := contradicts(h)
		return fact.Exchange{}, &v
	}
	x, ok := said(c)
	if !ok {
		v := unknown()
		return x, &v
	}
	return x, nil
}

func saidSomething(x fact.Exchange) Verdict {
	switch {
	case !x.Mute():
		return out(x, "it answered after %s", x.First)
	case x.End == fact.EndClosed:
		return out(x, "it closed the connection after %s", x.Took)
	case x.End == fact.EndReset:
		return out(x, "it reset the connection after %s", x.Took)
	}
	return out(x, "it holds the connection open and has said nothing")
}

// here says whether the target's address belongs to this machine.
func here(c *Case) bool {
	r, ok := first[fact.Route](c, fact.Client)
	return ok && r.Local()
}

// server names the server's machine for a reader.
func server(c *Case) string {
	if here(c) {
		return "this machine"
	}
	if c.Target.Host != "" {
		return c.Target.Host
	}
	return c.To.Addr().String()
}

// tableKnown says whether the sockets of the server's own network namespace were listed.
func tableKnown(c *Case) (fact.SocketTable, bool) {
	return where(c, fact.Server, func(t fact.SocketTable) bool { return t.Namespace == "" })
}

// listeners gives the sockets that listen on the target's port in the server's own network namespace.
func listeners(c *Case, network string) []fact.Listener {
	return slices.DeleteFunc(slices.Clone(every[fact.Listener](c, fact.Server)), func(l fact.Listener) bool {
		return l.Namespace != "" || l.Network != network || l.Addr.Port() != c.Target.Port
	})
}

// receiver gives the socket that would get the SYN.
func receiver(c *Case) (fact.Receiver, bool) {
	return where(c, fact.Server, func(r fact.Receiver) bool { return r.Found && r.To == c.To })
}

// translated says whether this machine sends the attempt somewhere else than it was dialled.
func translated(c *Case) (fact.Translated, bool) {
	return where(c, fact.Client, func(t fact.Translated) bool { return t.Real != t.To })
}

// hostAlive gives a sign of life of the host beside the attempt itself.
func hostAlive(c *Case) (fact.Fact, string, bool) {
	for _, p := range every[fact.OtherPort](c, fact.Client) {
		if p.HostAnswered() {
			return p, fmt.Sprintf("port %d of the same host answers (%s)", p.To.Port(), resultWord(p.Attempt)), true
		}
	}
	if e, ok := first[fact.Echo](c, fact.Client); ok && e.Received > 0 {
		return e, fmt.Sprintf("the host answers to ICMP echo after %s", e.RTT), true
	}
	return nil, "", false
}

func resultWord(a fact.Attempt) string {
	switch a.Result {
	case fact.Accepted:
		return "it accepts"
	case fact.Reset:
		return "with a reset"
	case fact.ICMP:
		return "with " + a.ICMP.String()
	}
	return string(a.Result)
}

// ownAddress says whether an ICMP error came from this machine itself.
func ownAddress(h fact.Handshake) bool {
	return h.ICMP != nil && (h.ICMP.From == h.Local.Addr() || h.ICMP.From.IsLoopback() && !h.To.Addr().IsLoopback())
}

// fromTarget says whether an ICMP error came from the address that was dialled.
func fromTarget(h fact.Handshake) bool { return h.ICMP != nil && h.ICMP.From == h.To.Addr() }

// fromRouter says whether an ICMP error came from a machine on the way.
func fromRouter(h fact.Handshake) bool { return h.ICMP != nil && !ownAddress(h) && !fromTarget(h) }

// quickly is below any neighbour's patience: a host-unreachable that comes faster was decided by a rule or a route.
const quickly = fact.Duration(500e6)

// realPath gives the hops towards the target's own port.
func realPath(c *Case) (fact.Path, bool) {
	return where(c, fact.Client, func(p fact.Path) bool { return p.Port == c.Target.Port })
}

// forwarded says that the target hands the port on to another machine: a SYN whose TTL ended at the target's own address was on
// its way through (the TTL is checked in net/ipv4/ip_forward.c alone, behind the translation of the address).
func forwarded(c *Case) (fact.Path, bool) {
	p, ok := realPath(c)
	if !ok {
		return p, false
	}
	for _, h := range p.Hops {
		if h.ICMP.TimeExceeded() && h.From == c.To.Addr() {
			return p, true
		}
	}
	return p, false
}

// A sender says where in a router an ICMP error was made.
type sender int

const (
	senderUnknown sender = iota
	senderRouting        // by the routing decision: also for a packet whose TTL ends there
	senderForward        // after the TTL was checked: a firewall's forward chain, or the neighbour lookup
)

// whereInRouter tells a router's routing table from its firewall. Linux asks the routing table before it checks the TTL, and the
// forward chain after it (net/ipv4/ip_input.c, ip_rcv_finish; ip_forward.c; the same order in net/ipv6/ip6_output.c).
func whereInRouter(c *Case, h fact.Handshake) (fact.Path, sender) {
	p, ok := realPath(c)
	if !ok || h.ICMP == nil {
		return p, senderUnknown
	}
	for _, hop := range p.Hops {
		if hop.From != h.ICMP.From || hop.ICMP == nil {
			continue
		}
		if hop.ICMP.TimeExceeded() {
			return p, senderForward
		}
		if before, ok := p.At(hop.TTL - 1); hop.TTL == 1 || ok && before.From.IsValid() && before.From != hop.From {
			return p, senderRouting
		}
		return p, senderUnknown
	}
	return p, senderUnknown
}

// hopsAway gives the hops that a packet of that TTL has passed, if its sender began with one of the usual values.
func hopsAway(ttl int) (hops, initial int) {
	for _, initial := range []int{64, 128, 255} {
		if ttl <= initial {
			return initial - ttl, initial
		}
	}
	return 0, 0
}

// resetDistance compares how far the reset came with how far the host's other answers came: negative if it was sent nearer to us.
func resetDistance(c *Case) (difference int, reset, other fact.Fact, ok bool) {
	r, found := where(c, fact.Client, func(a fact.AnswerTTL) bool { return a.Port == c.Target.Port && a.Flags == "reset" })
	if !found {
		return 0, nil, nil, false
	}
	near, initial := hopsAway(r.TTL)
	for _, a := range every[fact.AnswerTTL](c, fact.Client) {
		if far, same := hopsAway(a.TTL); a.Port != r.Port && same == initial {
			return near - far, r, a, true
		}
	}
	if e, found := first[fact.Echo](c, fact.Client); found && e.TTL > 0 {
		if far, same := hopsAway(e.TTL); same == initial {
			return near - far, r, e, true
		}
	}
	if p, found := realPath(c); found {
		if end, reachedEnd := p.End(); reachedEnd && end.Result == fact.Reset {
			return near - (end.TTL - 1), r, p, true
		}
	}
	return 0, r, nil, false
}

// certificateFault says in a few words what is wrong with the certificate; empty if nothing is.
func certificateFault(c *Case, t fact.TLS) string {
	if len(t.Chain) == 0 {
		return ""
	}
	leaf, now := t.Chain[0], t.At
	switch {
	case now.After(leaf.NotAfter):
		return "its certificate expired on " + leaf.NotAfter.Format("2 January 2006")
	case now.Before(leaf.NotBefore):
		return "its certificate is not valid before " + leaf.NotBefore.Format("2 January 2006")
	case !leaf.Matches:
		return "its certificate is not for " + t.ServerName
	case t.Trust == "self-signed":
		return "its certificate is self-signed"
	case t.Trust == "unknown-authority":
		return "no authority that this machine trusts vouches for its certificate"
	}
	return ""
}

// wantsTLS recognises what servers say to plain HTTP on a TLS port: nginx, Apache, Go.
func wantsTLS(a fact.HTTP) bool {
	if a.TLS || a.Status != 400 && a.Status != 426 {
		return false
	}
	for _, words := range []string{"The plain HTTP request was sent to HTTPS port", "speaking plain HTTP to an SSL-enabled server port",
		"Client sent an HTTP request to an HTTPS server"} {
		if strings.Contains(a.Body, words) {
			return true
		}
	}
	return a.Status == 426 && strings.Contains(strings.ToUpper(a.Header["upgrade"]), "TLS")
}

// protocolName writes a protocol's name as people do.
func protocolName(p string) string {
	if name, ok := map[string]string{"postgres": "PostgreSQL", "mysql": "MySQL", "redis": "Redis", "mongodb": "MongoDB",
		"memcached": "memcached", "rabbitmq": "RabbitMQ", "vnc": "VNC", "zookeeper": "ZooKeeper"}[p]; ok {
		return name
	}
	return strings.ToUpper(p)
}

// statusText names the statuses that servers often send without words (RFC 9110, section 15).
func statusText(a fact.HTTP) string {
	if a.Reason != "" {
		return a.Reason
	}
	return map[int]string{400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 407: "Proxy Authentication Required",
		429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}[a.Status]
}
