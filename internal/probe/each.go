package probe

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"whynot/internal/fact"
)

// listAgain is how often a probe looks for addresses that have become worth its while.
const listAgain = 10 * time.Millisecond

// each does something for every address of a list, at once. The list may grow as long as attempts are pending: of several addresses, one may
// fail later than another, and is looked into all the same.
func each(ctx context.Context, known *fact.Set, list func(*fact.Set) []netip.AddrPort, do func(netip.AddrPort)) {
	var all sync.WaitGroup
	begun := map[netip.AddrPort]bool{}
	for {
		complete := attemptsEnded(known) // asked first: what ends after it is in the list of the next turn
		for _, to := range list(known) {
			if !begun[to] {
				begun[to] = true
				all.Go(func() { do(to) })
			}
		}
		if complete || len(begun) >= len(addresses(known)) || ctx.Err() != nil {
			break
		}
		pause(ctx, listAgain)
	}
	all.Wait()
}

// attemptsEnded says that no attempt at an address is pending.
func attemptsEnded(s *fact.Set) bool {
	for _, to := range addresses(s) {
		if _, over := ended(s, to); !over {
			return false
		}
	}
	return true
}

// thoseOf gives the addresses of the attempts that ended in a certain way.
func thoseOf(fits func(fact.Handshake) bool) func(*fact.Set) []netip.AddrPort {
	return func(s *fact.Set) []netip.AddrPort {
		var list []netip.AddrPort
		for _, h := range handshakes(s, fits) {
			list = append(list, h.To)
		}
		return list
	}
}
