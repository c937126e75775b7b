package cause

import "whynot/internal/fact"

var unixNoSocket = &Cause{
	ID:    "unix.no-socket",
	Title: "there is no such socket",
	Doc: `The file does not exist: the service is down and removed it, or it keeps it elsewhere (/tmp or /run, another directory, another instance).
By hand: "ss -lx" lists the sockets that are listened on.`,
	Side:     fact.Client,
	Explains: []*Cause{symptomUnreachable, symptomRefused},
	Judge: func(c *Case) Verdict {
		u, ok := first[fact.UnixSocket](c, fact.Client)
		if !ok {
			return noUnix(c)
		}
		switch {
		case u.Errno == "EMFILE" || u.Errno == "ENFILE":
			return out(u, "not even a socket could be made: %s", u.Errno)
		case u.Exists && u.IsSocket:
			return out(u, "%s is there: %s", u.Path, u.Mode)
		case u.Exists:
			return proven(u, "%s is no socket: %s", orElse(u.Real, u.Path), u.Mode)
		case u.Denied != "":
			return unknown()
		case u.Missing == "":
			return likely(u, "connect gave %s", u.Errno)
		}
		v := proven(u, "%s does not exist", u.Missing)
		for _, other := range u.Others {
			v = v.and(u, "a socket of the same name is listened on at %s", other)
		}
		return v
	},
	Fix: func(c *Case) []Step {
		u, ok := first[fact.UnixSocket](c, fact.Client)
		if ok && len(u.Others) > 0 {
			return []Step{{Text: "use " + u.Others[0]}}
		}
		return []Step{{Text: "start the service, or find where it has its socket", Command: "ss -lxp"}}
	},
	Examples: []Example{
		{Says: Proven, When: "the file does not exist", Target: "unix:/run/x.sock", Client: []fact.Fact{fact.UnixSocket{Path: "/run/x.sock", Missing: "/run/x.sock", Errno: "ENOENT"}}},
		{Says: Out, When: "the file is a socket", Target: "unix:/run/x.sock", Client: []fact.Fact{exStale}},
	},
}

var exStale = fact.UnixSocket{Path: "/run/x.sock", Exists: true, IsSocket: true, Mode: "Srwxr-xr-x", Errno: "ECONNREFUSED", Listening: new(bool)}

// noUnix rules the causes of Unix sockets out for other targets.
func noUnix(c *Case) Verdict {
	if h, ok := first[fact.Handshake](c, fact.Client); ok {
		return out(h, "the target is no Unix socket")
	}
	if l, ok := first[fact.Lookup](c, fact.Client); ok {
		return out(l, "the target is no Unix socket")
	}
	return unknown()
}
