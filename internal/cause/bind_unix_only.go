package cause

import "whynot/internal/fact"

var bindUnixOnly = &Cause{
	ID:    "bind.unix-only",
	Title: "the service is up but takes no TCP connections",
	Doc: `The program runs and listens on a Unix socket alone: TCP is off in its configuration (listen_addresses = '', skip-networking, port 0). Local
clients work, since they take the socket. By hand, on the server: "ss -lxp" and the program's configuration.`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotListening, symptomRefused},
	Judge: func(c *Case) Verdict {
		v := noListener("the service may take Unix sockets alone")(c)
		if v.Level <= Unknown {
			return v
		}
		u, ok := first[fact.UnixListener](c, fact.Server)
		t, known := tableKnown(c)
		switch {
		case ok && known && elsewhere(c, u) != nil:
			l := elsewhere(c, u)
			return out(*l, "%s takes TCP connections on %s", l.Program(), l.Addr)
		case ok && known:
			if tr, ok := translated(c); ok {
				return out(tr, "this machine sends the connection on to %s", tr.Real)
			}
			return unlessTranslated(c, proven(u, "%s listens on %s", u.Program(), u.Path).and(t, "and on no TCP port %d", t.Port))
		case known && protocolOnUnix[c.Target.Protocol]:
			return out(t, "no program of %s listens on a Unix socket", protocolName(c.Target.Protocol))
		}
		return v
	},
	Fix: func(c *Case) []Step {
		if u, ok := first[fact.UnixListener](c, fact.Server); ok {
			return []Step{{Text: "dial the socket", Command: "whynot unix:" + u.Path}, {Text: "or switch TCP on in the service's configuration", On: server(c)}}
		}
		return nil
	},
	Examples: []Example{
		{Says: Proven, When: "postgres listens on its Unix socket and on no TCP port", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets,
			fact.UnixListener{Path: "/run/postgresql/.s.PGSQL.5432", Process: &fact.Process{PID: 812, Name: "postgres"}}}},
		{Says: Out, When: "redis listens on another TCP port as well", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets, exListener("0.0.0.0:6390", "redis-server"),
			fact.UnixListener{Path: "/run/redis.sock", Process: &fact.Process{PID: 812, Name: "redis-server"}}}},
		{Says: Possible, When: "a reset came", Client: []fact.Fact{exRoute, exReset}},
		{Says: Out, When: "no postgres has a Unix socket", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets}},
	},
}

// protocolOnUnix are the protocols whose programs the listeners probe looks for on Unix sockets.
var protocolOnUnix = map[string]bool{"postgres": true, "mysql": true, "redis": true, "mongodb": true, "memcached": true, "http": true}

// elsewhere gives a TCP listener of the very program on another port; nil: none was seen.
func elsewhere(c *Case, u fact.UnixListener) *fact.Listener {
	l, ok := where(c, fact.Server, func(l fact.Listener) bool {
		return l.Network == "tcp" && l.Namespace == "" && l.Process != nil && (u.Process == nil || l.Process.Name == u.Process.Name)
	})
	if !ok {
		return nil
	}
	return &l
}
