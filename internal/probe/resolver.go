package probe

import (
	"bufio"
	"bytes"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"whynot/internal/fact"
)

// resolvConf is what resolv.conf(5) says.
type resolvConf struct {
	servers []netip.AddrPort
	search  []string
	ndots   int
}

// Limits of glibc: MAXNS, MAXDNSRCH is six in old releases and free in new ones (resolv.conf(5)).
const (
	maxServers = 3
	maxSearch  = 32
	maxNdots   = 15
)

// parseResolvConf reads resolv.conf. Without a server the resolver asks this machine (resolv.conf(5), "nameserver").
func parseResolvConf(text []byte) resolvConf {
	c := resolvConf{ndots: 1}
	for fields := range configLines(text) {
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
				if n, ok := strings.CutPrefix(o, "ndots:"); ok {
					if v, err := strconv.Atoi(n); err == nil {
						c.ndots = min(max(v, 0), maxNdots)
					}
				}
			}
		}
	}
	if len(c.servers) == 0 {
		c.servers = []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:53")}
	}
	return c
}

// configLines gives the words of each line that is neither empty nor a comment.
func configLines(text []byte) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		lines := bufio.NewScanner(bytes.NewReader(text))
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

// parseNsswitch gives the sources of the "hosts" line in order, without their actions (nsswitch.conf(5)); nil: no such line.
func parseNsswitch(text []byte) []string {
	for fields := range configLines([]byte(nssSpaces.Replace(string(text)))) {
		if fields[0] != "hosts:" {
			continue
		}
		order, inAction := []string{}, false
		for _, f := range fields[1:] {
			switch {
			case strings.HasPrefix(f, "["):
				inAction = !strings.HasSuffix(f, "]")
			case inAction:
				inAction = !strings.HasSuffix(f, "]")
			default:
				order = append(order, f)
			}
		}
		return order
	}
	return nil
}

// parseHosts gives the lines of a hosts file (hosts(5)) that name a host.
func parseHosts(text []byte, file, name string) []fact.HostsEntry {
	var entries []fact.HostsEntry
	lines := bufio.NewScanner(bytes.NewReader(text))
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
