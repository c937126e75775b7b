package cause

import "whynot/internal/fact"

var resourceClientFiles = &Cause{
	ID:    "resource.client-files",
	Title: "this program has no file descriptors left",
	Doc: `The process, or the whole machine, has as many files open as it may (ulimit -n, fs.file-max), so that not even a socket can be made: "Too
many open files". It says nothing about the server. By hand: "ls /proc/PID/fd | wc -l" against "ulimit -n".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomUnreachable, symptomUnresolved},
	Judge: func(c *Case) Verdict {
		if s, ok := first[fact.Shortage](c, fact.Client); ok {
			return proven(s, "%s gave %s", s.Call, s.Errno)
		}
		if u, ok := first[fact.UnixSocket](c, fact.Client); ok {
			if u.Errno == "EMFILE" || u.Errno == "ENFILE" {
				return proven(u, "not even a socket could be made: %s", u.Errno)
			}
			return out(u, "a socket could be made")
		}
		h, no := handshake(c)
		if b, ok := starved(c); ok && (no != nil || h.Result == fact.Accepted) {
			v := likely(b, "too few are left to look any further")
			if l, ok := first[fact.Limits](c, fact.Client); ok {
				return v.and(l, "%d of %d files are open", l.OpenFilesUsed, l.OpenFiles)
			}
			return v
		}
		if no != nil {
			return *no
		}
		if h.Errno == "EMFILE" || h.Errno == "ENFILE" {
			v := proven(h, "%s gave %s", h.Step, h.Errno)
			if l, ok := first[fact.Limits](c, fact.Client); ok && h.Errno == "EMFILE" {
				v = v.and(l, "%d of %d files are open", l.OpenFilesUsed, l.OpenFiles)
			}
			return v
		}
		return contradicts(h)
	},
	Fix: func(*Case) []Step {
		return []Step{{Text: "raise the limit of the process, or close what it leaves open", Command: "ulimit -n"}}
	},
	Examples: []Example{
		{Says: Proven, When: "socket gave EMFILE", Client: []fact.Fact{exNoFiles, fact.Limits{OpenFiles: 3, OpenFilesUsed: 3}}},
		{Says: Likely, When: "the connection is accepted, and too few are left to ask anything", Target: "http://192.0.2.10:5432", Client: []fact.Fact{exAccepted, exStarved, fact.Limits{OpenFiles: 8, OpenFilesUsed: 3}}},
		{Says: Out, When: "a reset came", Client: []fact.Fact{exRoute, exReset}},
	},
}

var exNoFiles = func() fact.Handshake {
	h := exFailed("EMFILE")
	h.Step = "socket"
	return h
}()

// exStarved is what a look says of itself that had next to no file descriptors.
var exStarved = fact.Blind{Wanted: fact.NearlyEverything, Why: "this process has next to no file descriptors left"}
