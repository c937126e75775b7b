package cause

import "whynot/internal/fact"

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
		if r.Errno == "" && r.Interface != "" {
			i, ok := where(c, fact.Client, func(i fact.Interface) bool { return i.Name == r.Interface })
			switch {
			case !ok:
				return unknown()
			case i.Tunnel():
				return out(i, "%s is a tunnel", i.Name)
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
	if r.Errno != "ENETUNREACH" && r.Errno != "EHOSTUNREACH" {
		return out(r, "%s", wayOut(r))
	}
	var down fact.Interface
	for _, i := range every[fact.Interface](c, fact.Client) {
		if i.Name == "lo" || i.Virtual() {
			continue
		}
		if i.Up && i.Carrier && usable(i, r.To.Is6()) {
			return out(i, "%s is up, with %s", i.Name, prefixList(i.Addrs))
		}
		if (!i.Up || !i.Carrier) && (len(i.Addrs) > 0 || down.Name == "") {
			down = i
		}
	}
	switch {
	case down.Name == "":
		return unknown()
	case len(down.Addrs) > 0:
		return proven(down, "%s, with %s, is %s, so its routes are gone", down.Name, prefixList(down.Addrs), downWord(down)).and(r, "no route to %s is left", r.To)
	}
	return likely(down, "%s is %s, and no other interface is in use", down.Name, downWord(down))
}
