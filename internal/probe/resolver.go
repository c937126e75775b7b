package probe

import (
	"bufio"
	"bytes"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"whynot/internal/fact"
)

// resolvConf is what resolv.conf(5) says, as the C library reads it.
type resolvConf struct {
	servers  []netip.AddrPort
	search   []string
	ndots    int
	timeout  time.Duration // for one server and one attempt
	attempts int
	useTCP   bool // use-vc
	edns     bool // edns0
	rotate   bool

	noServer bool  // no server is named
	indented []int // the lines that are not read, since they begin with a space
}

// Limits of glibc (resolv/resolv.h): MAXNS, RES_MAXNDOTS, RES_MAXRETRANS in seconds, RES_MAXRETRY. MAXDNSRCH is six in old releases and free in new ones.
const (
	maxServers  = 3
	maxSearch   = 32
	maxNdots    = 15
	maxTimeout  = 30
	maxAttempts = 5
)

// parseResolvConf reads resolv.conf. A keyword counts only where its line begins with it (resolv/res_init.c, MATCH; musl does
// so, too). Without a server the resolver asks this machine (resolv.conf(5), "nameserver").
func parseResolvConf(text []byte) resolvConf {
	c := resolvConf{ndots: 1, timeout: 5 * time.Second, attempts: 2}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		for fields := range configLines([]byte(line)) {
			if line[0] == ' ' || line[0] == '\t' {
				c.indented = append(c.indented, number)
				continue
			}
			c.read(fields)
		}
	}
	if c.noServer = len(c.servers) == 0; c.noServer {
		c.servers = []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:53")}
	}
	return c
}

// read takes one line.
func (c *resolvConf) read(fields []string) {
	switch {
	case fields[0] == "nameserver" && len(fields) > 1 && len(c.servers) < maxServers:
		if a, err := netip.ParseAddr(fields[1]); err == nil {
			c.servers = append(c.servers, netip.AddrPortFrom(a.Unmap(), 53))
		}
	case fields[0] == "search" || fields[0] == "domain":
		c.search = nil // the last line counts
		for _, d := range fields[1:min(len(fields), maxSearch+1)] {
			if d = strings.Trim(strings.ToLower(d), "."); d != "" {
				c.search = append(c.search, d)
			}
		}
	case fields[0] == "options":
		for _, o := range fields[1:] {
			c.option(o)
		}
	}
}

func (c *resolvConf) option(o string) {
	key, value, _ := strings.Cut(o, ":")
	n, err := strconv.Atoi(value)
	switch {
	case key == "ndots" && err == nil:
		c.ndots = min(max(n, 0), maxNdots)
	case key == "timeout" && err == nil:
		c.timeout = time.Duration(min(max(n, 1), maxTimeout)) * time.Second
	case key == "attempts" && err == nil:
		c.attempts = min(max(n, 1), maxAttempts)
	case o == "use-vc":
		c.useTCP = true
	case o == "edns0":
		c.edns = true
	case o == "rotate":
		c.rotate = true
	}
}

// transport is what the resolver asks over.
func (c resolvConf) transport() string {
	if c.useTCP {
		return "tcp"
	}
	return "udp"
}

// patience is how long the resolver waits for an answer of one server, all its attempts taken together: its socket stays open.
func (c resolvConf) patience() time.Duration { return time.Duration(c.attempts) * c.timeout }

// turn is how long the resolver waits for a server before it goes on to the next (resolv/res_send.c, get_timeout).
func (c resolvConf) turn(number int) time.Duration {
	if number == 0 {
		return c.timeout
	}
	return max((c.timeout<<number)/time.Duration(len(c.servers)), time.Second)
}

// configLines gives the words of each line that is neither empty nor a comment.
func configLines(text []byte) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		lines := bufio.NewScanner(bytes.NewReader(text))
		lines.Buffer(nil, len(text)+1)
		for lines.Scan() {
			line, _, _ := strings.Cut(lines.Text(), "#")
			line, _, _ = strings.Cut(line, ";")
			if fields := strings.Fields(line); len(fields) > 0 && !yield(fields) {
				return
			}
		}
	}
}

// nssSpaces puts spaces where glibc needs none (nss/nss_action_parse.c): "hosts:files dns[!UNAVAIL=return]".
var nssSpaces = strings.NewReplacer("hosts:", "hosts: ", "[", " [", "]", "] ")

// parseNsswitch gives the sources of the "hosts" line in order, and apart the actions between them (nsswitch.conf(5)); nil: no such line.
func parseNsswitch(text []byte) (order, actions []string) {
	for fields := range configLines([]byte(nssSpaces.Replace(string(text)))) {
		if fields[0] != "hosts:" {
			continue
		}
		order, inAction := []string{}, false
		for _, f := range fields[1:] {
			switch {
			case inAction:
				actions[len(actions)-1] += " " + f
				inAction = !strings.HasSuffix(f, "]")
			case strings.HasPrefix(f, "["):
				actions = append(actions, f)
				inAction = !strings.HasSuffix(f, "]")
			default:
				order = append(order, f)
			}
		}
		return order, actions
	}
	return nil, nil
}

// parseHosts gives the lines of a hosts file (hosts(5)) that name a host.
func parseHosts(text []byte, file, name string) []fact.HostsEntry {
	var entries []fact.HostsEntry
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for number := 1; lines.Scan(); number++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		addr, err := netip.ParseAddr(fields[0])
		if err != nil {
			continue
		}
		if slices.ContainsFunc(fields[1:], func(f string) bool { return strings.EqualFold(strings.TrimSuffix(f, "."), name) }) {
			entries = append(entries, fact.HostsEntry{File: file, Line: number, Addr: addr.Unmap()})
		}
	}
	return entries
}

// candidates lists the names that the resolver asks for, in order, each with the search domain it bears (resolv.conf(5), ndots).
func (c resolvConf) candidates(name string, absolute bool) []candidate {
	plain := candidate{name: name}
	if absolute || len(c.search) == 0 {
		return []candidate{plain}
	}
	var list []candidate
	for _, d := range c.search {
		list = append(list, candidate{name + "." + d, d})
	}
	if strings.Count(name, ".") >= c.ndots {
		return append([]candidate{plain}, list...)
	}
	return append(list, plain)
}

type candidate struct {
	name   string
	search string // the domain that was added; empty: none
}
