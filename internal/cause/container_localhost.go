package cause

import (
	"fmt"
	"net/netip"

	"whynot/internal/fact"
)

var containerLocalhost = &Cause{
	ID:    "container.localhost",
	Title: "localhost inside a container is the container itself",
	Doc: `A program in a container that dials localhost reaches its own container. The service is on the host or in another container: dial
host.docker.internal, the gateway, or the other container's name. By hand: "ss -ltn" inside shows nothing on the port.`,
	Side:     fact.Client,
	Explains: []*Cause{addrLocalhostElsewhere, bindOtherNetns, serviceNotListening, symptomRefused},
	Judge: func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		m, ok := first[fact.Machine](c, fact.Client)
		switch {
		case !c.Target.Loopback():
			return out(h, "%s is no loopback address", h.To.Addr())
		case h.Result == fact.Accepted:
			return contradicts(h)
		case !ok:
			return unknown()
		case m.Container == "" && m.Namespace != "other":
			return out(m, "this process is in the machine's own network namespace")
		}
		if l := listeners(c, "tcp"); len(l) > 0 {
			return out(l[0], "%s listens in here", l[0].Program())
		}
		if l, sure, ok := outside(c); ok {
			v := likely(l, "%s listens on %s outside, in the network namespace %s", l.Program(), l.Addr, l.Namespace).
				and(m, "this process is in a network namespace of its own")
			if sure {
				v.Level = Proven
			}
			return v
		}
		if o, ok := where(c, fact.Client, func(o fact.OtherAddress) bool { return o.Why == fact.ByGateway && o.Result == fact.Accepted }); ok {
			return likely(o, "the gateway %s accepts on the same port", o.To.Addr()).and(m, "this process is in a network namespace of its own")
		}
		return possible(m, "this process is in a network namespace of its own")
	},
	Fix: func(c *Case) []Step {
		if o, ok := where(c, fact.Client, func(o fact.OtherAddress) bool { return o.Why == fact.ByGateway && o.Result == fact.Accepted }); ok {
			return []Step{{Text: fmt.Sprintf("dial the host: %s", o.To)}}
		}
		return []Step{{Text: "dial the host's address or the other container's name in place of localhost"}}
	},
	Examples: []Example{
		{Says: Proven, When: "the listener is in another network namespace than this process", Target: "localhost:5432", Client: []fact.Fact{exLocal, exReset, fact.Machine{Namespace: "other"}}, Server: []fact.Fact{exNoSockets, exElsewhere}},
		{Says: Likely, When: "in a container, the gateway accepts on the same port", Target: "localhost:5432", Client: []fact.Fact{exLocal, exReset, fact.Machine{Container: "docker", Namespace: "other"},
			fact.OtherAddress{Attempt: fact.Attempt{To: netip.AddrPortFrom(exRouter, 5432), Network: "tcp", Result: fact.Accepted}, Why: fact.ByGateway}}},
		{Says: Out, When: "this is no container", Target: "localhost:5432", Client: []fact.Fact{exLocal, exReset, exMachine}},
	},
}
