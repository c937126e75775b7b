package probe

import (
	"context"
	"net/netip"

	"whynot/internal/fact"
	"whynot/internal/sys"
)

// way is which way the kernel would send packets to each address.
var way = &Probe{
	Name:  "route",
	Doc:   "the route, and the interfaces with their addresses",
	Side:  fact.Client,
	Needs: []fact.Fact{fact.Lookup{}},
	Gives: []fact.Fact{fact.Route{}, fact.RouteChoice{}, fact.Interface{}},
	Run:   runRoute,
}

func runRoute(_ context.Context, env *Env, known *fact.Set, emit Emit) error {
	var failed error
	for _, to := range addresses(known) {
		r, err := routeFact(env, to, known.Target.Network)
		if err != nil {
			failed = err
			continue
		}
		r.Seen = fact.About(to)
		emit(r)
		if r.Local() {
			continue
		}
		choices, err := env.Kernel.RoutesCovering(to.Addr())
		if err != nil {
			failed = err
		}
		for _, c := range choices {
			if c.Prefix == r.Prefix && c.Interface == r.Interface && c.Gateway == r.Gateway || c.Type == "local" || c.Type == "multicast" {
				continue
			}
			emit(fact.RouteChoice{Seen: fact.About(to), To: to.Addr(), Type: c.Type, Prefix: c.Prefix, Gateway: c.Gateway,
				Interface: c.Interface, Table: c.Table, Metric: c.Metric, Dead: c.Dead})
		}
	}
	if err := emitInterfaces(env, emit); err != nil {
		return err
	}
	return failed
}

// routeFact asks the kernel, and where it says no, finds the rule or route that says so: the query itself gives only the error
// (net/ipv4/fib_semantics.c, fib_props).
func routeFact(env *Env, to netip.AddrPort, network string) (fact.Route, error) {
	r, errno, err := env.Kernel.RouteTo(to, network)
	if err != nil {
		return fact.Route{}, err
	}
	if r.Type != "local" && ownLinkLocal(env, to.Addr()) {
		// The kernel is asked without the interface that the zone names, and may think of another link.
		return fact.Route{To: to.Addr(), Type: "local", Interface: "lo", Source: to.Addr(), Prefix: netip.PrefixFrom(to.Addr().WithZone(""), to.Addr().BitLen())}, nil
	}
	f := fact.Route{To: to.Addr(), Errno: errno, Type: r.Type, Prefix: r.Prefix, Gateway: r.Gateway, Interface: r.Interface, Source: r.Source, Table: r.Table, Ways: r.Ways}
	rules, err := env.Kernel.Rules(to.Addr().Is6())
	if err != nil {
		return f, nil // the choice itself is known
	}
	for _, rule := range rules {
		f.Selective = f.Selective || !rule.Plain || rule.Protocol != 0 || rule.LastPort != 0
	}
	if errno != "" {
		f.Source = netip.Addr{}
		var entry sys.Route
		f.Rule, entry = whoSaysNo(env, rules, to, network, r.Source, errno)
		f.Type, f.Prefix, f.Table = entry.Type, entry.Prefix, entry.Table
	}
	return f, nil
}

// ownLinkLocal says whether the interface of an address's zone has that link-local address.
func ownLinkLocal(env *Env, to netip.Addr) bool {
	if !to.IsLinkLocalUnicast() || to.Zone() == "" {
		return false
	}
	interfaces, err := env.Kernel.Interfaces()
	if err != nil {
		return false
	}
	for _, i := range interfaces {
		if to.Zone() != i.Name && to.Zone() != itoa(i.Index) {
			continue
		}
		for _, own := range i.Addrs {
			if own.Addr().WithZone("") == to.WithZone("") {
				return true
			}
		}
	}
	return false
}

// Which type of entry the error of the query comes from. A rule and a route of the type unreachable differ (net/ipv4/fib_rules.c,
// fib4_rule_action; net/ipv4/fib_semantics.c, fib_props).
var (
	ruleOfErrno  = map[string]string{"EINVAL": "blackhole", "EACCES": "prohibit", "ENETUNREACH": "unreachable"}
	routeOfErrno = map[string]string{"EINVAL": "blackhole", "EACCES": "prohibit", "EHOSTUNREACH": "unreachable"}
)

// whoSaysNo walks the rules in the order of the kernel, and in each table takes the longest prefix. A rule that would say so, and of
// which one cannot tell whether it matches, is given without an entry.
func whoSaysNo(env *Env, rules []sys.Rule, to netip.AddrPort, network string, source netip.Addr, errno string) (rule string, entry sys.Route) {
	routes, err := env.Kernel.RoutesCovering(to.Addr())
	if err != nil {
		return "", sys.Route{}
	}
	for _, r := range rules {
		if !r.Matches(to, network, source) && r.Plain {
			continue
		}
		best, found := longest(routes, r.Table)
		switch {
		case r.Type != "unicast" && r.Type == ruleOfErrno[errno]:
			entry = sys.Route{Type: r.Type, Prefix: r.To}
		case r.Type == "unicast" && found && best.Type == routeOfErrno[errno]:
			entry = best
		default:
			continue
		}
		switch {
		case !r.Plain:
			return r.Text, sys.Route{}
		case standardRule(r):
			return "", entry
		}
		return r.Text, entry
	}
	return "", sys.Route{}
}

func longest(routes []sys.Route, table int) (best sys.Route, ok bool) {
	for _, r := range routes {
		if r.Table == table && (!ok || r.Prefix.Bits() > best.Prefix.Bits() || r.Prefix.Bits() == best.Prefix.Bits() && r.Metric < best.Metric) {
			best, ok = r, true
		}
	}
	return best, ok
}

// standardRule says that a rule is one of the three that every Linux has.
func standardRule(r sys.Rule) bool {
	return r.Priority == 0 && r.Table == 255 || r.Priority == 32766 && r.Table == 254 || r.Priority == 32767 && r.Table == 253
}

func emitInterfaces(env *Env, emit Emit) error {
	interfaces, err := env.Kernel.Interfaces()
	if err != nil {
		return err
	}
	ports, names := map[int]int{}, map[int]string{}
	for _, i := range interfaces {
		names[i.Index] = i.Name
		if i.Master != 0 {
			ports[i.Master]++
		}
	}
	for _, i := range interfaces {
		emit(fact.Interface{Name: i.Name, Index: i.Index, Type: i.Type, Up: i.Up, Carrier: i.Carrier, State: i.State, MTU: i.MTU,
			Master: names[i.Master], Ports: ports[i.Index], Addrs: i.Addrs, Unusable: i.Unusable, IPv6Disabled: ipv6Disabled(env, i.Name)})
	}
	return nil
}

// ipv6Disabled reads a sysctl; where it cannot be read, IPv6 is taken to be on.
func ipv6Disabled(env *Env, name string) bool {
	text, err := sys.ReadFile(env.Root, "proc/sys/net/ipv6/conf/"+name+"/disable_ipv6", 16)
	return err == nil && len(text) > 0 && text[0] == '1'
}
