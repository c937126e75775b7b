package cause

import "whynot/internal/fact"

var firewallDropLarge = &Cause{
	ID:    "firewall.drop-large",
	Title: "a rule drops packets by size or option",
	Doc: `A rule or a box on the way lets small packets pass and drops large ones, or such with certain TCP options or DSCP values. The
handshake works and the first real data does not arrive. By hand: "ping -s 1400 HOST" against "ping HOST"; "curl -v" hangs after
"Connected".`,
	Explains: []*Cause{symptomStalled, symptomSilent},
	Lacks:    "a large packet and a small one, compared",
	Judge:    remote(afterStall("what we sent may have been dropped for its size")),
	Examples: []Example{
		{Says: Possible, When: "the request gets no answer", Target: "http://192.0.2.10:5432", Client: []fact.Fact{exRoute, exAccepted, exStalled}},
		{Says: Out, When: "a reset came back", Client: []fact.Fact{exRoute, exReset}},
	},
}
