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

// headStart is how long one record type is waited for when the other is there. After that time without any answer getent is
// started, so that it is done when we are.
const headStart = 700 * time.Millisecond

// afterwards is how long answers are still collected when the name is known.
const afterwards = 250 * time.Millisecond

// askServers asks every name server for every name that the resolver would ask for, until one exists, and gives the Lookup. The
// result tells why there is none.
func (r *resolution) askServers(ctx context.Context) fact.LookupResult {
	var verdicts []fact.LookupResult
	candidates := r.conf.candidates(r.t.Host, r.t.Absolute)
	for i, c := range candidates {
		answers := r.askFor(ctx, c, i == 0)
		verdict, addrs := r.conf.decide(answers)
		if verdict == fact.LookupFound {
			r.give(ctx, fact.Lookup{Result: fact.LookupFound, Source: "dns", Addrs: addrs, FullName: c.name, Search: c.search})
			if c.search != "" {
				r.compareSearch(ctx, c)
			}
			return fact.LookupFound
		}
		if verdict == fact.LookupFailed && !r.askWhy(ctx, c, answers) {
			return fact.LookupFailed // nobody answers: the resolver gives up here, but goes on after a SERVFAIL
		}
		verdicts = append(verdicts, verdict)
	}
	return strongest(candidates, verdicts)
}

// strongest gives the reason that the resolver reports, as res_search of the C library does (resolv/res_query.c): that of the name
// as it was typed, if that was asked first; else that a name exists without an address, that a server failed (the name that was
// meant may exist), and only then that there is no such name.
func strongest(candidates []candidate, verdicts []fact.LookupResult) fact.LookupResult {
	if candidates[0].search == "" {
		return verdicts[0]
	}
	for _, r := range []fact.LookupResult{fact.LookupNoAddress, fact.LookupFailed} {
		if slices.Contains(verdicts, r) {
			return r
		}
	}
	return fact.LookupNoName
}

// askFor asks all servers for one name at once, and stops collecting soon after the answer is clear.
func (r *resolution) askFor(ctx context.Context, c candidate, overTCP bool) []fact.DNSAnswer {
	whole := ctx // getent outlives these questions
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	transports := []string{r.conf.transport()}
	if overTCP {
		transports = []string{"udp", "tcp"}
	}
	news := make(chan fact.DNSAnswer)
	pending := 0
	for _, s := range r.conf.servers {
		for _, transport := range transports {
			for _, typ := range dnsTypes {
				pending++
				// Over the transport of the resolver the question is the resolver's; over the other one the server may say why it fails.
				edns := r.conf.edns || transport != r.conf.transport()
				q := question{server: s, transport: transport, purpose: fact.DNSAsked, name: c.name, typ: typ, edns: edns, patience: r.patience()}
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
		verdict, addrs := r.conf.decideSoFar(answers, waited)
		if stop == 0 && verdict != "" {
			stop = waited + afterwards
			if verdict == fact.LookupFound {
				r.give(ctx, fact.Lookup{Result: verdict, Source: "dns", Addrs: addrs, FullName: c.name, Search: c.search})
			}
		}
		if stop == 0 && waited >= headStart && !r.done {
			if r.startSystem(whole); r.giveSystem(ctx) {
				stop = waited + afterwards
			}
		}
		if stop > 0 && waited >= stop {
			cancel() // the questions that are still open end at once, and their ends are not kept
		}
	}
	return answers
}

// patience is how long one question is waited for: as long as the resolver does, but no longer than leaves time for the rest of the
// look, and long enough for a datagram to be lost.
func (r *resolution) patience() time.Duration {
	most := r.env.Timeout / 2
	return min(max(r.conf.patience(), dnsTries*dnsPatience), most)
}

// decide gives what the resolver would make of the answers, once all are there.
func (c resolvConf) decide(answers []fact.DNSAnswer) (fact.LookupResult, []netip.Addr) {
	verdict, addrs := c.decideSoFar(answers, time.Hour)
	if verdict == "" {
		verdict = fact.LookupFailed
	}
	return verdict, addrs
}

// decideSoFar does so while answers are missing, and gives "" as long as it has to wait: the resolver asks its servers in order,
// and goes on to the next where one does not answer in its turn or answers with an error (resolv.conf(5)).
func (c resolvConf) decideSoFar(answers []fact.DNSAnswer, waited time.Duration) (fact.LookupResult, []netip.Addr) {
	var turn time.Duration
	for i, s := range c.servers {
		turn += c.turn(i)
		var addrs []netip.Addr
		ended, usable, failed := 0, 0, 0
		noName := false
		for _, typ := range []string{"A", "AAAA"} {
			a, ok := c.answerOf(answers, s, typ)
			if !ok {
				continue
			}
			ended++
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
		case ended < len(dnsTypes) && (waited < headStart || len(addrs) == 0 && !noName && waited < turn):
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

// answerOf gives one server's answer for one type, over the transport that the resolver uses: what a server says over TCP alone
// helps no resolver that asks over UDP.
func (c resolvConf) answerOf(answers []fact.DNSAnswer, server netip.AddrPort, typ string) (fact.DNSAnswer, bool) {
	for _, a := range answers {
		if a.Server == server && a.Type == typ && a.Transport == c.transport() {
			return a, true
		}
	}
	return fact.DNSAnswer{}, false
}

// askWhy asks again where a server failed, with DNSSEC left unchecked, and so that it may say why; it says whether one did fail.
func (r *resolution) askWhy(ctx context.Context, c candidate, answers []fact.DNSAnswer) (failed bool) {
	for _, a := range answers {
		if a.Result != fact.DNSServFail || a.Transport != r.conf.transport() || a.Type != "A" {
			continue
		}
		failed = true
		q := question{server: a.Server, transport: a.Transport, purpose: fact.DNSUnchecked, name: c.name, typ: dnsmessage.TypeA, unchecked: true, edns: true}
		r.emit(q.ask(ctx, r.env))
		if explained := func(x fact.DNSAnswer) bool { return x.Server == a.Server && x.EDE != "" }; !slices.ContainsFunc(answers, explained) {
			q.purpose, q.unchecked = fact.DNSExplained, false
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
		q.server, q.transport, q.typ = r.conf.servers[0], r.conf.transport(), dnsmessage.TypeA
		r.emit(q.ask(ctx, r.env))
	}
}
