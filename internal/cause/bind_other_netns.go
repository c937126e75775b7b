package cause

import "whynot/internal/fact"

var bindOtherNetns = &Cause{
	ID:    "bind.other-netns",
	Title: "the service listens in another network namespace",
	Doc: `The program runs on this machine and listens, but in a network namespace of its own, as that of a container whose port is not published.
"ps" shows it and "ss" does not. By hand: "lsns -t net", "nsenter -t PID -n ss -ltnp".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotListening, symptomRefused},
	Lacks:    "that the service in the other namespace is the one that is meant, and not one of the container's own",
	Judge: func(c *Case) Verdict {
		h, no := sawClosedPort(c)
		if no != nil {
			return *no
		}
		if l := listeners(c, c.Target.Network); len(l) > 0 {
			return out(l[0], "%s listens here, on %s", l[0].Program(), l[0].Addr)
		}
		if l, _, ok := outside(c); ok {
			v := likely(l, "%s listens on %s in the network namespace %s", l.Program(), l.Addr, l.Namespace).and(h, "and not in the one of %s", h.To.Addr())
			if l.Serves == "no" {
				v.Level = Possible
			}
			return v
		}
		if t, ok := where(c, fact.Server, func(t fact.SocketTable) bool { return t.Namespace != "" }); ok {
			return out(t, "no other network namespace of this machine has a listener on port %d", t.Port)
		}
		return possible(h, "the service may listen in a network namespace of its own")
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "publish the container's port, or dial the container's own address", On: server(c), Command: "lsns -t net"}}
	},
	Examples: []Example{
		{Says: Likely, When: "another network namespace has the listener", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets, exElsewhere}},
		{Says: Possible, When: "a reset came", Client: []fact.Fact{exRoute, exReset}},
		{Says: Out, When: "no namespace has one", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets, fact.SocketTable{Namespace: "web", Port: 5432}}},
	},
}

// outside gives a listener on the port in another network namespace. That it is the service which is meant may be sure only if it is the one
// such listener, and its program serves the target's protocol: many a machine has several containers.
func outside(c *Case) (l fact.Listener, sure, ok bool) {
	var found []fact.Listener
	for _, l := range every[fact.Listener](c, fact.Server) {
		if l.Namespace != "" && l.Network == c.Target.Network {
			found = append(found, l)
		}
	}
	if len(found) == 0 {
		return l, false, false
	}
	for _, other := range found {
		if other.Namespace != found[0].Namespace {
			return found[0], false, true
		}
	}
	return found[0], found[0].Serves == "yes", true
}

var exElsewhere = func() fact.Listener {
	l := exListener("0.0.0.0:5432", "postgres")
	l.Namespace, l.Serves = "web", "yes"
	return l
}()
