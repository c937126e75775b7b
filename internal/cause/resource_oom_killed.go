package cause

import "whynot/internal/fact"

var resourceOOMKilled = &Cause{
	ID:    "resource.oom-killed",
	Title: "the kernel killed it for want of memory",
	Doc: `The kernel ran out of memory, or the cgroup of the service did, and the service was killed: it is gone without a word in its own log. By
hand, on the server: "journalctl -k -g oom", "systemctl status UNIT" (Result=oom-kill).`,
	Side:     fact.Server,
	Explains: []*Cause{serviceFailed},
	Lacks:    "the kernel's log, the unit's result and the cgroup's events",
	Judge:    noListener("the service may have been killed for want of memory"),
	Examples: exWhyNothingListens,
}
