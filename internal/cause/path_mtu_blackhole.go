package cause

import "whynot/internal/fact"

var pathMTUBlackhole = &Cause{
	ID:    "path.mtu-blackhole",
	Title: "large packets vanish",
	Doc: `A link on the way takes only smaller packets, and the ICMP message that should say so is filtered. The handshake and small requests
work, a certificate or a large answer never arrives. By hand: "ping -M do -s 1400 HOST" against "-s 1200".`,
	Explains: []*Cause{symptomStalled},
	Lacks:    "a large packet and a small one, compared",
	Judge:    remote(afterStall("large packets may be lost on the way")),
	Fix: func(c *Case) []Step {
		return []Step{{Text: "compare a small packet with a large one", Command: "ping -M do -c 3 -s 1400 " + c.To.Addr().String()}}
	},
	Examples: []Example{
		{Says: Possible, When: "the request gets no answer", Target: "http://192.0.2.10:5432", Client: []fact.Fact{exRoute, exAccepted, exStalled}},
		{Says: Out, When: "a reset came back", Client: []fact.Fact{exRoute, exReset}},
	},
}
