package cause

import "whynot/internal/fact"

var pathLoss = &Cause{
	ID:    "path.loss",
	Title: "the path loses packets",
	Doc: `Packets get lost on the way: a saturated or faulty line, a radio network. Connections are slow or fail at random. By hand: "ping -c 50
HOST", "mtr HOST".`,
	Explains: []*Cause{symptomSilent, symptomIntermittent, symptomStalled},
	Judge: remote(func(c *Case) Verdict {
		h, no := reached(c)
		if no != nil {
			return *no
		}
		if e, ok := first[fact.Echo](c, fact.Client); ok && e.Sent > 1 {
			if e.CutOff && h.Result != fact.Accepted { // hosts and routers limit how often they answer (net.ipv4.icmp_ratelimit)
				return possible(e, "of %d echo requests the first %d were answered, and the rest were not, as where their rate is limited", e.Sent, e.Received)
			}
			if e.Received > 0 && e.Received < e.Sent {
				return likely(e, "of %d echo requests %d were answered", e.Sent, e.Received)
			}
			if e.Received == e.Sent && h.Result == fact.Silent {
				return out(e, "all %d echo requests were answered", e.Sent)
			}
		}
		switch h.Result {
		case fact.Silent:
			return possible(h, "%s", silence(h))
		case fact.Accepted:
			return afterStall("data may be lost on the way")(c)
		}
		return contradicts(h)
	}),
	Lacks: "more packets than are polite to send: the loss over many",
	Examples: []Example{
		{Says: Likely, When: "of four echo requests two were answered", Client: []fact.Fact{exRoute, exSilent, fact.Echo{To: exServer, Sent: 4, Received: 2}}},
		{Says: Possible, When: "the first two of four were answered, as by a host that limits its answers", Client: []fact.Fact{exRoute, exSilent, fact.Echo{To: exServer, Sent: 4, Received: 2, CutOff: true}}},
		{Says: Out, When: "every echo request was answered", Client: []fact.Fact{exRoute, exSilent, fact.Echo{To: exServer, Sent: 4, Received: 4}}},
	},
}
