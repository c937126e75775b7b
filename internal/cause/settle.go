package cause

import (
	"fmt"

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
	case !h.Local.IsValid():
		return &Step{Text: "see which way the kernel takes", Command: "ip route get " + h.To.Addr().WithZone("").String()}
	}
	sent := "SYN"
	if h.Network == "udp" {
		sent = "datagram"
	}
	return &Step{Text: "see whether the " + sent + " arrives and what answers it, while whynot runs here", On: server(c),
		Command: fmt.Sprintf("tcpdump -ni any 'host %s and %s port %d'", h.Local.Addr().WithZone(""), c.Target.Network, c.Target.Port)}
}
