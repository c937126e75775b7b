package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

var routeLinkDown = &Cause{
	ID:    "route.link-down",
	Title: "the link is down",
	Doc: `The interface through which the target is reached is switched off or has no carrier: a cable, a radio network, a virtual machine's
port. With the interface its routes vanish, or lead nowhere. By hand: "ip -br link" shows DOWN or NO-CARRIER.`,
	Side:     fact.Client,
	Explains: []*Cause{routeNone, routeNoneOnWay, routeGatewayDown, routeHostDown, symptomUnreachable, symptomSilent},
	Judge: func(c *Case) Verdict {
		r, ok := first[fact.Route](c, fact.Client)
		if !ok {
			return unknown()
		}
		if r.Local() {
			return out(r, "%s is an address of this machine", r.To)
		}
		if h, ok := first[fact.Handshake](c, fact.Client); ok && h.HostAnswered() {
			return contradicts(h)
		}
		if r.Errno == "" && r.Interface != "" {
			i, ok := where(c, fact.Client, func(i fact.Interface) bool { return i.Name == r.Interface })
			switch {
			case !ok:
				return unknown()
			case i.Tunnel():
				return out(i, "%s is a tunnel", i.Name)
			case i.Virtual() && (!i.Up || !i.Carrier):
				if o, ok := otherWay(c, r); ok {
					return possible(i, "%s, by which the route leads, is %s", i.Name, downWord(i)).and(o, "but another route leads by %s", choiceWord(o))
				}
				return proven(i, "%s, by which the route leads, is %s", i.Name, downWord(i))
			case !i.Up || !i.Carrier:
				return proven(i, "%s, by which the route leads, is %s", i.Name, downWord(i))
			}
			return downOnWay(c, i)
		}
		return downWithoutRoute(c, r)
	},
	Fix: func(c *Case) []Step {
		for _, i := range every[fact.Interface](c, fact.Client) {
			if i.Name != "lo" && !i.Up && len(i.Addrs) > 0 {
				return []Step{{Text: "switch the link on", Command: "ip link set " + i.Name + " up"}}
			}
		}
		return []Step{{Text: "see to the cable, the radio or the virtual switch", Command: "ip -br link"}}
	},
	Examples: []Example{
		{Says: Proven, When: "the route's interface has no carrier", Client: []fact.Fact{exRoute, exSilent, fact.Interface{Name: "eth0", Up: true}}},
		{Says: Possible, When: "a bridge without a carrier shadows another route", Client: []fact.Fact{fact.Route{To: exServer, Type: "unicast", Prefix: netip.MustParsePrefix("192.0.2.0/24"), Interface: "docker0"}, exSilent,
			fact.Interface{Name: "docker0", Type: "bridge", Up: true}, fact.RouteChoice{To: exServer, Type: "unicast", Gateway: exRouter, Interface: "eth0"}}},
		{Says: Possible, When: "a spare card is off, and the card in use has no address", Target: "[2001:db8::10]:5432", Client: []fact.Fact{fact.Route{To: exServer6, Errno: "ENETUNREACH"}, exNoRoute6,
			fact.Interface{Name: "eth0", Up: true, Carrier: true}, fact.Interface{Name: "eth1", Addrs: []netip.Prefix{netip.MustParsePrefix("203.0.113.9/24")}}}},
		{Says: Out, When: "the interface is up and an answer came", Client: []fact.Fact{exRoute, exReset, fact.Interface{Name: "eth0", Up: true, Carrier: true}}},
	},
}

func downWord(i fact.Interface) string {
	if !i.Up {
		return "switched off"
	}
	return "without carrier"
}

// downOnWay is about links beyond the own: a router may have lost the one that leads on.
func downOnWay(c *Case, own fact.Interface) Verdict {
	r, _ := first[fact.Route](c, fact.Client)
	if !r.Gateway.IsValid() {
		return out(own, "%s is up and has a carrier, and the host is on it", own.Name)
	}
	h, no := handshake(c)
	if no == nil && fromRouter(h) && (h.ICMP.NetUnreachable() || h.ICMP.HostUnreachable()) {
		return possible(h, "the router %s may have lost the link that leads on", h.ICMP.From)
	}
	if _, _, alive := hostAlive(c); !alive && no == nil && h.Result == fact.Silent && !missingNeighbour(c) {
		return possible(h, "a link further on may be down")
	}
	return out(own, "%s is up and has a carrier", own.Name)
}

// downWithoutRoute looks for the interface whose routes are missing.
func downWithoutRoute(c *Case, r fact.Route) Verdict {
	if r.Errno != "ENETUNREACH" && r.Errno != "EHOSTUNREACH" || r.Type != "" {
		return out(r, "%s", wayOut(r))
	}
	var down, up fact.Interface
	for _, i := range every[fact.Interface](c, fact.Client) {
		if i.Name == "lo" || i.Virtual() {
			continue
		}
		if i.Up && i.Carrier && usable(i, r.To.Is6()) {
			return out(i, "%s is up, with %s", i.Name, prefixList(i.Addrs))
		}
		if i.Up && i.Carrier {
			up = i
		}
		if (!i.Up || !i.Carrier) && (usable(i, r.To.Is6()) || down.Name == "") {
			down = i
		}
	}
	switch {
	case down.Name == "":
		return unknown()
	case up.Name != "" && !usable(down, r.To.Is6()):
		return possible(down, "%s is %s", down.Name, downWord(down)).and(up, "but %s is up", up.Name)
	case usable(down, r.To.Is6()):
		return proven(down, "%s, with %s, is %s, so its routes are gone", down.Name, prefixList(down.Addrs), downWord(down)).and(r, "no route to %s is left", r.To)
	}
	return likely(down, "%s is %s, and no other interface is in use", down.Name, downWord(down))
}
