package fact

import "net/netip"

// NameConfig is how this machine resolves names: nsswitch.conf(5) and resolv.conf(5).
type NameConfig struct {
	Seen
	Order   []string         `json:"order"`             // the sources of "hosts:", in order, without their actions
	Actions []string         `json:"actions,omitempty"` // the actions between them, "[NOTFOUND=return]"
	Servers []netip.AddrPort `json:"servers,omitempty"`
	Search  []string         `json:"search,omitempty"`
	Ndots   int              `json:"ndots"`
	File    string           `json:"file,omitempty"` // where the servers stand
	// NoServer says that File names no server, so that this machine itself is asked.
	NoServer bool `json:"no_server,omitempty"`
	// Indented lists the lines of File that begin with a space: the C library does not read them.
	Indented []int `json:"indented,omitempty"`
	// UseTCP says that the servers are asked over TCP alone (options use-vc).
	UseTCP bool `json:"use_tcp,omitempty"`
	// Patience is how long the resolver waits for one server, all its attempts taken together.
	Patience Duration `json:"patience,omitempty"`
}

// Kind implements [Fact].
func (NameConfig) Kind() string { return "name-config" }

// HostsEntry is a line of the hosts file that names the target.
type HostsEntry struct {
	Seen
	File string     `json:"file"`
	Line int        `json:"line"` // counted from 1
	Addr netip.Addr `json:"addr"`
}

// Kind implements [Fact].
func (HostsEntry) Kind() string { return "hosts-entry" }

// LookupResult says how the resolution of a name ended.
type LookupResult string

const (
	LookupFound     LookupResult = "found"
	LookupNoName    LookupResult = "no-name"    // the name does not exist
	LookupNoAddress LookupResult = "no-address" // it exists, without an address of the family asked for
	LookupFailed    LookupResult = "failed"     // no server gave a usable answer
)

// Lookup is what the system's resolver gives for the name, as whynot follows its rules: nsswitch order, hosts file, search
// domains and ndots.
type Lookup struct {
	Seen
	Name   string       `json:"name"`
	Result LookupResult `json:"result"`
	Addrs  []netip.Addr `json:"addrs,omitempty"`
	Source string       `json:"source,omitempty"` // "hosts", "dns", "getent", "loopback", "system"
	File   string       `json:"file,omitempty"`   // the hosts file and line the answer came from, "/etc/hosts:3"
	// FullName is the name that was found; it differs from Name where a search domain was added.
	FullName string `json:"full_name,omitempty"`
	// Search is the search domain that was added; empty: none.
	Search string   `json:"search,omitempty"`
	Took   Duration `json:"took"`
}

// Kind implements [Fact].
func (Lookup) Kind() string { return "lookup" }

// SystemLookup is the answer of `getent ahosts` (ahostsv4 with -4, ahostsv6 with -6), that is, of getaddrinfo(3) with every module
// of nsswitch.conf.
type SystemLookup struct {
	Seen
	Name  string       `json:"name"`
	Addrs []netip.Addr `json:"addrs,omitempty"` // none: it found nothing
	Took  Duration     `json:"took"`
}

// Kind implements [Fact].
func (SystemLookup) Kind() string { return "system-lookup" }

// DNSResult says how one question to one server ended.
type DNSResult string

const (
	DNSAnswered    DNSResult = "answered" // NOERROR with addresses
	DNSNoData      DNSResult = "nodata"   // NOERROR without any of the type asked for (RFC 2308, section 2.2)
	DNSNXDomain    DNSResult = "nxdomain"
	DNSServFail    DNSResult = "servfail"
	DNSRefused     DNSResult = "refused"     // the server's REFUSED
	DNSOtherCode   DNSResult = "other-code"  // another RCODE; see Code
	DNSGarbled     DNSResult = "garbled"     // no DNS message, or not the answer to the question
	DNSSilent      DNSResult = "silent"      // no answer in time
	DNSPortClosed  DNSResult = "port-closed" // ICMP port unreachable over UDP, a reset over TCP
	DNSUnreachable DNSResult = "unreachable" // another error of the network; see Error
)

// The purposes for which a DNS question is asked.
const (
	DNSAsked     = "asked"     // the name as the resolver would ask it
	DNSUnchecked = "unchecked" // again with CD, DNSSEC left unchecked (RFC 4035, section 3.2.2)
	DNSWildcard  = "wildcard"  // a name that cannot exist beside it: does the domain answer to anything?
	DNSAbsolute  = "absolute"  // the name as typed, without a search domain
	DNSAuthority = "authority" // the zone's own server was asked
	DNSExplained = "explained" // again with EDNS, so that the server may say why it failed (RFC 8914)
)

// DNSAnswer is what one name server answered to one question.
type DNSAnswer struct {
	Seen
	Server    netip.AddrPort `json:"server"`
	Transport string         `json:"transport"` // "udp" or "tcp"
	Purpose   string         `json:"purpose"`
	Name      string         `json:"name"`
	Type      string         `json:"type"` // "A" or "AAAA"
	Result    DNSResult      `json:"result"`
	Code      int            `json:"code,omitempty"` // the RCODE
	Addrs     []netip.Addr   `json:"addrs,omitempty"`
	// Alias is the name at the end of the chain of CNAME records; empty: the name is no alias.
	Alias string `json:"alias,omitempty"`
	// CutOff says that the answer over UDP was truncated, and that the rest of this fact is about the same question over TCP, which
	// is then asked (RFC 7766, section 5).
	CutOff bool `json:"cut_off,omitempty"`
	// EDE is the extended error (RFC 8914) with its text, as in "6 DNSSEC Bogus: signature expired".
	EDE   string   `json:"ede,omitempty"`
	TTL   uint32   `json:"ttl,omitempty"` // the smallest of the answer, in seconds
	Error string   `json:"error,omitempty"`
	Took  Duration `json:"took"`
}

// Kind implements [Fact].
func (DNSAnswer) Kind() string { return "dns-answer" }

// Replied says that the server sent a DNS message.
func (a DNSAnswer) Replied() bool {
	switch a.Result {
	case DNSSilent, DNSPortClosed, DNSUnreachable, DNSGarbled:
		return false
	}
	return true
}
