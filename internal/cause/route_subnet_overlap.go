package cause

import (
	"fmt"
	"net/netip"

	"whynot/internal/fact"
)

var routeSubnetOverlap = &Cause{
	ID:    "route.subnet-overlap",
	Title: "a local network shadows the target's",
	Doc: `A bridge, a container network or a VPN on this machine uses the same addresses as the target's network, and its route wins: packets
for the target stay here. Docker's default networks do this to many company networks. By hand: "ip route get ADDRESS" shows a bridge or
tunnel as the device.`,
	Side:     fact.Client,
	Explains: []*Cause{routeLinkDown, routeHostDown, symptomUnreachable, symptomSilent},
	Lacks:    "an answer of the target by the other route",
	Judge: func(c *Case) Verdict {
		r, ok := first[fact.Route](c, fact.Client)
		switch {
		case !ok:
			return unknown()
		case r.Errno != "" || r.Local():
			return out(r, "%s", wayOut(r))
		}
		i, ok := where(c, fact.Client, func(i fact.Interface) bool { return i.Name == r.Interface })
		if !ok {
			return unknown()
		}
		other, ok := otherWay(c, r)
		if !i.Virtual() || !ok {
			return out(i, "the route leads by %s, %s", i.Name, interfaceWord(i))
		}
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		if h.HostAnswered() {
			return out(h, "the host answers on %s", i.Name)
		}
		v := possible(r, "%s, %s, has the route %s to it", i.Name, interfaceWord(i), r.Prefix).and(other, "without that the way would be by %s", choiceWord(other))
		if n, ok := first[fact.Neighbour](c, fact.Client); ok && n.Missing() {
			v.Level = Likely
			v = v.and(n, "and nobody on %s answers for it", i.Name)
		} else if !i.Carrier && !i.Tunnel() {
			v.Level = Likely
			v = v.and(i, "and %s has no carrier: nobody is on it", i.Name)
		}
		return v
	},
	Fix: func(c *Case) []Step {
		r, ok := first[fact.Route](c, fact.Client)
		if !ok {
			return nil
		}
		return []Step{{Text: "give the local network on " + r.Interface + " other addresses", Command: "ip route get " + r.To.String()}}
	},
	Examples: []Example{
		{Says: Likely, When: "a bridge has the target's network, and nobody on it answers", Client: []fact.Fact{
			fact.Route{To: exServer, Type: "unicast", Prefix: netip.MustParsePrefix("192.0.2.0/24"), Interface: "br0"}, fact.Interface{Name: "br0", Type: "bridge", Up: true},
			fact.RouteChoice{To: exServer, Type: "unicast", Prefix: netip.MustParsePrefix("0.0.0.0/0"), Gateway: exRouter, Interface: "eth0"},
			exSilent, fact.Neighbour{Addr: exServer, Interface: "br0", State: "failed"}}},
		{Says: Likely, When: "docker0, with the target's network, has no carrier", Client: []fact.Fact{
			fact.Route{To: exServer, Type: "unicast", Prefix: netip.MustParsePrefix("192.0.2.0/24"), Interface: "docker0"}, fact.Interface{Name: "docker0", Type: "bridge", Up: true},
			fact.RouteChoice{To: exServer, Type: "unicast", Prefix: netip.MustParsePrefix("0.0.0.0/0"), Gateway: exRouter, Interface: "eth0"}, exSilent}},
		{Says: Out, When: "the route leads by an ordinary interface", Client: []fact.Fact{exRoute, exSilent, fact.Interface{Name: "eth0", Up: true, Carrier: true}}},
	},
}

// otherWay gives a route that would be taken without the one that is.
func otherWay(c *Case, r fact.Route) (fact.RouteChoice, bool) {
	return where(c, fact.Client, func(o fact.RouteChoice) bool { return o.Type == "unicast" && o.Interface != r.Interface && !o.Dead })
}

func interfaceWord(i fact.Interface) string {
	switch {
	case i.Type == "bridge":
		return "a bridge"
	case i.Tunnel():
		return "a tunnel"
	case i.Virtual():
		return "a virtual network"
	}
	return "an ordinary interface"
}

func choiceWord(o fact.RouteChoice) string {
	if o.Gateway.IsValid() {
		return fmt.Sprintf("%s on %s", o.Gateway, o.Interface)
	}
	return o.Interface
}
