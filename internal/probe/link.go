package probe

import (
	"context"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"whynot/internal/fact"
	"whynot/internal/sys"
)

// neighbour watches the entry of the next hop in the ARP or ND table, while the attempt is unanswered.
var neighbour = &Probe{
	Name:  "neighbour",
	Doc:   "whether the next hop answers on the link",
	Side:  fact.Client,
	Needs: []fact.Fact{fact.Route{}},
	When:  func(_ *Env, s *fact.Set) bool { return len(linkWanted(s)) > 0 },
	If:    "the attempt is unanswered after 250 ms, or this machine itself says that the host is unreachable",
	Gives: []fact.Fact{fact.Neighbour{}},
	Run:   runNeighbour,
}

// linkWanted gives the addresses whose next hop may be missing.
func linkWanted(s *fact.Set) []netip.AddrPort {
	var list []netip.AddrPort
	add := func(to netip.AddrPort) {
		if r, ok := routeTo(s, to.Addr()); ok && !r.Local() && r.Interface != "" && r.Errno == "" {
			list = append(list, to)
		}
	}
	for _, u := range fact.Of[fact.Unanswered](s) {
		add(u.To)
	}
	for _, h := range handshakes(s, func(h fact.Handshake) bool {
		return h.Result == fact.ICMP && h.ICMP.From == h.Local.Addr() || h.Result == fact.Failed && h.Errno == "EHOSTUNREACH"
	}) {
		if _, waited := unanswered(s, h.To); !waited {
			add(h.To)
		}
	}
	return list
}

func unanswered(s *fact.Set, to netip.AddrPort) (fact.Unanswered, bool) {
	for _, u := range fact.Of[fact.Unanswered](s) {
		if u.To == to {
			return u, true
		}
	}
	return fact.Unanswered{}, false
}

func runNeighbour(ctx context.Context, env *Env, known *fact.Set, emit Emit) error {
	var mu sync.Mutex
	var failed error
	each(ctx, known, linkWanted, func(to netip.AddrPort) {
		if err := watchNeighbour(ctx, env, known, to, emit); err != nil {
			mu.Lock()
			defer mu.Unlock()
			failed = err
		}
	})
	return failed
}

// settledStates are those in which the next hop is known to be there, or is not asked for at all.
var settledStates = map[string]bool{"reachable": true, "permanent": true, "noarp": true, "stale": true, "delay": true, "probe": true, "failed": true}

func watchNeighbour(ctx context.Context, env *Env, known *fact.Set, to netip.AddrPort, emit Emit) error {
	r, _ := routeTo(known, to.Addr())
	begin := env.Now()
	var waited fact.Duration // what had passed before we began to watch
	if u, ok := unanswered(known, to); ok {
		waited = u.After
	}
	for {
		n, err := env.Kernel.NeighbourOf(r.NextHop(), r.Interface)
		if err != nil {
			return err
		}
		f := fact.Neighbour{Seen: fact.About(to), Addr: r.NextHop(), Interface: r.Interface, State: n.State, MAC: n.MAC,
			Requests: max(n.Probes-unicastProbes(env, r), 0), Waited: since(env, begin) + waited}
		_, over := ended(known, to)
		if settledStates[n.State] || f.Missing() || over || ctx.Err() != nil {
			emit(f)
			return nil
		}
		pause(ctx, 50*time.Millisecond)
	}
}

// unicastProbes is where the kernel's count of unanswered requests begins.
func unicastProbes(env *Env, r fact.Route) int {
	family := "ipv4"
	if r.To.Is6() {
		family = "ipv6"
	}
	const standard = 3
	text, err := sys.ReadFile(env.Root, "proc/sys/net/"+family+"/neigh/"+r.Interface+"/ucast_solicit", 16)
	if err != nil {
		return standard
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return standard
	}
	return n
}

// owners asks on the link who has the next hop's address: two machines may, or another than the neighbour table says.
var owners = &Probe{
	Name:  "owners",
	Doc:   "which machines on the link answer for the address",
	Side:  fact.Client,
	Needs: []fact.Fact{fact.Machine{}, fact.Route{}},
	When: func(_ *Env, s *fact.Set) bool {
		return len(onLink(s)) > 0 && fact.Of[fact.Machine](s)[0].Can("net_raw")
	},
	If:    "a reset answered or nothing did; as root, IPv4 only",
	Gives: []fact.Fact{fact.LinkAnswer{}},
	Sends: "one ARP request",
	Run:   runOwners,
}

// onLink gives the routes to the next hops that are worth asking for by ARP: a target on the link, and a gateway behind which nothing
// answers.
func onLink(s *fact.Set) []fact.Route {
	var list []fact.Route
	for _, to := range unclear(s) {
		r, ok := routeTo(s, to.Addr())
		if !ok || r.Errno != "" || !r.NextHop().Is4() || !r.Source.Is4() {
			continue
		}
		if h, over := ended(s, to); r.Gateway.IsValid() && over && h.Result == fact.Reset {
			continue
		}
		if !slices.ContainsFunc(list, func(x fact.Route) bool { return x.NextHop() == r.NextHop() }) {
			list = append(list, r)
		}
	}
	return list
}

// ownersPatience is how long answers to the ARP request are awaited.
const ownersPatience = 100 * time.Millisecond

func runOwners(_ context.Context, env *Env, known *fact.Set, emit Emit) error {
	for _, r := range onLink(known) {
		macs, err := env.Kernel.WhoHas(r.NextHop(), r.Source, r.Interface, ownersPatience)
		if err != nil {
			return err
		}
		if len(macs) > 0 {
			emit(fact.LinkAnswer{Addr: r.NextHop(), Interface: r.Interface, MACs: macs})
		}
	}
	return nil
}

// leaving watches whether the unanswered SYN leaves this machine at all.
var leaving = &Probe{
	Name:  "leaving",
	Doc:   "whether the SYN leaves this machine",
	Side:  fact.Client,
	Needs: []fact.Fact{fact.Machine{}, fact.Unanswered{}, fact.Route{}},
	When: func(_ *Env, s *fact.Set) bool {
		return len(unclear(s)) > 0 && fact.Of[fact.Machine](s)[0].Can("net_raw")
	},
	If:    "the SYN is unanswered after 250 ms; as root",
	Gives: []fact.Fact{fact.Departure{}},
	Run:   runLeaving,
}

// watchFor is long enough to see the first repetition of the SYN, a second after it was sent.
const watchFor = 900 * time.Millisecond

func runLeaving(ctx context.Context, env *Env, known *fact.Set, emit Emit) error {
	wanted := unclear(known)
	taps := make([]*sys.Tap, len(wanted))
	for i, to := range wanted {
		tap, err := sys.OpenTap(to.Addr())
		if err != nil {
			return err
		}
		defer tap.Close()
		taps[i] = tap
	}
	begin := env.Now()
	pending := func() bool {
		for _, to := range wanted {
			if _, over := ended(known, to); !over {
				return true
			}
		}
		return false
	}
	for env.Now().Sub(begin) < watchFor && ctx.Err() == nil && pending() {
		pause(ctx, 20*time.Millisecond)
	}
	for i, to := range wanted {
		left := taps[i].Left()
		d := fact.Departure{Seen: fact.About(to), Left: left[to.Port()], Watched: since(env, begin)}
		for port := range left {
			d.Others = d.Others || port != to.Port()
		}
		emit(d)
	}
	return nil
}
