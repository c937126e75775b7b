package cause

import (
	"fmt"
	"slices"
	"strings"

	"whynot/internal/fact"
)

// This file holds what causes ask about a proxy: what it says, and what is known of the target beside it.

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

// taken gives the proxy through which the client goes; empty: it goes directly.
func taken(facts []fact.Fact) string {
	for _, f := range facts {
		if s, ok := f.(fact.ProxySetting); ok && s.Applies {
			for _, f := range facts {
				if p, ok := f.(fact.ProxyAnswer); ok && p.Variable == s.Variable {
					return p.Proxy
				}
			}
		}
	}
	return ""
}

// besideTheWay says that a cause lies on the direct way, where the client does not go: it goes to a proxy, and comes there. Most causes ask
// [handshake], which knows; a look-up of the name and a route are there all the same.
func besideTheWay(c *Case, cause *Cause) bool {
	if unasked(c) {
		return true
	}
	switch cause.Family() {
	case "dns", "route", "ipv6", "firewall", "nat", "path":
		proxy := taken(c.facts)
		return proxy != "" && slices.ContainsFunc(c.facts, func(f fact.Fact) bool {
			p, ok := f.(fact.ProxyAnswer)
			return ok && p.Proxy == proxy && p.Result == fact.Accepted
		})
	}
	return false
}

// unasked says that a client would take a proxy which could not be asked: whynot does not speak its protocol, or the look was over.
func unasked(c *Case) bool {
	applies := slices.ContainsFunc(c.facts, func(f fact.Fact) bool {
		s, ok := f.(fact.ProxySetting)
		return ok && s.Applies
	})
	return applies && taken(c.facts) == ""
}

// onTheWay says that a fact is about the way that the client goes: what was said directly says nothing about the way through a proxy, and the
// other way round.
func onTheWay(f fact.Fact, proxy string) bool {
	if via := f.Where().Via; via != "" {
		return via == proxy
	}
	switch f.(type) {
	case fact.Exchange, fact.HTTP, fact.TLS, fact.Speaks, fact.Refusal:
		return proxy == ""
	}
	return true
}

// directly gives the case as it would be without any proxy.
func directly(c *Case) *Case {
	d := &Case{Target: c.Target, To: c.To, siblings: c.siblings}
	for _, list := range [][]fact.Fact{c.facts, c.beside} {
		for _, f := range list {
			switch f.(type) {
			case fact.ProxySetting, fact.ProxyAnswer:
			default:
				if f.Where().Via == "" {
					d.facts = append(d.facts, f)
				}
			}
		}
	}
	return d
}

// reportedBy gives what a proxy says of its own attempt at the target, and completes "the proxy says that ..."; empty: it says nothing of
// the kind. The words are those of RFC 1928, section 6, of squid (errors/, with the errno), and of RFC 9209, section 2.3.
func reportedBy(p fact.ProxyAnswer) (Outcome, string) {
	switch p.Reply {
	case 3, 4, 6:
		return Unreachable, fmt.Sprintf("it cannot reach the target (SOCKS reply %d: %s)", p.Reply, socksReply(p.Reply))
	case 5:
		return Refused, "the target refuses the connection (SOCKS reply 5)"
	}
	said := p.Header["x-squid-error"] + " " + p.Header["proxy-status"]
	for _, row := range []struct {
		words   string
		outcome Outcome
		text    string
	}{
		{"ERR_CONNECT_FAIL 111", Refused, "the target refuses the connection"},
		{"ERR_CONNECT_FAIL 110", Timeout, "the target does not answer"},
		{"ERR_CONNECT_FAIL", Unreachable, "it cannot reach the target"},
		{"ERR_DNS_FAIL", Unresolved, "the target's name has no address"},
		{"ERR_READ_TIMEOUT", Timeout, "the target accepts and does not answer"},
		{"ERR_ZERO_SIZE_OBJECT", Closed, "the target closes the connection without an answer"},
		{"ERR_READ_ERROR", WasReset, "the connection to the target broke"},
		{"connection_refused", Refused, "the target refuses the connection"},
		{"connection_timeout", Timeout, "the target does not answer"},
		{"dns_error", Unresolved, "the target's name has no address"},
		{"destination_ip_unroutable", Unreachable, "it has no route to the target"},
	} {
		if strings.Contains(said, row.words) {
			return row.outcome, row.text + " (" + strings.TrimSpace(said) + ")"
		}
	}
	return "", ""
}

// shared gives the direct attempt where it failed as the proxy's own did: then it is the target that fails, and the direct attempt shows how.
// It is sure where the proxy says so, and not where the proxy's silence or the end of its tunnel only looks so.
func shared(c *Case, p fact.ProxyAnswer) (h fact.Handshake, sure, ok bool) {
	h, ok = first[fact.Handshake](c, fact.Client)
	if !ok || p.Result != fact.Accepted {
		return h, false, false
	}
	unanswered := h.Result == fact.Silent || h.Result == fact.ICMP
	switch word, _ := reportedBy(p); {
	case word == Refused:
		return h, true, h.Result == fact.Reset || h.ICMP.PortUnreachable()
	case word == Unreachable, word == Timeout:
		return h, true, unanswered
	case p.Through:
		x, heard := said(c)
		return h, false, heard && x.Mute() && x.End != fact.EndOpen && (unanswered || h.Result == fact.Reset)
	case p.End == fact.EndOpen && p.Reply == 0 && p.Status == 0:
		return h, false, h.Result == fact.Silent
	case p.End == fact.EndClosed, p.End == fact.EndReset:
		return h, false, unanswered || h.Result == fact.Reset
	}
	return h, false, false
}

// differs says that the direct answer in HTTP is known to be another one than that which came through the proxy.
func differs(c *Case, a fact.HTTP) (direct fact.HTTP, known, other bool) {
	direct, known = httpAnswer(directly(c))
	return direct, known, known && direct.Status != a.Status
}

// doubtful says that an answer which came through a proxy may be the proxy's own.
func doubtful(c *Case, a fact.HTTP) bool {
	p, ok := proxied(c)
	if !ok || p.Asked != "GET" || a.Status < 400 {
		return false
	}
	_, known, other := differs(c, a)
	return other || !known && !p.Through
}

// endingAtProxy tells how the way through the proxy of the environment ended.
func endingAtProxy(c *Case, p fact.ProxyAnswer) ending {
	at := "the proxy " + p.Proxy
	switch {
	case !p.Resolved:
		return ending{Unresolved, "symptom.unresolved", "the name of " + at + " has no address", p, true}
	case p.Result == fact.Reset:
		return ending{Refused, "symptom.refused", at + " refuses the connection", p, true}
	case p.Result == fact.Silent:
		return ending{Timeout, "symptom.silent", at + " does not answer", p, true}
	case p.Result == fact.ICMP:
		return ending{Unreachable, "symptom.unreachable", at + " cannot be reached", p, true}
	case p.Result == fact.Failed:
		return ending{Unreachable, "symptom.unreachable", at + " cannot be reached: " + p.Errno, p, true}
	case p.Untrusted != "":
		return ending{Rejected, "symptom.rejected", "the certificate of " + at + " " + p.Untrusted, p, true}
	case p.End == fact.EndOpen:
		return ending{Timeout, "symptom.stalled", fmt.Sprintf("%s accepted, then said nothing for %s", at, p.Took), p, true}
	case p.End == fact.EndReset:
		return ending{WasReset, "symptom.reset", at + " accepted, then reset the connection", p, true}
	case p.End == fact.EndClosed:
		return ending{Closed, "symptom.closed", at + " accepted, then closed the connection without a byte", p, true}
	}
	if p.Asked != "GET" && p.Through {
		return endingAfterAcceptance(c, ending{OK, "", "it works through " + at, p, true})
	}
	if a, ok := httpAnswer(c); ok {
		if wantsTLS(a) {
			return ending{Mismatch, "symptom.mismatch", "through " + at + " it says that this port wants TLS", a, true}
		}
		if a.Status < 400 {
			return ending{OK, "", fmt.Sprintf("it answered HTTP %d through %s", a.Status, at), a, true}
		}
		return ending{Rejected, "symptom.rejected", fmt.Sprintf("through %s came HTTP %d %s", at, a.Status, statusText(a)), a, true}
	}
	if h, sure, ok := shared(c, p); ok && sure {
		return endingAtHandshake(c, h)
	}
	if outcome, text := reportedBy(p); outcome != "" {
		return ending{outcome, "symptom.rejected", at + " says that " + text, p, true}
	}
	switch {
	case p.Through:
		return ending{OK, "", "it works through " + at, p, true}
	case p.Error != "" && p.Own:
		return ending{Rejected, "symptom.rejected", at + ": " + p.Error, p, true}
	case p.Error != "":
		return ending{Mismatch, "symptom.mismatch", at + ": " + p.Error, p, true}
	case p.Reply > 0:
		return ending{Rejected, "symptom.rejected", fmt.Sprintf("%s answered with SOCKS reply %d: %s", at, p.Reply, socksReply(p.Reply)), p, true}
	}
	return ending{Rejected, "symptom.rejected", fmt.Sprintf("%s answered %d", at, p.Status), p, true}
}
