package cause

import "whynot/internal/fact"

// A judge is how a cause weighs the facts about one address.
type judge = func(*Case) Verdict

// The after... judges are those of a cause that the client alone cannot see: it is possible if what it would bring about was
// observed, and ruled out if something else was.

func afterReset(text string) judge {
	return func(c *Case) Verdict {
		h, no := sawReset(c)
		if no != nil {
			return *no
		}
		return possible(h, "%s", text)
	}
}

// resetByRule is afterReset for a rule of the server: out where the server is seen, and the reset is just what its closed port answers.
func resetByRule(text string) judge {
	return func(c *Case) Verdict {
		h, no := sawReset(c)
		if no != nil {
			return *no
		}
		if t, ok := closedHere(c); ok {
			return out(t, "nothing listens there: the reset is the kernel's own")
		}
		return possible(h, "%s", text)
	}
}

// closedHere says that the target is this machine, and no socket of it has the port.
func closedHere(c *Case) (fact.SocketTable, bool) {
	t, ok := tableKnown(c)
	_, received := receiver(c)
	// Where it may be sent on to another port, the kernel was perhaps asked for another socket.
	return t, ok && here(c) && !received && !mayBeTranslated(c)
}

func afterSilence(text string) judge {
	return func(c *Case) Verdict {
		h, no := sawSilence(c)
		if no != nil {
			return *no
		}
		return possible(h, "%s", text)
	}
}

func afterStall(text string) judge {
	return func(c *Case) Verdict {
		x, no := sawStall(c)
		if no != nil {
			return *no
		}
		return possible(x, "%s", text)
	}
}

func afterHangUp(text string) judge {
	return func(c *Case) Verdict {
		x, no := sawHangUp(c)
		if no != nil {
			return *no
		}
		return possible(x, "%s", text)
	}
}

// noListener is the judge of a reason why nothing listens: out where something does.
func noListener(text string) judge {
	return func(c *Case) Verdict {
		h, no := sawClosedPort(c)
		if no != nil {
			return *no
		}
		if r, ok := receiver(c); ok {
			return out(r, "a socket listens there")
		}
		if l := listeners(c, c.Target.Network); len(l) > 0 {
			return out(l[0], "%s listens on %s", l[0].Program(), l[0].Addr)
		}
		if t, ok := translated(c); ok {
			return out(t, "this machine sends the connection on to %s", t.Real)
		}
		return possible(h, "%s", text)
	}
}

// sawClosedPort gives the attempt that was answered as by a port without a listener: a reset, or over UDP an ICMP port unreachable of
// the host itself (RFC 1122, section 4.1.3.1).
func sawClosedPort(c *Case) (fact.Handshake, *Verdict) {
	h, no := reached(c)
	if no != nil {
		return h, no
	}
	if h.Network == "udp" && h.ICMP.PortUnreachable() && (fromTarget(h) || here(c)) {
		return h, nil
	}
	return sawReset(c)
}

// remote rules a cause out where the target is this machine: nothing is in between.
func remote(j judge) judge {
	return func(c *Case) Verdict {
		if r, ok := first[fact.Route](c, fact.Client); ok && r.Local() {
			return out(r, "%s is an address of this machine", r.To)
		}
		return j(c)
	}
}

// routed rules a cause out where no router is in between.
func routed(j judge) judge {
	return remote(func(c *Case) Verdict {
		if r, ok := first[fact.Route](c, fact.Client); ok && r.Errno == "" && r.Interface != "" && !r.Gateway.IsValid() && !r.Local() {
			return out(r, "%s is on the link %s: no router is in between", r.To, r.Interface)
		}
		return j(c)
	})
}

// unlessAlive rules a cause out where the host shows a sign of life.
func unlessAlive(j judge) judge {
	return func(c *Case) Verdict {
		if f, text, ok := hostAlive(c); ok {
			return out(f, "%s", text)
		}
		return j(c)
	}
}

// strongest takes the highest of several verdicts; where all rule it out, the first.
func strongest(judges ...judge) judge {
	return func(c *Case) Verdict {
		best := judges[0](c)
		for _, j := range judges[1:] {
			if v := j(c); v.Level > best.Level && !(best.Level == Out && v.Level == Unknown) {
				best = v
			}
		}
		return best
	}
}
