package cause

import (
	"fmt"

	"whynot/internal/fact"
)

var resourceAcceptQueue = &Cause{
	ID:    "resource.accept-queue",
	Title: "the listener's accept queue is full",
	Doc: `More connections wait to be accepted than the listener allows (its backlog, at most net.core.somaxconn): the kernel drops further SYNs
without a word, and a repeated SYN may get through after 1, 3 or 7 s. The program is too slow, or hangs. By hand, on the server: "ss -ltn"
(Recv-Q above Send-Q), "nstat -az TcpExtListenOverflows".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomSilent, symptomIntermittent},
	Judge: func(c *Case) Verdict {
		if u, ok := first[fact.UnixSocket](c, fact.Client); ok {
			if u.Errno == "EAGAIN" {
				return proven(u, "connect to %s gave EAGAIN, which is the error of a full queue alone (unix(7))", u.Path)
			}
			return out(u, "connect to %s gave %s", u.Path, orElse(u.Errno, "no error"))
		}
		h, no := sawSilence(c)
		if no != nil {
			return *no
		}
		for _, l := range listeners(c, "tcp") {
			if !l.Covers(c.To.Addr()) {
				continue
			}
			if l.Queue > l.Backlog {
				return proven(l, "%d connections wait for %s, and %d may", l.Queue, l.Program(), l.Backlog).and(h, "%s", silence(h))
			}
			return out(l, "%d connections wait for %s, and %d may", l.Queue, l.Program(), l.Backlog)
		}
		if t, ok := tableKnown(c); ok {
			return out(t, "nothing listens there")
		}
		return possible(h, "a listener whose queue is full drops SYNs, too")
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "see why the program does not accept; a longer backlog only hides it", On: server(c), Command: fmt.Sprintf("ss -ltnp 'sport = :%d'", c.Target.Port)}}
	},
	Examples: []Example{
		{Says: Proven, When: "on the machine itself, the queue is above its limit", Client: []fact.Fact{exLocal, exSilent}, Server: []fact.Fact{exNoSockets, exFullQueue}},
		{Says: Proven, When: "connecting to a Unix socket would have to wait", Target: "unix:/run/x.sock", Client: []fact.Fact{fact.UnixSocket{Path: "/run/x.sock", Exists: true, IsSocket: true, Errno: "EAGAIN"}}},
		{Says: Possible, When: "from another machine, silence", Client: []fact.Fact{exRoute, exSilent}},
		{Says: Out, When: "a reset came", Client: []fact.Fact{exRoute, exReset}},
	},
}

var exFullQueue = func() fact.Listener {
	l := exListener("0.0.0.0:5432", "postgres")
	l.Queue, l.Backlog = 2, 1
	return l
}()
