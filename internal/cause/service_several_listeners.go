package cause

import "whynot/internal/fact"

var serviceSeveralListeners = &Cause{
	ID:    "service.several-listeners",
	Title: "several sockets match, and they differ",
	Doc: `Several programs share the port: one on IPv4 and another on IPv6, one on a certain address and one on all, or several with SO_REUSEPORT of
which one is broken. Answers differ by address or by attempt. By hand, on the server: "ss -ltnp 'sport = :PORT'".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomIntermittent, symptomReset, symptomClosed, symptomStalled, symptomMismatch},
	Judge: func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		if l := listeners(c, "tcp"); len(l) > 0 {
			for _, other := range l[1:] {
				if other.Process != nil && l[0].Process != nil && other.Process.PID != l[0].Process.PID {
					return likely(l[0], "%s (pid %d) listens on %s", l[0].Program(), l[0].Process.PID, l[0].Addr).
						and(other, "%s (pid %d) listens on %s", other.Program(), other.Process.PID, other.Addr)
				}
			}
			return out(l[0], "one program listens on the port: %s", l[0].Program())
		}
		if v := symptomIntermittent.Judge(c); v.Level == Proven {
			return v.atMost(Possible)
		}
		if retried, ok := where(c, fact.Client, func(x fact.Exchange) bool { return x.Retry && !x.Mute() }); ok && h.Result == fact.Accepted {
			return possible(retried, "a second connection was answered")
		}
		return strongest(afterHangUp("one of several programs on the port may be broken"), afterStall("one of several programs on the port may be broken"))(c)
	},
	Lacks: "answers of each of the sockets",
	Examples: []Example{
		{Says: Likely, When: "two programs listen on the port", Client: []fact.Fact{exLocal, exAccepted, exHungUp}, Server: []fact.Fact{exNoSockets, exListener("0.0.0.0:5432", "a"), exSecondListener}},
		{Says: Out, When: "one program listens on the port", Client: []fact.Fact{exLocal, exAccepted, exHungUp}, Server: []fact.Fact{exNoSockets, exListener("0.0.0.0:5432", "a")}},
	},
}

var exSecondListener = func() fact.Listener {
	l := exListener("[::]:5432", "b")
	l.Process.PID++
	return l
}()
