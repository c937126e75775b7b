package cause

import "whynot/internal/fact"

var firewallInputDrop = &Cause{
	ID:    "firewall.input-drop",
	Title: "a firewall rule on the server drops it",
	Doc: `A rule or the policy of the server's firewall discards the packet without an answer, so that the client waits in vain. Other ports of
the same server may work. By hand, on the server: "tcpdump -ni any tcp port PORT" sees the SYN arrive, and no answer leaves; "nft list
ruleset" and "iptables -nvL INPUT" show the rule.`,
	Side:     fact.Server,
	Explains: []*Cause{symptomSilent},
	Lacks:    "the server's rules, or its kernel's drop reason",
	Judge: func(c *Case) Verdict {
		h, no := sawSilence(c)
		if no != nil {
			return *no
		}
		if here(c) {
			return silentHere(c, h)
		}
		if d, ok := first[fact.Departure](c, fact.Client); ok && !d.Left && d.Others {
			return out(d, "the SYN does not leave this machine")
		}
		if f, text, alive := hostAlive(c); alive {
			return possible(f, "%s, and this port is silent", text)
		}
		return possible(h, "the host may drop what it does not want")
	},
	Fix: func(c *Case) []Step {
		return []Step{
			{Text: "find the rule, and let this client pass", On: server(c), Command: "nft list ruleset"},
			{Text: "with iptables", On: server(c), Command: "iptables -nvL INPUT --line-numbers"},
		}
	},
	Examples: []Example{
		{Says: Possible, When: "port 22 answers and this port is silent", Client: []fact.Fact{exRoute, exSilent, exAlive}},
		{Says: Out, When: "a reset came", Client: []fact.Fact{exRoute, exReset}},
	},
}

// silentHere is about a connection to this machine itself that nothing answers.
func silentHere(c *Case, h fact.Handshake) Verdict {
	lo, ok := where(c, fact.Client, func(i fact.Interface) bool { return i.Name == "lo" })
	if ok && !lo.Up {
		return out(lo, "lo is switched off")
	}
	if t, ok := translated(c); ok {
		return possible(t, "this machine sends it on to %s: what it is sent to, or a rule there, may drop it", t.Real)
	}
	if _, known := tableKnown(c); !known {
		return possible(h, "a rule for loopback traffic may drop it")
	}
	if l := listeners(c, "tcp"); len(l) > 0 && l[0].Queue > l[0].Backlog {
		return possible(l[0], "but the listener's queue is full")
	}
	if mayBeTranslated(c) {
		return possible(h, "a rule for loopback traffic may drop it, or a forward lead it elsewhere")
	}
	if r, ok := receiver(c); ok {
		return possible(r, "a socket listens there, and yet nothing answers: a rule may drop it, or its queue of half-open connections is full")
	}
	return likely(h, "nothing answers on this very machine, where nothing can get lost")
}
