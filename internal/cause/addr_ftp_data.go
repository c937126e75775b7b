package cause

import (
	"net/netip"

	"whynot/internal/fact"
)

var addrFTPData = &Cause{
	ID:    "addr.ftp-data",
	Title: "the FTP data address or port range is wrong or blocked",
	Doc: `FTP opens a second connection for every listing and file, to an address and port that the server names (227, 229). Behind NAT it names its
inner address, or the firewall lets only port 21 in: the log-in works and the listing hangs. By hand: "curl -v ftp://HOST/".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomStalled, symptomSilent, symptomRefused},
	Lacks:    "the server's 227 or 229 reply and the data connection",
	Judge: func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		if c.Target.Protocol == "ftp" {
			return out(h, "this is the control connection, and it fails itself")
		}
		if c.Target.Port < 1024 {
			return out(h, "port %d is no data port of FTP", c.Target.Port)
		}
		if h.Result == fact.Accepted {
			return contradicts(h)
		}
		if s, ok := where(c, fact.Client, func(s fact.Speaks) bool { return s.Protocol == "ftp" }); ok {
			return possible(s, "port %d of the host is FTP, and this may be one of its data ports", s.Port)
		}
		return unknown()
	},
	Examples: []Example{
		{Says: Possible, When: "a high port is silent on a host that serves FTP", Target: "192.0.2.10:30001", Client: []fact.Fact{exRoute, exAt(netip.AddrPortFrom(exServer, 30001), fact.Silent), fact.Speaks{Port: 21, Protocol: "ftp", Says: "220"}}},
		{Says: Out, When: "port 80 refuses", Target: "192.0.2.10:80", Client: []fact.Fact{exRoute, exAt(netip.AddrPortFrom(exServer, 80), fact.Reset)}},
	},
}
