package cause

import (
	"strings"

	"whynot/internal/fact"
)

// This file holds what causes ask about what was answered after the handshake.

// certificateFault says in a few words what is wrong with the certificate; empty if nothing is.
func certificateFault(c *Case, t fact.TLS) string {
	if len(t.Chain) == 0 {
		return ""
	}
	leaf, now := t.Chain[0], t.At
	switch {
	case now.After(leaf.NotAfter):
		return "its certificate expired on " + leaf.NotAfter.Format("2 January 2006")
	case now.Before(leaf.NotBefore):
		return "its certificate is not valid before " + leaf.NotBefore.Format("2 January 2006")
	case !leaf.Matches:
		return "its certificate is not for " + t.ServerName
	case t.Trust == "self-signed":
		return "its certificate is self-signed"
	case t.Trust == "unknown-authority":
		return "no authority that this machine trusts vouches for its certificate"
	case faults(t)&faultTrust != 0:
		return "its certificate does not hold: " + strings.TrimPrefix(t.Trust, "error: ")
	}
	return ""
}

// wantsTLS recognises what servers say to plain HTTP on a TLS port: nginx, Apache, Go.
func wantsTLS(a fact.HTTP) bool {
	if a.TLS || a.Status != 400 && a.Status != 426 {
		return false
	}
	for _, words := range []string{"The plain HTTP request was sent to HTTPS port", "speaking plain HTTP to an SSL-enabled server port",
		"Client sent an HTTP request to an HTTPS server", "requires TLS"} {
		if strings.Contains(a.Body, words) {
			return true
		}
	}
	return a.Status == 426 && strings.Contains(strings.ToUpper(a.Header["upgrade"]), "TLS")
}

// protocolName writes a protocol's name as people do.
func protocolName(p string) string {
	if name, ok := map[string]string{"postgres": "PostgreSQL", "mysql": "MySQL", "redis": "Redis", "mongodb": "MongoDB",
		"memcached": "memcached", "unknown": "another protocol", "rabbitmq": "RabbitMQ", "vnc": "VNC", "zookeeper": "ZooKeeper"}[p]; ok {
		return name
	}
	return strings.ToUpper(p)
}

// statusText names the statuses that servers often send without words (RFC 9110, section 15).
func statusText(a fact.HTTP) string {
	if a.Reason != "" {
		return a.Reason
	}
	return map[int]string{400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 407: "Proxy Authentication Required",
		429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}[a.Status]
}
