package probe

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/dns/dnsmessage"

	"whynot/internal/fact"
	"whynot/internal/sys"
)

// authority asks the name's own zone, past every cache, where the address that a name server gave leads to nothing.
var authority = &Probe{
	Name:  "authority",
	Doc:   "what the zone's own name server gives for the name",
	Side:  fact.Client,
	Needs: []fact.Fact{fact.Handshake{}, fact.NameConfig{}},
	When:  func(_ *Env, s *fact.Set) bool { return allEnded(s) && fromServer(s) },
	If:    "every attempt failed, and the address came from a name server",
	Gives: []fact.Fact{fact.DNSAnswer{}, fact.OtherAddress{}},
	Sends: "NS and A for the name's zone to the first name server, then A and AAAA to at most two of the zone's own; one SYN to each address that is new",
	Run:   runAuthority,
}

// fromServer says that the address came from a name server.
func fromServer(s *fact.Set) bool {
	for _, l := range fact.Of[fact.Lookup](s) {
		if l.Source == "dns" {
			return true
		}
	}
	return false
}

// mostZones bounds how far up the name the zone is looked for, mostAuthorities how many of its servers are asked.
const (
	mostZones       = 4
	mostAuthorities = 2
)

func runAuthority(ctx context.Context, env *Env, known *fact.Set, emit Emit) error {
	servers := fact.Of[fact.NameConfig](known)[0].Servers
	name := known.Target.Host
	for _, l := range fact.Of[fact.Lookup](known) {
		if l.FullName != "" {
			name = l.FullName
		}
	}
	zone := name
	for range mostZones {
		names := askNames(ctx, env, servers[0], zone)
		for i, ns := range names {
			if i >= mostAuthorities {
				break
			}
			addr, ok := addressOf(ctx, env, servers[0], ns)
			if !ok || addr == servers[0].Addr() {
				continue // that is the server whose answer is in doubt
			}
			for _, typ := range dnsTypes {
				q := question{server: netip.AddrPortFrom(addr, 53), transport: "udp", purpose: fact.DNSAuthority, name: name, typ: typ, iterative: true}
				a := q.ask(ctx, env)
				emit(a)
				tryNew(ctx, env, known, a, emit)
			}
		}
		_, parent, ok := strings.Cut(zone, ".")
		if len(names) > 0 || !ok || ctx.Err() != nil {
			break
		}
		zone = parent
	}
	return nil
}

// tryNew dials the addresses that only the zone's own server gives.
func tryNew(ctx context.Context, env *Env, known *fact.Set, a fact.DNSAnswer, emit Emit) {
	for i, addr := range a.Addrs {
		if i < mostAlternatives && !slices.Contains(addresses(known), netip.AddrPortFrom(addr, known.Target.Port)) {
			tryInstead(ctx, env, known, alternative{addr, fact.ByAuthority}, emit)
		}
	}
}

// askNames gives the names of a zone's servers, as the configured name server knows them.
func askNames(ctx context.Context, env *Env, server netip.AddrPort, zone string) []string {
	q := question{server: server, transport: "udp", name: zone, typ: dnsmessage.TypeNS}
	reply, ok := q.exchange(ctx, env)
	if !ok {
		return nil
	}
	return reply.servers
}

func addressOf(ctx context.Context, env *Env, server netip.AddrPort, name string) (netip.Addr, bool) {
	q := question{server: server, transport: "udp", name: name, typ: dnsmessage.TypeA}
	reply, ok := q.exchange(ctx, env)
	if !ok || len(reply.addrs) == 0 {
		return netip.Addr{}, false
	}
	return reply.addrs[0], true
}

// exchange asks once over UDP and gives the reply as it is.
func (q question) exchange(ctx context.Context, env *Env) (dnsReply, bool) {
	const id = 0x7779
	query, err := q.pack(id)
	if err != nil {
		return dnsReply{}, false
	}
	got := env.Connect(ctx, q.server, sys.Connecting{Network: "udp", Payload: query, Patience: dnsPatience})
	if !got.Accepted() {
		return dnsReply{}, false
	}
	reply, err := parseDNS(got.Received)
	return reply, err == nil && reply.id == id
}
