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
		r, err := routeFact(env, to.Addr())
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
func routeFact(env *Env, to netip.Addr) (fact.Route, error) {
	r, errno, err := env.Kernel.RouteTo(to)
	if err != nil {
		return fact.Route{}, err
	}
	f := fact.Route{To: to, Errno: errno, Type: r.Type, Prefix: r.Prefix, Gateway: r.Gateway, Interface: r.Interface, Source: r.Source, Table: r.Table}
	if errno == "" {
		return f, nil
	}
	if rule, route, ok := whoSaysNo(env, to, errno); ok {
		f.Type, f.Prefix, f.Table, f.Rule = route.Type, route.Prefix, route.Table, rule
	}
	return f, nil
}

// typeOf maps the error of the query to the type of the entry that caused it.
var typeOf = map[string]string{"EINVAL": "blackhole", "EACCES": "prohibit", "EHOSTUNREACH": "unreachable"}

// whoSaysNo walks the rules in the order of the kernel, and in each table takes the longest prefix.
func whoSaysNo(env *Env, to netip.Addr, errno string) (rule string, route sys.Route, ok bool) {
	want := typeOf[errno]
	if want == "" {
		return "", sys.Route{}, false
	}
	rules, err := env.Kernel.Rules(to.Is6())
	if err != nil {
		return "", sys.Route{}, false
	}
	routes, err := env.Kernel.RoutesCovering(to)
	if err != nil {
		return "", sys.Route{}, false
	}
	for _, r := range rules {
		if r.To.IsValid() && !r.To.Contains(to) {
			continue
		}
		if r.Type == want {
			return r.Text, sys.Route{Type: want, Prefix: r.To}, true
		}
		if best, found := longest(routes, r.Table); found && best.Type == want {
			text := ""
			if !standardRule(r) {
				text = r.Text
			}
			return text, best, true
		}
	}
	return "", sys.Route{}, false
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
