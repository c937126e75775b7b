package cause

import (
	"fmt"
	"net/netip"
	"strings"

	"whynot/internal/fact"
)

// nameList lists the names of a certificate for a reader.
func nameList(c fact.Certificate) string {
	names := c.Names
	for _, ip := range c.IPs {
		names = append(names[:len(names):len(names)], ip.String())
	}
	return fewOf(names, "no name")
}

// addrList lists addresses for a reader.
func addrList(addrs []netip.Addr) string {
	var list []string
	for _, a := range addrs {
		list = append(list, a.String())
	}
	return fewOf(list, "no address")
}

// fewOf joins a list, shortened where it is long.
func fewOf(list []string, none string) string {
	const few = 3
	switch {
	case len(list) == 0:
		return none
	case len(list) > few:
		return strings.Join(list[:few], ", ") + fmt.Sprintf(" and %d more", len(list)-few)
	}
	return strings.Join(list, ", ")
}
