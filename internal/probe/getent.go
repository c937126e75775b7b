package probe

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"whynot/internal/fact"
)

// getent has its time from when it is started, and in any case a little after it is needed.
const (
	systemPatience = 1500 * time.Millisecond
	systemGrace    = 200 * time.Millisecond
)

// A system is getent(1) under way.
type system struct {
	begin time.Time // zero: it was not started
	ends  chan func()
	said  *fact.SystemLookup // what it said; nil: nothing yet
}

// startSystem lets getent ask every module of nsswitch.conf, once, beside what we do.
func (r *resolution) startSystem(ctx context.Context) {
	if !r.system.begin.IsZero() {
		return
	}
	begin, ends := r.env.Now(), make(chan func(), 1)
	r.system.begin, r.system.ends = begin, ends
	go func() {
		out, err := r.env.Command(ctx, "getent", "ahosts"+strings.Replace(r.t.Family, "ip", "v", 1), r.t.Host)
		// ahostsv6 gives IPv4 addresses in the form of IPv6 (AI_V4MAPPED), which are none.
		addrs, took := slices.DeleteFunc(parseGetent(out), netip.Addr.Is4In6), since(r.env, begin)
		ends <- func() {
			if err != nil && len(addrs) == 0 && !foundNothing(err) {
				r.emit(fact.Blind{Wanted: blindGetent, Why: err.Error()})
				return
			}
			r.system.said = &fact.SystemLookup{Name: r.t.Host, Addrs: addrs, Took: took}
			r.emit(*r.system.said)
		}
	}()
}

const blindGetent = "what getent ahosts gives for the name"

// hearSystem waits for what getent says.
func (r *resolution) hearSystem(ctx context.Context) {
	if r.system.ends == nil {
		return
	}
	wait := max(systemGrace, systemPatience-time.Duration(since(r.env, r.system.begin)))
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	select {
	case end := <-r.system.ends:
		end()
	case <-ctx.Done():
		r.emit(fact.Blind{Wanted: blindGetent, Why: "it gave none within " + since(r.env, r.system.begin).String()})
	}
	r.system.ends = nil
}

// giveSystem gives what getent has found by now, if it has found anything.
func (r *resolution) giveSystem(ctx context.Context) bool {
	if r.system.ends != nil {
		select {
		case end := <-r.system.ends:
			end()
			r.system.ends = nil
		default:
		}
	}
	if r.system.said == nil || len(r.system.said.Addrs) == 0 {
		return false
	}
	r.give(ctx, fact.Lookup{Result: fact.LookupFound, Source: "getent", Addrs: r.system.said.Addrs})
	return true
}

// corrected puts what getent found in the place of what we did, where the two share no address.
func (r *resolution) corrected(l fact.Lookup) fact.Lookup {
	said := r.system.said
	switch {
	case said == nil || l.Source == "getent":
		return l
	case len(said.Addrs) == 0 && r.askable(l.Addrs):
		return fact.Lookup{Result: fact.LookupNoName}
	case len(said.Addrs) == 0 || slices.ContainsFunc(l.Addrs, func(a netip.Addr) bool { return slices.Contains(said.Addrs, a) }):
		return l
	}
	return fact.Lookup{Result: fact.LookupFound, Source: "getent", Addrs: said.Addrs}
}

// askable says that this machine has an address of the same IP version as one of those: else getent leaves them out
// (AI_ADDRCONFIG), and not every program does.
func (r *resolution) askable(addrs []netip.Addr) bool {
	interfaces, err := r.env.Kernel.Interfaces()
	if err != nil {
		return false
	}
	for _, i := range interfaces {
		for _, p := range i.Addrs {
			same := func(a netip.Addr) bool { return a.Is4() == p.Addr().Is4() }
			if !p.Addr().IsLoopback() && slices.ContainsFunc(addrs, same) {
				return true
			}
		}
	}
	return false
}

// foundNothing says that getent ran and found nothing: its exit status is 2 (getent(1)).
func foundNothing(err error) bool {
	var exit interface{ ExitCode() int }
	return errors.As(err, &exit) && exit.ExitCode() == 2
}

// parseGetent reads the addresses of `getent ahosts`, each once.
func parseGetent(out []byte) []netip.Addr {
	var addrs []netip.Addr
	for fields := range configLines(out) {
		if a, err := netip.ParseAddr(fields[0]); err == nil && !slices.Contains(addrs, a) && len(addrs) < maxRecords {
			addrs = append(addrs, a)
		}
	}
	return addrs
}

// looseIPv4 reads the forms of an IPv4 address that the C library takes beside the usual one: fewer parts, of which the last fills
// the rest, and octal and hexadecimal numbers (inet_aton(3)): "0", "2130706433", "0x7f.1".
func looseIPv4(host string) (netip.Addr, bool) {
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var addr uint64
	for i, part := range parts {
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (4 - i)
		}
		base := 10
		if digits, hex := strings.CutPrefix(part, "0x"); hex {
			part, base = digits, 16
		} else if len(part) > 1 && part[0] == '0' {
			base = 8
		}
		n, err := strconv.ParseUint(part, base, bits)
		if err != nil {
			return netip.Addr{}, false
		}
		addr = addr<<bits | n
	}
	return netip.AddrFrom4([4]byte{byte(addr >> 24), byte(addr >> 16), byte(addr >> 8), byte(addr)}), true
}
