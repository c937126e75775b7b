package probe

import (
	"bufio"
	"bytes"
	"context"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"whynot/internal/fact"
	"whynot/internal/proto"
	"whynot/internal/sys"
)

// handshake tries to connect to every address at once.
var handshake = &Probe{
	Name:  "handshake",
	Doc:   "how a connection attempt ends",
	Side:  fact.Client,
	Needs: []fact.Fact{fact.Lookup{}},
	Gives: []fact.Fact{fact.Handshake{}, fact.Unanswered{}, fact.AnswerTTL{}, fact.LocalDrops{}, fact.Exchange{}},
	Sends: "one SYN, and its repetitions, to every address; for UDP one datagram",
	Run:   runHandshake,
}

// unansweredAfter is when an attempt counts as unanswered so far, and other probes begin to look why.
const unansweredAfter = 250 * time.Millisecond

func runHandshake(ctx context.Context, env *Env, known *fact.Set, emit Emit) error {
	var all sync.WaitGroup
	for _, to := range addresses(known) {
		all.Go(func() { connectTo(ctx, env, known, to, emit) })
	}
	all.Wait()
	return nil
}

func connectTo(ctx context.Context, env *Env, known *fact.Set, to netip.AddrPort, emit Emit) {
	t := known.Target
	answers := env.run.hear(to.Addr())
	before := retransmitFailures(env)
	told := false
	stop := func(waited time.Duration) bool {
		if !told && waited >= unansweredAfter {
			told = true
			emit(fact.Unanswered{Seen: fact.About(to), To: to, After: fact.Duration(waited)})
		}
		return enough(env, known, to, waited)
	}
	got := env.Connect(ctx, to, sys.Connecting{Network: t.Network, Patience: env.patience(), Stop: stop, Keep: true, Payload: proto.Datagram(t.Protocol)})
	h := fact.Handshake{Seen: fact.About(to), Attempt: attempt(to, t.Network, got)}
	if got.Conn != nil {
		env.run.keep(to, got.Conn)
	}
	if h.Result == fact.Silent && t.Network == "tcp" {
		if failed := retransmitFailures(env) - before; failed > 0 {
			emit(fact.LocalDrops{Seen: fact.About(to), Failed: failed, Retransmits: h.SYNs - 1})
		}
	}
	emitTTL(answers, h.Attempt, to, emit)
	emit(h)
	switch {
	case h.Errno == "ECONNRESET":
		emit(fact.Exchange{Seen: fact.About(to), Asked: "nothing", Port: to.Port(), End: fact.EndReset, Took: h.Took})
	case len(got.Received) > 0:
		emit(fact.Exchange{Seen: fact.About(to), Asked: "datagram", Port: to.Port(), End: fact.EndOpen, First: h.Took, Took: h.Took, Received: got.Received})
	}
}

// emitTTL tells with which TTL the answer to an attempt arrived, where that could be heard.
func emitTTL(answers *sys.Answers, a fact.Attempt, about netip.AddrPort, emit Emit) {
	if a.Result != fact.Reset && a.Result != fact.Accepted {
		return
	}
	heard, ok := answers.To(a.To.Port(), a.Local.Port())
	if !ok || heard.TTL == 0 {
		return
	}
	flags := "syn-ack"
	if heard.Reset {
		flags = "reset"
	}
	emit(fact.AnswerTTL{Seen: fact.About(about), Port: a.To.Port(), Flags: flags, TTL: heard.TTL, Interface: heard.Interface})
}

// enough says whether waiting longer for an answer to the SYN would tell nothing new. A user who chose the time-out wants it used.
func enough(env *Env, known *fact.Set, to netip.AddrPort, waited time.Duration) bool {
	for _, n := range fact.Of[fact.Neighbour](known) {
		if n.About == to && n.Missing() {
			return true
		}
	}
	if waited < ShortPatience || env.Insistent {
		return false
	}
	if local(known, to.Addr()) {
		return true
	}
	if r, ok := routeTo(known, to.Addr()); ok && (r.Selective || r.Ways > 1) {
		return false // other ports may go another way
	}
	for _, p := range fact.Of[fact.OtherPort](known) {
		if p.About == to && p.HostAnswered() {
			return true
		}
	}
	for _, e := range fact.Of[fact.Echo](known) {
		if e.About == to && e.Received > 0 {
			return true
		}
	}
	return false
}

// retransmitFailures reads TcpExt TCPRetransFail of this network namespace; 0 where there is no such counter.
func retransmitFailures(env *Env) int {
	text, err := sys.ReadFile(env.Root, "proc/self/net/netstat", 1<<20)
	if err != nil {
		return 0
	}
	return parseNetstat(text, "TcpExt:", "TCPRetransFail")
}

// parseNetstat gives one counter of /proc/net/netstat, where a line of names stands above a line of values (net/ipv4/proc.c,
// netstat_seq_show); 0: it is not there.
func parseNetstat(text []byte, group, name string) int {
	var names []string
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 || fields[0] != group {
			continue
		}
		if names == nil {
			names = fields
			continue
		}
		for i, n := range names {
			if n == name && i < len(fields) {
				v, _ := strconv.Atoi(fields[i])
				return v
			}
		}
		return 0
	}
	return 0
}
