package cause

import (
	"fmt"
	"slices"

	"whynot/internal/fact"
)

// This file holds what many causes ask of the facts. The saw... functions give the observation that a cause must explain, or the
// verdict that something else was observed: ruled out where that contradicts the cause, unknown where it never came so far.

// said gives the exchange in the protocol that was expected.
func said(c *Case) (fact.Exchange, bool) {
	return where(c, fact.Client, func(x fact.Exchange) bool { return !x.Retry })
}

// httpAnswer gives the answer in HTTP. One that may be a proxy's own proves nothing.
func httpAnswer(c *Case) (fact.HTTP, bool) {
	a, ok := where(c, fact.Client, func(a fact.HTTP) bool { return !a.Retry })
	if ok && doubtful(c, a) {
		c.doubt()
	}
	return a, ok
}

func tlsAnswer(c *Case) (fact.TLS, bool) {
	return where(c, fact.Client, func(t fact.TLS) bool { return !t.Retry })
}

// speaks gives the protocol that answers at the target's own port.
func speaks(c *Case) (fact.Speaks, bool) {
	return where(c, fact.Client, func(s fact.Speaks) bool { return s.Port == c.Target.Port })
}

// handshake gives the attempt that counts. It does not where a proxy stands in between, unless the direct attempt failed as the proxy's did.
func handshake(c *Case) (fact.Handshake, *Verdict) {
	if p, ok := proxied(c); ok {
		if h, sure, ok := shared(c, p); ok {
			c.borrow(sure)
			return h, nil
		}
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
	if x.End == fact.EndOpen && unheard(c, x) && expectsAnswer(c, x) {
		return x, nil
	}
	v := saidSomething(x)
	return x, &v
}

// unheard says that nothing was said that could be understood: not a byte, the beginning of an answer alone, or a TLS handshake that broke off without an alert.
func unheard(c *Case, x fact.Exchange) bool {
	if x.Mute() || x.Begun {
		return true
	}
	t, ok := tlsAnswer(c)
	return ok && x.Asked == "tls" && !t.Done && !t.Plain && t.Alert < 0
}

// sawHangUp gives the exchange that the server ended, by a close or a reset, without a byte.
func sawHangUp(c *Case) (fact.Exchange, *Verdict) {
	x, no := afterHandshake(c)
	if no != nil {
		return x, no
	}
	if (x.End == fact.EndClosed || x.End == fact.EndReset) && unheard(c, x) {
		return x, nil
	}
	v := saidSomething(x)
	return x, &v
}

// accepted rules a cause out where no connection to the target was made, directly or through the proxy that is taken.
func accepted(c *Case) *Verdict {
	if p, ok := proxied(c); ok && p.Through {
		return nil
	}
	h, no := reached(c)
	if no == nil && h.Result != fact.Accepted {
		v := contradicts(h)
		no = &v
	}
	return no
}

// afterHandshake gives the exchange that counts.
func afterHandshake(c *Case) (fact.Exchange, *Verdict) {
	if p, ok := proxied(c); ok && p.Result == fact.Accepted {
		if x, ok := said(c); ok {
			return x, nil
		}
	}
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

// unconfirmed says that connection tracking, which is at work here, has not seen the attempt leave: a rule of this machine dropped or rejected
// it before, or it is not tracked.
func unconfirmed(c *Case) (fact.Tracking, bool) {
	return where(c, fact.Client, func(t fact.Tracking) bool { return t.Unconfirmed })
}

// starved says that the process that looked had next to no file descriptors left, so that next to nothing was asked.
func starved(c *Case) (fact.Blind, bool) {
	return where(c, fact.Client, func(b fact.Blind) bool { return b.Wanted == fact.NearlyEverything })
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
