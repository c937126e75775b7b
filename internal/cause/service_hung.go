package cause

import (
	"fmt"

	"whynot/internal/fact"
)

var serviceHung = &Cause{
	ID:    "service.hung",
	Title: "the process accepts nothing: it is stopped, blocked or starved",
	Doc: `The kernel completes handshakes for a program that does not take them: it is stopped (SIGSTOP, a debugger), waits for a disk or a lock,
or gets no CPU. When its queue is full, SYNs are dropped, too. By hand, on the server: "ss -ltn" (Recv-Q grows), "ps -o stat,wchan PID".`,
	Side:     fact.Server,
	Explains: []*Cause{resourceAcceptQueue, symptomStalled, symptomSilent},
	Judge: func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		for _, l := range listeners(c, "tcp") {
			if l.Process != nil && (l.Process.State == "T" || l.Process.State == "t") && l.Covers(c.To.Addr()) && (h.Result == fact.Accepted || h.Result == fact.Silent) {
				v := proven(l, "%s (pid %d) is stopped (state %s)", l.Process.Name, l.Process.PID, l.Process.State)
				_, talks := sawStall(c)
				if h.Result == fact.Silent && l.Queue <= l.Backlog || h.Result == fact.Accepted && talks != nil {
					return v.atMost(Possible) // the kernel accepts for a stopped process as long as its queue has room
				}
				return v
			}
		}
		for _, l := range listeners(c, "tcp") {
			for _, p := range l.Holders {
				if (p.State == "T" || p.State == "t") && l.Covers(c.To.Addr()) && (h.Result == fact.Accepted || h.Result == fact.Silent) {
					return likely(l, "%s (pid %d), which holds the socket with %s, is stopped (state %s)", p.Name, p.PID, l.Program(), p.State)
				}
			}
		}
		return strongest(afterStall("the program may not get to serve it"), afterSilence("the program's queue may be full"))(c)
	},
	Fix: func(c *Case) []Step {
		for _, l := range listeners(c, "tcp") {
			if l.Process != nil && l.Process.State == "T" {
				return []Step{{Text: "let the process go on", On: server(c), Command: fmt.Sprintf("kill -CONT %d", l.Process.PID)}}
			}
			for _, p := range l.Holders {
				if p.State == "T" {
					return []Step{{Text: "let the process go on", On: server(c), Command: fmt.Sprintf("kill -CONT %d", p.PID)}}
				}
			}
		}
		return []Step{{Text: "see what the process waits for", On: server(c), Command: fmt.Sprintf("ss -ltnp 'sport = :%d'", c.Target.Port)}}
	},
	Examples: []Example{
		{Says: Proven, When: "the listening process is stopped", Target: "http://192.0.2.10:5432", Client: []fact.Fact{exLocal, exAccepted, exStalled}, Server: []fact.Fact{exNoSockets, exStopped}},
		{Says: Likely, When: "a worker that holds the socket is stopped, and its master is not", Target: "http://192.0.2.10:5432", Client: []fact.Fact{exLocal, exAccepted, exStalled}, Server: []fact.Fact{exNoSockets, exWorkerStopped}},
		{Says: Possible, When: "the request gets no answer", Target: "http://192.0.2.10:5432", Client: []fact.Fact{exRoute, exAccepted, exStalled}},
		{Says: Out, When: "a reset came", Client: []fact.Fact{exRoute, exReset}},
	},
}

var exStopped = func() fact.Listener {
	l := exListener("0.0.0.0:5432", "nginx")
	l.Process.State = "T"
	return l
}()

var exWorkerStopped = func() fact.Listener {
	l := exListener("0.0.0.0:5432", "nginx")
	l.Holders = []fact.Process{{PID: 813, Name: "nginx", State: "T"}}
	return l
}()
