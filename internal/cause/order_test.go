package cause

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"whynot/internal/fact"
)

// TestOrderOfFacts wants the same causes in the same order, whichever probe was done first, and whichever vantage was merged first.
func TestOrderOfFacts(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(3, 4)) // always the same
	eachExample(t, func(name string, s *fact.Set, d *Diagnosis) {
		backwards := s.All()
		slices.Reverse(backwards)
		same(t, name, s, backwards, d)
	})
	for name, s := range map[string]*fact.Set{"two addresses refuse": manyFacts(t, fact.Reset, fact.Reset), "one is silent": manyFacts(t, fact.Silent, fact.Reset),
		"one works": manyFacts(t, fact.Accepted, fact.Reset)} {
		d := Judge(s)
		for range 10 {
			facts := s.All()
			chance.Shuffle(len(facts), func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
			same(t, name, s, facts, d)
		}
	}
}

// manyFacts is what a look at a name with two addresses gathers, with several facts of one kind.
func manyFacts(t *testing.T, r4, r6 fact.Result) *fact.Set {
	t.Helper()
	port := func(n uint16, r fact.Result) fact.Fact {
		return fact.OtherPort{Attempt: fact.Attempt{To: netip.AddrPortFrom(exServer, n), Network: "tcp", Result: r}}
	}
	facts := []fact.Fact{exBoth, exDNSAnswer(fact.DNSAnswered, exServer), exDNSAnswer(fact.DNSNoData), exRoute, exHandshake(r4), exAt(exTo6, r6),
		port(22, fact.Accepted), port(80, fact.Reset), port(443, fact.Silent), fact.Echo{To: exServer, Sent: 3, Received: 3, TTL: 60},
		fact.Interface{Name: "lo", Up: true, Carrier: true}, fact.Interface{Name: "eth0", Up: true, Carrier: true},
		fact.Blind{Wanted: "the rules of the firewall", Why: "not permitted"}, fact.Blind{Wanted: "the owner", Why: "not permitted"}}
	return seen(t, "db.internal:5432", facts...)
}

// same judges facts in another order, and compares.
func same(t *testing.T, name string, s *fact.Set, facts []fact.Fact, want *Diagnosis) {
	t.Helper()
	other := fact.NewSet(s.Target)
	for _, f := range facts {
		other.Add(f.Where(), f)
	}
	if got, want := verdicts(Judge(other)), verdicts(want); got != want {
		t.Errorf("%s: in another order\n%s\nand not\n%s", name, got, want)
	}
}

// verdicts writes a diagnosis without its sentences.
func verdicts(d *Diagnosis) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:", d.Outcome)
	for _, list := range [][]Finding{d.Causes, d.RuledOut, d.Unknown} {
		for _, f := range list {
			only := slices.Clone(f.Only)
			slices.SortFunc(only, netip.AddrPort.Compare)
			fmt.Fprintf(&b, " %s=%s%v", f.Cause.ID, f.Level, only)
		}
	}
	for _, w := range d.Warnings {
		fmt.Fprintf(&b, " warning %s=%s", w.ID, w.Level)
	}
	return b.String()
}

// mostContexts is how often the lack of one member is tried, each time among other facts: it keeps the test short.
const mostContexts = 2

// TestLackingMembers takes single members out of facts, as somebody who cuts a saved file by hand does: judging must not crash, and must
// still cite what it claims.
func TestLackingMembers(t *testing.T) {
	t.Parallel()
	tried := map[string]int{}
	eachExample(t, func(name string, s *fact.Set, _ *Diagnosis) {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var doc map[string]any
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		for _, f := range doc["facts"].([]any) {
			f := f.(map[string]any)
			eachLack(f, fmt.Sprint(f["kind"]), func(what string) {
				if tried[what]++; tried[what] <= mostContexts {
					judgeText(t, name+" without "+what, doc)
				}
			})
		}
	})
	if len(tried) < 100 {
		t.Errorf("%d members were taken out: too few for a test", len(tried))
	}
}

// eachLack takes each member of an object away for the time of a call, and in turn those of the objects in it.
func eachLack(object map[string]any, path string, f func(what string)) {
	for _, key := range slices.Sorted(maps.Keys(object)) {
		value := object[key]
		if key == "kind" || key == "side" || key == "host" || key == "probe" {
			continue
		}
		delete(object, key)
		f(path + "." + key)
		object[key] = value
		list, _ := value.([]any)
		if len(list) > 0 {
			object[key] = []any{}
			f(path + "." + key + "[]")
			object[key] = value
		}
		for _, inner := range append(list, value) {
			if inner, ok := inner.(map[string]any); ok {
				eachLack(inner, path+"."+key, f)
			}
		}
	}
}

func judgeText(t *testing.T, name string, doc map[string]any) {
	t.Helper()
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	s := new(fact.Set)
	if json.Unmarshal(text, s) != nil {
		return // refused while reading: just as well
	}
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("%s: %v", name, r)
		}
	}()
	checkEvidence(t, Judge(s))
}

// TestTorn wants an attempt whose ICMP error was cut out to count for nothing, of whichever kind it is.
func TestTorn(t *testing.T) {
	torn := fact.Attempt{To: exTo, Network: "tcp", Result: fact.ICMP}
	for f, h := range map[fact.Fact]fact.Handshake{fact.Handshake{Attempt: torn}: exSilent, fact.Retry{Attempt: torn}: exSilent, fact.OtherPort{Attempt: torn}: exSilent,
		fact.OtherAddress{Attempt: torn, Why: fact.ByFamily}: exAt(exTo6, fact.Silent)} {
		t.Run(f.Kind(), func(t *testing.T) {
			facts := []fact.Fact{exBoth, exRoute, h}
			want, got := Judge(seen(t, "db.internal:5432", facts...)), Judge(seen(t, "db.internal:5432", append(facts, f)...))
			if verdicts(got) != verdicts(want) {
				t.Errorf("with it\n%s\nwithout it\n%s", verdicts(got), verdicts(want))
			}
		})
	}
}
