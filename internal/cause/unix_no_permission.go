package cause

import (
	"fmt"

	"whynot/internal/fact"
)

var unixNoPermission = &Cause{
	ID:    "unix.no-permission",
	Title: "this user may not use the socket",
	Doc: `The socket's file, or a directory on the way to it, does not let this user pass: write permission on the socket is needed, as for
docker.sock, which belongs to the group docker. By hand: "namei -l PATH", "id".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomUnreachable},
	Judge: func(c *Case) Verdict {
		u, ok := first[fact.UnixSocket](c, fact.Client)
		if !ok {
			return noUnix(c)
		}
		if u.Errno != "EACCES" && u.Errno != "EPERM" {
			return out(u, "connect gave %s", orElse(u.Errno, "no error"))
		}
		if u.Denied != "" && (u.Denied == u.Path || u.Denied == u.Real) {
			return proven(u, "%s is %s, of user %d and group %d", u.Denied, u.Mode, u.UID, u.GID)
		}
		if u.Denied != "" {
			return proven(u, "this user may not pass %s", u.Denied)
		}
		return likely(u, "connect gave %s", u.Errno)
	},
	Fix: func(c *Case) []Step {
		u, ok := first[fact.UnixSocket](c, fact.Client)
		if !ok {
			return nil
		}
		socket := orElse(u.Real, u.Path)
		look := "namei -l " + socket
		switch {
		case u.Denied != "" && u.Denied != u.Path && u.Denied != u.Real:
			return []Step{{Text: "let this user pass the directory " + u.Denied, Command: look}}
		case u.GID == 0 || len(u.Mode) < 6 || u.Mode[len(u.Mode)-5] != 'w':
			// Nobody is let into the group of root for a socket, and one whose group may not write gains nothing by it.
			return []Step{{Text: "let the service make its socket for a group, and let this user into that", Command: look}}
		}
		return []Step{{Text: fmt.Sprintf("let this user into the group %d that owns the socket", u.GID), Command: look}}
	},
	Examples: []Example{
		{Says: Proven, When: "the socket is for its group alone", Target: "unix:/run/x.sock", Client: []fact.Fact{exForbidden}},
		{Says: Out, When: "nobody listens on it", Target: "unix:/run/x.sock", Client: []fact.Fact{exStale}},
	},
}
