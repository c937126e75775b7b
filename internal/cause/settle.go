package cause

import (
	"fmt"
	"net/url"

	"whynot/internal/fact"
)

// settle names the one thing to do that would decide between the causes that remain; nil if the first is proven.
func settle(d *Diagnosis, c *Case) *Step {
	if d.Outcome == OK || d.Settled() && d.Causes[0].Level == Proven {
		return nil
	}
	if c.Target.Network == "unix" {
		return &Step{Text: "see which program listens on it", Command: "ss -xlp"}
	}
	if p, ok := proxied(c); ok {
		if _, _, failsDirectly := shared(c, p); !p.Through && !failsDirectly {
			return settleProxy(p)
		}
	}
	switch d.Outcome {
	case Refused, WasReset, Closed:
		if here(c) {
			return settleHere(c)
		}
		return &Step{Text: "see who listens there", On: server(c), Command: fmt.Sprintf("whynot :%d", c.Target.Port)}
	case Timeout:
		if h, ok := first[fact.Handshake](c, fact.Client); ok && h.Result == fact.Accepted {
			return &Step{Text: "see what the program does with the connection", On: server(c),
				Command: fmt.Sprintf("ss -tnpi 'sport = :%d'", c.Target.Port)}
		}
		return settleSilence(c)
	case Unreachable:
		return settleSilence(c)
	case Rejected, Mismatch:
		return &Step{Text: "read what the service logged about it", On: server(c), Command: "journalctl --since -5min"}
	case Unresolved:
		return &Step{Text: "ask the resolver by hand", Command: "getent ahosts " + c.Target.Host}
	}
	return nil
}

// settleProxy is about a proxy that did not let the connection through.
func settleProxy(p fact.ProxyAnswer) *Step {
	host := p.Proxy
	if u, err := url.Parse(p.Proxy); err == nil && u.Port() != "" {
		return &Step{Text: "see what the proxy does with the connection, and read its log", On: u.Hostname(), Command: fmt.Sprintf("ss -tnpi 'sport = :%s'", u.Port())}
	}
	return &Step{Text: "read the proxy's log", On: host}
}

// settleHere is about a listener on this very machine.
func settleHere(c *Case) *Step {
	if m, ok := first[fact.Machine](c, fact.Client); ok && !m.Can("net_admin") {
		return &Step{Text: "look with more rights", Command: "sudo whynot " + c.Target.String()}
	}
	return &Step{Text: "read this machine's firewall rules", Command: "nft list ruleset"}
}

// settleSilence tells a packet that never arrives from one that arrives and is dropped, or is answered in vain.
func settleSilence(c *Case) *Step {
	h, ok := first[fact.Handshake](c, fact.Client)
	switch {
	case !ok || !h.To.IsValid():
		return &Step{Text: "look again, with more time", Command: "whynot --timeout 30s " + c.Target.String()}
	case !h.Local.IsValid() || h.Local.Addr().IsUnspecified() || h.Result == fact.Failed:
		return &Step{Text: "see which way the kernel takes", Command: "ip route get " + h.To.Addr().WithZone("").String()}
	}
	sent := "SYN"
	if h.Network == "udp" {
		sent = "datagram"
	}
	return &Step{Text: "see whether the " + sent + " arrives and what answers it, while whynot runs here", On: server(c),
		Command: fmt.Sprintf("tcpdump -ni any 'host %s and %s port %d'", h.Local.Addr().WithZone(""), c.Target.Network, c.Target.Port)}
}
