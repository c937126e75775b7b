package probe

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"whynot/internal/fact"
	"whynot/internal/sys"
	"whynot/internal/target"
)

// name finds the addresses of the target, as the system's own resolver would, and asks each name server beside it.
var name = &Probe{
	Name:  "name",
	Doc:   "the name's addresses, as the system's resolver gives them and as each name server does",
	Side:  fact.Client,
	When:  func(_ *Env, s *fact.Set) bool { return s.Target.Network != "unix" },
	If:    "the target is no Unix socket",
	Gives: []fact.Fact{fact.Lookup{}, fact.NameConfig{}, fact.HostsEntry{}, fact.DNSAnswer{}, fact.SystemLookup{}},
	Sends: "for a name: A and AAAA to each configured name server, over UDP and TCP; nothing for an IP address",
	Run:   runName,
}

func runName(ctx context.Context, env *Env, known *fact.Set, emit Emit) error {
	t := known.Target
	begin := env.Now()
	found := func(source string, addrs ...netip.Addr) {
		emit(fact.Lookup{Name: t.Host, Result: fact.LookupFound, Source: source, Addrs: addrs, Took: since(env, begin)})
	}
	if a, ok := t.Addr(); ok {
		found("literal", a)
		return nil
	}
	if a, ok := looseIPv4(t.Host); ok && !t.Absolute {
		found("literal", a)
		return nil
	}
	if t.This {
		return ownAddresses(env, found)
	}
	if t.Empty() {
		found("loopback", netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()) // as most clients take it
		return nil
	}
	if runtime.GOOS != "linux" { // macOS has files of the same names, but asks elsewhere, too (scutil --dns)
		return systemResolver(ctx, env, t, emit)
	}
	return newResolution(env, t, emit).run(ctx)
}

// mostOwn bounds how many addresses of this machine stand for ":port".
const mostOwn = 6

// ownAddresses gives the addresses at which other machines can reach this one; without any, the loopback addresses.
func ownAddresses(env *Env, found func(string, ...netip.Addr)) error {
	interfaces, err := env.Kernel.Interfaces()
	if err != nil {
		found("this machine", netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback())
		return err
	}
	var own []netip.Addr
	for _, i := range interfaces {
		for _, p := range i.Addrs {
			a := p.Addr()
			if i.Up && !i.Loopback && i.Type != "bridge" && !a.IsLinkLocalUnicast() && len(own) < mostOwn {
				own = append(own, a)
			}
		}
	}
	if len(own) == 0 {
		own = []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()}
	}
	found("this machine", own...)
	return nil
}

// systemResolver asks the operating system where its configuration is not in files.
func systemResolver(ctx context.Context, env *Env, t target.Target, emit Emit) error {
	begin := env.Now()
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", t.Host)
	l := fact.Lookup{Name: t.Host, Result: fact.LookupFound, Source: "system", Took: since(env, begin)}
	for _, a := range addrs {
		l.Addrs = append(l.Addrs, a.Unmap())
	}
	var e *net.DNSError
	switch {
	case errors.As(err, &e) && e.IsNotFound:
		l.Result = fact.LookupNoName
	case err != nil:
		l.Result = fact.LookupFailed
	}
	emit(l)
	return nil
}

// A resolution follows the rules of the system's resolver for one name.
type resolution struct {
	env    *Env
	t      target.Target
	emit   Emit
	begin  time.Time
	conf   resolvConf
	order  []string
	hosts  []fact.HostsEntry // if one is of the IP version that is asked for
	others []fact.HostsEntry // if none is
	done   bool              // the Lookup was given

	actions []string // those of nsswitch.conf
	doubt   bool     // whether our own rules are those of the system
	system  system
}

const maxConfig = 1 << 20

func newResolution(env *Env, t target.Target, emit Emit) *resolution {
	r := &resolution{env: env, t: t, emit: emit, begin: env.Now()}
	text, err := sys.ReadFile(env.Root, "etc/resolv.conf", maxConfig)
	r.blindUnlessAbsent("the name servers in /etc/resolv.conf", err)
	r.conf = parseResolvConf(text)
	text, err = sys.ReadFile(env.Root, "etc/nsswitch.conf", maxConfig)
	r.blindUnlessAbsent("the order of sources in /etc/nsswitch.conf", err)
	if r.order, r.actions = parseNsswitch(text); r.order == nil {
		r.order = []string{"files", "dns"} // what C libraries do without the line
	}
	text, err = sys.ReadFile(env.Root, "etc/hosts", 16*maxConfig)
	r.blindUnlessAbsent("the hosts file", err)
	all := parseHosts(text, "/etc/hosts", t.Host)
	if r.hosts = serving(all, t.Family); len(r.hosts) == 0 {
		r.others = all
	}
	c := r.conf
	emit(fact.NameConfig{Order: r.order, Actions: r.actions, Servers: c.servers, Search: c.search, Ndots: c.ndots, File: "/etc/resolv.conf",
		NoServer: c.noServer, Indented: c.indented, UseTCP: c.useTCP, Patience: fact.Duration(c.patience())})
	for _, h := range all {
		emit(h)
	}
	return r
}

func (r *resolution) blindUnlessAbsent(what string, err error) {
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.emit(fact.Blind{Wanted: what, Why: err.Error()})
	}
}

// run asks the sources in their order, then looks beside the first that answered. Where our own rules may not be those of the
// system, and where they find nothing, getent has the last word.
func (r *resolution) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // getent ends with us
	// RFC 6761, section 6.3: names below localhost are never asked of a server.
	local := r.t.Host == "localhost" || strings.HasSuffix(r.t.Host, ".localhost")
	if r.doubt = !local && r.doubtful(); r.doubt {
		r.startSystem(ctx)
	}
	result, asked := fact.LookupNoName, false
	for _, source := range r.order {
		switch {
		case r.done:
		case source == "files" && len(r.hosts) > 0:
			r.give(ctx, fromHosts(r.hosts))
		case source == "dns" && !local:
			result, asked = r.askServers(ctx), true
		}
	}
	if !r.done && local {
		r.give(ctx, fact.Lookup{Result: fact.LookupFound, Source: "loopback", Addrs: []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()}})
	}
	if !r.done {
		r.startSystem(ctx)
		r.hearSystem(ctx)
		r.giveSystem(ctx)
	}
	if result == fact.LookupNoName && len(r.others) > 0 {
		r.give(ctx, fromHosts(r.others))
	}
	r.give(ctx, fact.Lookup{Result: result})
	if !local && !asked { // for comparison with what the name servers say
		ctx, cancel := context.WithTimeout(ctx, comparing)
		defer cancel()
		r.askServers(ctx)
	}
	return nil
}

// comparing bounds what is done beside an answer that is already there.
const comparing = 400 * time.Millisecond

// emulated says whether whynot follows a source's rules itself. "resolve" (systemd-resolved) falls back to the servers of
// resolv.conf, which name its own stub.
func emulated(source string) bool {
	switch source {
	case "files", "dns", "myhostname", "mymachines", "resolve", "compat":
		return true
	}
	return false
}

// doubtful says that something decides that whynot does not follow: a module or an action of nsswitch.conf, a server chosen at
// random, or a variable of the C library (resolv.conf(5), hostname(7)).
func (r *resolution) doubtful() bool {
	own := func(source string) bool { return !emulated(source) }
	set := func(variable string) bool { return r.env.Getenv(variable) != "" }
	return len(r.actions) > 0 || slices.ContainsFunc(r.order, own) || r.conf.rotate && len(r.conf.servers) > 1 ||
		slices.ContainsFunc([]string{"RES_OPTIONS", "LOCALDOMAIN", "HOSTALIASES"}, set)
}

// serving gives the entries if one is of the IP version that is asked for; ::1 stands for 127.0.0.1, too (glibc,
// nss/nss_files/files-hosts.c). Where none is, the next source is asked.
func serving(entries []fact.HostsEntry, family string) []fact.HostsEntry {
	fits := func(h fact.HostsEntry) bool { return len(inFamily([]netip.Addr{h.Addr}, family)) > 0 }
	if slices.ContainsFunc(entries, fits) {
		return entries
	}
	var own []fact.HostsEntry
	for _, h := range entries {
		if h.Addr == netip.IPv6Loopback() {
			h.Addr = netip.MustParseAddr("127.0.0.1")
			own = append(own, h)
		}
	}
	return own
}

func fromHosts(entries []fact.HostsEntry) fact.Lookup {
	l := fact.Lookup{Result: fact.LookupFound, Source: "hosts", File: entries[0].File + ":" + itoa(entries[0].Line)}
	for _, h := range entries {
		if !slices.Contains(l.Addrs, h.Addr) {
			l.Addrs = append(l.Addrs, h.Addr)
		}
	}
	return l
}

// give tells the outcome, once.
func (r *resolution) give(ctx context.Context, l fact.Lookup) {
	if r.done {
		return
	}
	if r.doubt && l.Result == fact.LookupFound {
		r.hearSystem(ctx)
		l = r.corrected(l)
	}
	r.done = true
	l.Name, l.Took = r.t.Host, since(r.env, r.begin)
	if l.FullName == "" {
		l.FullName = r.t.Host
	}
	if l.Result == fact.LookupFound && len(inFamily(l.Addrs, r.t.Family)) == 0 {
		l.Result = fact.LookupNoAddress
	}
	r.emit(l)
}

// dnsTypes are asked for at once.
var dnsTypes = []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA}

// inFamily keeps the addresses of the IP version that was asked for.
func inFamily(addrs []netip.Addr, family string) []netip.Addr {
	var kept []netip.Addr
	for _, a := range addrs {
		if family == "" || (family == "ip4") == a.Is4() {
			kept = append(kept, a)
		}
	}
	return kept
}
