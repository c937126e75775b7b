//go:build linux

package lab

import (
	"context"
	"fmt"
	"strings"
)

// A shape says which hosts there are and how they are joined. Addresses are those for documentation (RFC 5737, RFC 3849).
type shape struct {
	hosts []string
	links []link
	// routes are commands of ip(8), a host each.
	routes map[string][]string
	// routers forward.
	routers []string
}

// A link joins two hosts by a pair of interfaces.
type link struct {
	a, aIface, aAddr, aAddr6 string
	b, bIface, bAddr, bAddr6 string
}

// shapes are those of the scenarios: L one host; CS client and server on one link; CRS client, router, server; CRRS with two routers in
// a row; CRB client, router and two servers behind it.
var shapes = map[string]shape{
	"L": {hosts: []string{"client"}},
	"CS": {
		hosts: []string{"client", "server"},
		links: []link{{"client", "eth0", "192.0.2.2/24", "2001:db8:1::2/64", "server", "eth0", "192.0.2.3/24", "2001:db8:1::3/64"}},
	},
	"CRS": {
		hosts: []string{"client", "router", "server"},
		links: []link{
			{"client", "eth0", "192.0.2.2/24", "2001:db8:1::2/64", "router", "eth0", "192.0.2.1/24", "2001:db8:1::1/64"},
			{"router", "eth1", "198.51.100.1/24", "2001:db8:2::1/64", "server", "eth0", "198.51.100.2/24", "2001:db8:2::2/64"},
		},
		routes:  map[string][]string{"client": defaults("192.0.2.1", "2001:db8:1::1"), "server": defaults("198.51.100.1", "2001:db8:2::1")},
		routers: []string{"router"},
	},
	"CRRS": {
		hosts: []string{"client", "router", "second", "server"},
		links: []link{
			{"client", "eth0", "192.0.2.2/24", "2001:db8:1::2/64", "router", "eth0", "192.0.2.1/24", "2001:db8:1::1/64"},
			{"router", "eth1", "203.0.113.1/24", "2001:db8:3::1/64", "second", "eth0", "203.0.113.2/24", "2001:db8:3::2/64"},
			{"second", "eth1", "198.51.100.1/24", "2001:db8:2::1/64", "server", "eth0", "198.51.100.2/24", "2001:db8:2::2/64"},
		},
		routes: map[string][]string{
			"client": defaults("192.0.2.1", "2001:db8:1::1"), "server": defaults("198.51.100.1", "2001:db8:2::1"),
			"router": defaults("203.0.113.2", "2001:db8:3::2"), "second": defaults("203.0.113.1", "2001:db8:3::1"),
		},
		routers: []string{"router", "second"},
	},
	"CRB": {
		hosts: []string{"client", "router", "server", "other"},
		links: []link{
			{"client", "eth0", "192.0.2.2/24", "2001:db8:1::2/64", "router", "eth0", "192.0.2.1/24", "2001:db8:1::1/64"},
			{"router", "eth1", "198.51.100.1/24", "2001:db8:2::1/64", "server", "eth0", "198.51.100.2/24", "2001:db8:2::2/64"},
			{"router", "eth2", "203.0.113.1/24", "2001:db8:3::1/64", "other", "eth0", "203.0.113.2/24", "2001:db8:3::2/64"},
		},
		routes: map[string][]string{"client": defaults("192.0.2.1", "2001:db8:1::1"), "server": defaults("198.51.100.1", "2001:db8:2::1"),
			"other": defaults("203.0.113.1", "2001:db8:3::1")},
		routers: []string{"router"},
	},
}

func defaults(v4, v6 string) []string {
	return []string{"ip route add default via " + v4, "ip -6 route add default via " + v6}
}

// build starts the hosts of a shape and joins them.
func (s shape) build(ctx context.Context, bin string) (map[string]*Host, error) {
	hosts := map[string]*Host{}
	for _, name := range s.hosts {
		h, err := startHost(name, bin)
		if err != nil {
			closeAll(hosts)
			return nil, err
		}
		hosts[name] = h
	}
	if err := s.join(ctx, hosts); err != nil {
		closeAll(hosts)
		return nil, err
	}
	return hosts, nil
}

func closeAll(hosts map[string]*Host) {
	for _, h := range hosts {
		h.close()
	}
}

func (s shape) join(ctx context.Context, hosts map[string]*Host) error {
	scripts := map[string][]string{}
	for _, r := range s.routers {
		scripts[r] = append(scripts[r], "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1")
	}
	for _, l := range s.links {
		a, b := hosts[l.a], hosts[l.b]
		make := fmt.Sprintf("ip link add %s type veth peer name %s netns %d", l.aIface, l.bIface, b.pid)
		// The peer's namespace is named by a process of ours, so this must run with our view of the processes.
		if out, err := inNetwork(ctx, a, make); err != nil {
			return fmt.Errorf("lab: join %s and %s: %w: %s", l.a, l.b, err, out)
		}
		scripts[l.a] = append(scripts[l.a], interfaceUp(l.aIface, l.aAddr, l.aAddr6)...)
		scripts[l.b] = append(scripts[l.b], interfaceUp(l.bIface, l.bAddr, l.bAddr6)...)
	}
	for host, lines := range scripts {
		if err := hosts[host].sh(ctx, strings.Join(lines, "\n")); err != nil {
			return err
		}
	}
	for host, lines := range s.routes { // only now is every link up
		if err := hosts[host].sh(ctx, strings.Join(lines, "\n")); err != nil {
			return err
		}
	}
	return nil
}

func interfaceUp(name, addr, addr6 string) []string {
	return []string{
		// Without duplicate address detection an address can be used at once.
		"sysctl -qw net.ipv6.conf." + name + ".accept_dad=0 net.ipv6.conf." + name + ".accept_ra=0",
		"ip addr add " + addr + " dev " + name,
		"ip -6 addr add " + addr6 + " dev " + name + " nodad",
		"ip link set " + name + " up",
	}
}

// inNetwork runs a command in the network namespace of a host, and in our own namespaces for the rest.
func inNetwork(ctx context.Context, h *Host, script string) (string, error) {
	out, err := enterNetwork(ctx, h, script).CombinedOutput()
	return string(out), err
}
