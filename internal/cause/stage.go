package cause

import "whynot/internal/fact"

// A Stage is one step of the way from the client to the service, for the picture in the report.
type Stage struct {
	Name  string
	State State
}

// A State says what is known of a stage.
type State string

const (
	Passed   State = "passed"
	Broken   State = "broken"  // it ends here
	Unclear  State = "unclear" // it may end here
	NotTried State = "not tried"
)

// stagesOf draws the way of the address that the outcome is about.
func stagesOf(d *Diagnosis, cases []*Case, endings []ending) []Stage {
	i := principalCase(endings, d.Outcome)
	c, e := cases[i], endings[i]
	if c.Target.Network == "unix" {
		return settleStages([]Stage{{"socket", known(e.outcome == OK, e.seen)}})
	}
	var stages []Stage
	if _, literal := c.Target.Addr(); !literal && c.Target.Host != "" {
		_, looked := first[fact.Lookup](c, fact.Client)
		stages = append(stages, Stage{"name", known((looked || e.seen) && e.outcome != Unresolved, e.outcome == Unresolved)})
	}
	if p, ok := proxied(c); ok {
		stages = append(stages, Stage{"proxy " + p.Proxy, broken(d.Outcome == OK || p.Through)})
		if p.Through && d.Outcome != OK {
			stages = spokenStages(c, e, stages, true)
		}
		return settleStages(stages)
	}
	stages = append(stages, Stage{"route", routeState(c)})
	if forbiddenHere(c) {
		stages = append(stages, Stage{"own firewall", Broken})
	}
	stages = append(stages, Stage{"network", networkState(c)}, Stage{"firewall", firewallState(c)},
		Stage{"listener", listenerState(c)})
	h, _ := first[fact.Handshake](c, fact.Client)
	return settleStages(spokenStages(c, e, stages, h.Result == fact.Accepted))
}

// spokenStages adds what is said on a connection.
func spokenStages(c *Case, e ending, stages []Stage, accepted bool) []Stage {
	if c.Target.TLS {
		t, ok := tlsAnswer(c)
		stages = append(stages, Stage{"tls", known(ok && t.Done && (certificateFault(c, t) == "" || !c.Target.Strict()), ok)})
	}
	if c.Target.Protocol != "" && c.Target.Protocol != "tls" {
		stages = append(stages, Stage{c.Target.Protocol, known(e.outcome == OK, accepted)})
	}
	return stages
}

func broken(passed bool) State {
	if passed {
		return Passed
	}
	return Broken
}

func known(passed, tried bool) State {
	switch {
	case passed:
		return Passed
	case tried:
		return Broken
	}
	return NotTried
}

// settleStages marks what lies behind the first break as not tried.
func settleStages(stages []Stage) []Stage {
	over := false
	for i := range stages {
		if over {
			stages[i].State = NotTried
		}
		over = over || stages[i].State == Broken
	}
	return stages
}

func routeState(c *Case) State {
	h, ok := first[fact.Handshake](c, fact.Client)
	switch {
	case !ok:
		return NotTried
	case h.Result == fact.Failed && h.Errno == "EPERM":
		return Passed // it is what stands before the way that forbids it: see forbiddenHere
	case h.Result == fact.Failed:
		return Broken
	}
	return Passed
}

// forbiddenHere says that this machine's own rules forbid the attempt.
func forbiddenHere(c *Case) bool {
	h, ok := first[fact.Handshake](c, fact.Client)
	return ok && h.Result == fact.Failed && h.Errno == "EPERM"
}

func networkState(c *Case) State {
	h, ok := first[fact.Handshake](c, fact.Client)
	switch {
	case !ok:
		return NotTried
	case h.HostAnswered():
		return Passed
	case h.Result == fact.ICMP && (h.ICMP.HostUnreachable() || h.ICMP.NetUnreachable() || h.ICMP.TimeExceeded()), missingNeighbour(c):
		return Broken
	}
	if _, _, alive := hostAlive(c); alive {
		return Passed
	}
	return Unclear
}

func firewallState(c *Case) State {
	h, ok := first[fact.Handshake](c, fact.Client)
	switch {
	case !ok:
		return NotTried
	case h.Result == fact.Accepted:
		return Passed
	case h.Network == "udp" && h.Result == fact.ICMP && h.ICMP.PortUnreachable() && h.HostAnswered():
		return Unclear // just what a closed port answers to a datagram
	case h.Result == fact.ICMP:
		return Broken
	}
	if _, ok := tableKnown(c); ok && h.Result == fact.Reset && len(listeners(c, c.Target.Network)) == 0 {
		return Passed // a reset is just what a port without a listener answers
	}
	return Unclear
}

func listenerState(c *Case) State {
	h, ok := first[fact.Handshake](c, fact.Client)
	switch {
	case !ok:
		return NotTried
	case h.Result == fact.Accepted:
		return Passed
	}
	if _, ok := tableKnown(c); ok {
		if _, found := receiver(c); !found {
			return Broken
		}
		return Passed
	}
	return Unclear
}
