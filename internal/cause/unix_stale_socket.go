package cause

import "whynot/internal/fact"

var unixStaleSocket = &Cause{
	ID:    "unix.stale-socket",
	Title: "nobody listens on the socket",
	Doc: `The socket's file is there, and the program that made it is gone: it crashed and left the file behind. By hand: "ss -lx | grep PATH" shows
nothing.`,
	Side:     fact.Client,
	Explains: []*Cause{symptomRefused},
	Judge: func(c *Case) Verdict {
		u, ok := first[fact.UnixSocket](c, fact.Client)
		if !ok {
			return noUnix(c)
		}
		switch {
		case u.Errno != "ECONNREFUSED":
			return out(u, "connect gave %s", orElse(u.Errno, "no error"))
		case !u.IsSocket:
			return out(u, "%s is no socket", u.Path)
		case u.Listening != nil && *u.Listening:
			return out(u, "a socket listens on %s", u.Path)
		case u.Listening != nil:
			return proven(u, "%s is there, and no socket of this machine listens on it", u.Path)
		}
		return likely(u, "%s is there and refuses", u.Path)
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "start the service again; it makes the socket anew"}}
	},
	Examples: []Example{
		{Says: Proven, When: "the file is there and nobody listens", Target: "unix:/run/x.sock", Client: []fact.Fact{exStale}},
		{Says: Out, When: "this user may not use it", Target: "unix:/run/x.sock", Client: []fact.Fact{exForbidden}},
	},
}

var exForbidden = fact.UnixSocket{Path: "/run/x.sock", Exists: true, IsSocket: true, Mode: "Srw-rw----", GID: 999, Errno: "EACCES", Denied: "/run/x.sock"}
