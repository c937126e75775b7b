package cause

import "whynot/internal/fact"

var routeAsymmetric = &Cause{
	ID:    "route.asymmetric",
	Title: "the answer takes another way and is dropped there",
	Doc: `Request and answer take different ways, and somebody on the way back drops a packet that does not fit: a reverse path filter
(net.ipv4.conf.*.rp_filter=1) or a stateful firewall that has not seen the SYN. By hand: "nstat -az TcpExtIPReversePathFilter" on either
end while trying.`,
	Explains: []*Cause{symptomSilent},
	Lacks:    "the way back, and the reverse path filters on it",
	Judge:    routed(afterSilence("the answer may take another way and be dropped there")),
	Examples: []Example{
		{Says: Possible, When: "nothing comes back", Client: []fact.Fact{exRoute, exSilent}},
		{Says: Out, When: "the host is on the link", Client: []fact.Fact{exOnLink, exSilent}},
	},
}
