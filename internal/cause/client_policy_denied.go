package cause

import (
	"fmt"
	"net/netip"
	"strings"

	"whynot/internal/fact"
)

var clientPolicyDenied = &Cause{
	ID:    "client.policy-denied",
	Title: "a policy on this machine forbids it",
	Doc: `The kernel refused the socket or the connection before anything left, and neither a route nor a rule says so: SELinux, AppArmor,
seccomp, a cgroup's BPF program, or systemd's RestrictAddressFamilies. Programs say "Operation not permitted", "Permission denied" or
"Address family not supported". By hand: "ausearch -m avc" or "dmesg | grep -i apparmor", and "systemctl show UNIT".`,
	Side:     fact.Client,
	Explains: []*Cause{symptomUnreachable},
	Judge: func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		if h.Result != fact.Failed {
			return contradicts(h)
		}
		r, known := first[fact.Route](c, fact.Client)
		switch {
		case h.Errno != "EPERM" && h.Errno != "EACCES" && h.Errno != "EAFNOSUPPORT":
			return out(h, "%s gave %s, which no policy gives", h.Step, h.Errno)
		case h.Step == "send":
			return possible(h, "the datagram was refused: %s", h.Errno)
		case h.Step == "socket" && h.To.Addr().Is6() && withoutIPv6(c) != nil:
			return out(*withoutIPv6(c), "the kernel has no IPv6 at all")
		case h.Step == "socket":
			return withConfinement(c, proven(h, "the kernel refused the socket itself: %s", h.Errno))
		case known && (r.Type == "broadcast" || r.Type == "multicast"):
			return out(r, "%s is a %s address: nobody may connect to it", r.To, r.Type)
		case known && r.Errno == "EACCES":
			return out(r, "the routing forbids it: %s", routeText(r))
		case known && r.Selective: // the query may not be what the connection is, for a rule that looks at more
			return withConfinement(c, likely(h, "connect gave %s at once", h.Errno).and(r, "the routing allows it, as far as its rules can be told"))
		case known:
			return withConfinement(c, proven(h, "connect gave %s at once", h.Errno).and(r, "and the routing allows it"))
		}
		return likely(h, "connect gave %s at once", h.Errno)
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "see what was denied, and by which policy", Command: "journalctl -k -g 'apparmor|avc|audit' -n 20"}}
	},
	Examples: []Example{
		{Says: Proven, When: "connect gave EPERM and the route is there", Client: []fact.Fact{exRoute, exFailed("EPERM")}},
		{Says: Likely, When: "policy rules look at more than the query tells", Client: []fact.Fact{fact.Route{To: exServer, Type: "unicast", Gateway: exRouter, Interface: "eth0", Selective: true}, exFailed("EACCES")}},
		{Says: Out, When: "a prohibit route says so", Client: []fact.Fact{fact.Route{To: exServer, Errno: "EACCES", Type: "prohibit", Prefix: netip.MustParsePrefix("192.0.2.0/24")}, exFailed("EACCES")}},
	},
}

// withConfinement adds what is known to confine this process.
func withConfinement(c *Case, v Verdict) Verdict {
	if m, ok := first[fact.Machine](c, fact.Client); ok && len(m.Confined) > 0 {
		return v.and(m, "this process is confined by %s", strings.Join(m.Confined, " and "))
	}
	return v
}

// routeText describes a route or rule that says no.
func routeText(r fact.Route) string {
	what := r.Type
	if what == "" {
		what = r.Errno
	}
	switch {
	case r.Rule != "" && !r.Prefix.IsValid():
		return "rule " + r.Rule
	case r.Rule != "":
		return fmt.Sprintf("%s %s in table %d, by rule %s", what, r.Prefix, r.Table, r.Rule)
	case r.Prefix.IsValid():
		return what + " " + r.Prefix.String()
	}
	return what
}
