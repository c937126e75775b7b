package probe

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/netip"
	"slices"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"whynot/internal/fact"
)

// headStart is how long a name server earlier in the list is waited for when a later one has answered, and one record type when
// the other is there.
const headStart = 700 * time.Millisecond

// afterwards is how long answers are still collected when the name is known.
const afterwards = 250 * time.Millisecond

// askServers asks every name server for every name that the resolver would ask for, until one exists, and gives the Lookup. The
// result tells why there is none.
func (r *resolution) askServers(ctx context.Context) fact.LookupResult {
	result := fact.LookupFailed
	for i, c := range r.conf.candidates(r.t.Host, r.t.Absolute) {
		answers := r.askFor(ctx, c, i == 0)
		verdict, addrs := decide(r.conf.servers, answers)
		switch verdict {
		case fact.LookupFound:
			r.give(fact.Lookup{Result: fact.LookupFound, Source: "dns", Addrs: addrs, FullName: c.name, Search: c.search})
			if c.search != "" {
				r.compareSearch(ctx, c)
			}
			return fact.LookupFound
		case fact.LookupFailed:
			if !r.askUnchecked(ctx, c, answers) {
				return result // nobody answers: the resolver gives up here, but goes on after a SERVFAIL
			}
		default:
			result = strongest(result, verdict)
		}
	}
	return result
}

// strongest keeps the most telling reason: a name that exists without an address, then one that does not exist.
func strongest(a, b fact.LookupResult) fact.LookupResult {
	for _, r := range []fact.LookupResult{fact.LookupNoAddress, fact.LookupNoName} {
		if a == r || b == r {
			return r
		}
	}
	return fact.LookupFailed
}

// askFor asks all servers for one name at once, and stops collecting soon after the answer is clear.
func (r *resolution) askFor(ctx context.Context, c candidate, overTCP bool) []fact.DNSAnswer {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	transports := []string{"udp"}
	if overTCP {
		transports = []string{"udp", "tcp"}
	}
	news := make(chan fact.DNSAnswer)
	pending := 0
	for _, s := range r.conf.servers {
		for _, transport := range transports {
			for _, typ := range dnsTypes {
				pending++
				q := question{server: s, transport: transport, purpose: fact.DNSAsked, name: c.name, typ: typ}
				go func() {
					news <- q.ask(ctx, r.env)
				}()
			}
		}
	}
	var answers []fact.DNSAnswer
	begin, stop := r.env.Now(), time.Duration(0)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for pending > 0 {
		select {
		case a := <-news:
			pending--
			if ctx.Err() == nil || a.Replied() {
				answers = append(answers, a)
				r.emit(a)
			}
		case <-tick.C:
		}
		waited := r.env.Now().Sub(begin)
		verdict, addrs := decideSoFar(r.conf.servers, answers, waited)
		if stop == 0 && verdict != "" {
			stop = waited + afterwards
			if verdict == fact.LookupFound {
				r.give(fact.Lookup{Result: verdict, Source: "dns", Addrs: addrs, FullName: c.name, Search: c.search})
			}
		}
		if stop > 0 && waited >= stop {
			cancel() // the questions that are still open end at once, and their ends are not kept
		}
	}
	return answers
}

// decide gives what the resolver would make of the answers, once all are there.
func decide(servers []netip.AddrPort, answers []fact.DNSAnswer) (fact.LookupResult, []netip.Addr) {
	verdict, addrs := decideSoFar(servers, answers, time.Hour)
	if verdict == "" {
		verdict = fact.LookupFailed
	}
	return verdict, addrs
}

// decideSoFar does so while answers are missing, and gives "" as long as it has to wait: the resolver asks its servers in order,
// and goes on to the next where one does not answer or answers with an error (resolv.conf(5)).
func decideSoFar(servers []netip.AddrPort, answers []fact.DNSAnswer, waited time.Duration) (fact.LookupResult, []netip.Addr) {
	for _, s := range servers {
		var addrs []netip.Addr
		replies, usable, failed := 0, 0, 0
		noName := false
		for _, typ := range []string{"A", "AAAA"} {
			a, ok := answerOf(answers, s, typ)
			if !ok {
				continue
			}
			replies++
			switch a.Result {
			case fact.DNSAnswered, fact.DNSNoData, fact.DNSNXDomain:
				usable++
				noName = noName || a.Result == fact.DNSNXDomain
				for _, addr := range a.Addrs {
					if !slices.Contains(addrs, addr) {
						addrs = append(addrs, addr)
					}
				}
			default:
				failed++
			}
		}
		switch {
		case replies < 2 && waited < headStart:
			return "", nil
		case len(addrs) > 0:
			return fact.LookupFound, addrs
		case usable > 0 && failed == 0 && noName:
			return fact.LookupNoName, nil
		case usable == len(dnsTypes): // while one is unanswered, the address may be there
			return fact.LookupNoAddress, nil
		}
	}
	return "", nil
}

// answerOf gives one server's answer for one type: that over UDP, or else that over TCP.
func answerOf(answers []fact.DNSAnswer, server netip.AddrPort, typ string) (fact.DNSAnswer, bool) {
	var found fact.DNSAnswer
	ok := false
	for _, a := range answers {
		if a.Server == server && a.Type == typ && (!ok || a.Transport == "udp" && a.Replied() || !found.Replied()) {
			found, ok = a, true
		}
	}
	return found, ok && found.Replied()
}

// askUnchecked asks again, with DNSSEC left unchecked, where a server failed; it says whether one did.
func (r *resolution) askUnchecked(ctx context.Context, c candidate, answers []fact.DNSAnswer) (failed bool) {
	for _, a := range answers {
		if a.Result == fact.DNSServFail && a.Transport == "udp" && a.Type == "A" {
			failed = true
			q := question{server: a.Server, transport: "udp", purpose: fact.DNSUnchecked, name: c.name, typ: dnsmessage.TypeA, unchecked: true}
			r.emit(q.ask(ctx, r.env))
		}
	}
	return failed
}

// compareSearch finds out whether the search domain answers to any name, and whether the name exists as it was typed.
func (r *resolution) compareSearch(ctx context.Context, c candidate) {
	label := make([]byte, 6)
	_, _ = rand.Read(label) // never fails (crypto/rand)
	for _, q := range []question{
		{purpose: fact.DNSWildcard, name: "whynot-" + hex.EncodeToString(label) + "." + c.search},
		{purpose: fact.DNSAbsolute, name: r.t.Host},
	} {
		q.server, q.transport, q.typ = r.conf.servers[0], "udp", dnsmessage.TypeA
		r.emit(q.ask(ctx, r.env))
	}
}
