package cause

import (
	"fmt"
	"time"

	"whynot/internal/fact"
)

// A Warning is what is wrong with a target that works. Where a cause of the catalogue says it about one of several addresses, it
// bears that cause's ID and certainty.
type Warning struct {
	ID      string
	Title   string
	Level   Level
	Because []Because
}

func warningOf(f Finding) Warning { return Warning{f.Cause.ID, f.Cause.Title, f.Level, f.Because} }

// soon is how long before its end a certificate is worth a warning.
const soon = 14 * 24 * time.Hour

// slow is how long a handshake may take before many clients give up: three seconds is a common limit.
const slow = fact.Duration(3 * time.Second)

// warnings looks at what works for what will not for long, or not for everybody.
func warnings(cases []*Case) []Warning {
	var list []Warning
	for _, c := range cases {
		if t, ok := tlsAnswer(c); ok && len(t.Chain) > 0 && t.Done {
			if fault := certificateFault(c, t); fault != "" {
				list = append(list, warning(faultID(t), fault, t, "it presented %s", t.Chain[0].Subject))
			} else if left := t.Chain[0].NotAfter.Sub(t.At); left < soon {
				list = append(list, warning("tls.cert-expired", fmt.Sprintf("its certificate expires in %d days", int(left.Hours()/24)), t,
					"it is valid until %s", t.Chain[0].NotAfter.Format("2 January 2006")))
			}
		}
		if h, ok := first[fact.Handshake](c, fact.Client); ok && h.Took > slow && h.Result == fact.Accepted {
			list = append(list, warning("client.timeout-too-short", "a client that waits less will give up", h, "the handshake took %s", h.Took))
		}
		if a, ok := c.Target.Addr(); ok && a.IsUnspecified() {
			if h, ok := first[fact.Handshake](c, fact.Client); ok {
				list = append(list, warning("addr.wildcard-destination", "only Linux takes this address for the machine itself", h,
					"%s is an address to listen on, not to connect to", a))
			}
		}
		if a, ok := httpAnswer(c); ok && a.Status >= 500 && !c.Target.Strict() {
			list = append(list, warning(statusID(a.Status), "the port accepts, but what answers there has failed", a, "it answered HTTP %d %s", a.Status, statusText(a)))
		}
		list = append(list, hostsWarning(c)...)
	}
	return list
}

// faultID is the cause that belongs to what is wrong with a certificate; of several faults that which certificateFault names.
func faultID(t fact.TLS) string {
	switch f := faults(t); {
	case f&faultDates != 0 && t.At.Before(t.Chain[0].NotBefore):
		return tlsCertNotYetValid.ID
	case f&faultDates != 0:
		return tlsCertExpired.ID
	case f&faultName != 0:
		return tlsNameMismatch.ID
	}
	return tlsUntrusted.ID
}

// statusID is the cause that belongs to a status of 500 and above.
func statusID(status int) string {
	switch status {
	case 502:
		return lbUpstreamDown.ID
	case 503:
		return appOverloaded.ID
	case 504:
		return lbUpstreamTimeout.ID
	}
	return appInternalError.ID
}

// hostsWarning is about a hosts file that overrides the name servers.
func hostsWarning(c *Case) []Warning {
	l, ok := first[fact.Lookup](c, fact.Client)
	if !ok || l.Source != "hosts" {
		return nil
	}
	a, ok := differingAnswer(c, l)
	if !ok {
		return nil
	}
	return []Warning{warning("dns.wrong-answer", "the hosts file and the name servers disagree", l, "%s gives %s", l.File, addrList(l.Addrs)).
		and(a, "%s gives %s", a.Server.Addr(), addrList(a.Addrs))}
}

func warning(id, title string, f fact.Fact, format string, args ...any) Warning {
	return Warning{id, title, Proven, []Because{{fmt.Sprintf(format, args...), f}}}
}

func (w Warning) and(f fact.Fact, format string, args ...any) Warning {
	w.Because = append(w.Because, Because{fmt.Sprintf(format, args...), f})
	return w
}
