package cause

import "whynot/internal/fact"

var routeVRF = &Cause{
	ID:    "route.vrf",
	Title: "the listener or route is in another VRF",
	Doc: `The machine keeps routing domains apart (VRF): a service that is bound to one, or started outside of it, is not there for connections that
come in by another. By hand, on the server: "ip vrf show", "ss -ltn" shows the VRF behind a percent sign, "sysctl
net.ipv4.tcp_l3mdev_accept".`,
	Side:     fact.Server,
	Explains: []*Cause{bindOtherAddress, routeNoReturn, serviceNotListening, symptomRefused, symptomSilent},
	Lacks:    "the VRFs of the server's interfaces and sockets",
	Judge:    strongest(afterReset("the listener may be in another VRF"), unlessAlive(afterSilence("the route back may be in another VRF"))),
	Examples: exWhySilent,
}
