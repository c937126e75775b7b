package cause

import (
	"strings"

	"whynot/internal/fact"
)

// A fault is what can be wrong with a certificate.
type fault int

const (
	faultDates fault = 1 << iota
	faultName
	faultTrust
)

// faults gives everything that is wrong with the certificate of a handshake.
func faults(t fact.TLS) fault {
	var f fault
	if len(t.Chain) == 0 {
		return f
	}
	leaf := t.Chain[0]
	if t.At.After(leaf.NotAfter) || t.At.Before(leaf.NotBefore) {
		f |= faultDates
	}
	if !leaf.Matches {
		f |= faultName
	}
	if t.Trust == "self-signed" || t.Trust == "unknown-authority" || strings.HasPrefix(t.Trust, "error: ") {
		f |= faultTrust
	}
	return f
}

// others says whether something else is wrong with the certificate, too.
func others(t fact.TLS, own fault) bool { return faults(t)&^own != 0 }

// amongFaults lowers a verdict where the certificate has another fault as well: each alone would do, so none is the one cause.
func amongFaults(t fact.TLS, own fault, v Verdict) Verdict {
	if others(t, own) {
		return v.atMost(Likely)
	}
	return v
}

// namesHosts says whether the certificate is for any host at all: old ones have only a common name, which nobody reads any more (RFC 9525,
// section 1.2).
func namesHosts(t fact.TLS) bool { return len(t.Chain[0].Names)+len(t.Chain[0].IPs) > 0 }
