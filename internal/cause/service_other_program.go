package cause

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"whynot/internal/fact"
	"whynot/internal/target"
)

var serviceOtherProgram = &Cause{
	ID:    "service.other-program",
	Title: "another program listens there than the one that was meant",
	Doc: `The port is open, but what listens is another program: it took the port first, or the expected one is not installed. AirPlay on macOS is
known for port 5000. By hand, on the server: "ss -ltnp 'sport = :PORT'"; from outside, the banner.`,
	Side:     fact.Server,
	Explains: []*Cause{appWrongProtocol, symptomMismatch},
	Judge: func(c *Case) Verdict {
		if no := accepted(c); no != nil {
			return *no
		}
		s, ok := speaks(c)
		if !ok || !c.Target.Strict() || newerHTTP(c, s) || s.Protocol == "tls" || s.Protocol == c.Target.Protocol {
			return notAnother(c)
		}
		v := proven(s, "port %d answers in %s: %q", s.Port, protocolName(s.Protocol), s.Says)
		if s.Protocol == fact.UnknownProtocol {
			v.Level = Likely // it may be a dialect that whynot does not know
		}
		if !isDefaultPort(c.Target.Protocol, c.Target.Port) {
			v.Level = Possible
			if isDefaultPort(s.Protocol, s.Port) {
				return v.and(s, "and it is %s whose port this is", protocolName(s.Protocol))
			}
		}
		return v
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "see which program has the port", On: server(c), Command: fmt.Sprintf("ss -ltnp 'sport = :%d'", c.Target.Port)}}
	},
	Examples: []Example{
		{Says: Proven, When: "the port of SSH greets as FTP", Target: "ssh://192.0.2.10", Client: []fact.Fact{exRoute, exAt(netip.AddrPortFrom(exServer, 22), fact.Accepted),
			fact.Exchange{Asked: "nothing", Port: 22, First: fact.Duration(1e6), End: fact.EndOpen}, fact.Speaks{Port: 22, Protocol: "ftp", Says: "220 (vsFTPd 3.0.3)"}}},
		{Says: Out, When: "a reset came", Client: []fact.Fact{exRoute, exReset}},
	},
}

// notAnother rules another program out where the expected protocol answered.
func notAnother(c *Case) Verdict {
	if a, ok := httpAnswer(c); ok && c.Target.Protocol == "http" {
		switch server := a.Header["server"]; {
		case strings.HasPrefix(server, "AirTunes") || strings.HasPrefix(server, "AirPlay"):
			return likely(a, "it answers as %s: macOS has taken the port for AirPlay", server)
		case a.Status >= 400:
			return possible(a, "another web server may have the port: it answers HTTP %d%s", a.Status, by(a))
		}
		return out(a, "it answers in HTTP")
	}
	if t, ok := tlsAnswer(c); ok && c.Target.TLS && (t.Done || t.Alert >= 0) {
		return out(t, "it answers in TLS")
	}
	x, ok := said(c)
	if l, here := where(c, fact.Server, func(l fact.Listener) bool {
		return l.Namespace == "" && l.Addr.Port() == c.Target.Port && l.Serves != ""
	}); here && c.Target.Strict() {
		if l.Serves == "yes" {
			return out(l, "%s has the port", l.Program())
		}
		return likely(l, "%s has the port, which is no program of %s that whynot knows", l.Program(), protocolName(c.Target.Protocol))
	}
	switch {
	case !ok:
		return unknown()
	case x.Mute():
		return possible(x, "it has said nothing that would tell which program it is")
	}
	return unknown()
}

// isDefaultPort says whether a port is one of those that a protocol has by default.
func isDefaultPort(protocol string, port uint16) bool {
	return slices.Contains(target.Ports(protocol), port)
}
