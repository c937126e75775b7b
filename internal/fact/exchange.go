package fact

import (
	"net/netip"
	"time"
)

// End says how a connection ended after its handshake.
type End string

const (
	EndOpen   End = "open"   // it was still open when we stopped looking
	EndClosed End = "closed" // the other side closed it (FIN)
	EndReset  End = "reset"
	EndError  End = "error" // see Exchange.Error
)

// What was asked inside TLS.
const (
	AskedInTLS     = "nothing, inside TLS"
	AskedHTTPInTLS = "http over tls"
)

// MaxBytes is how many of the received bytes are kept in a fact.
const MaxBytes = 4096

// Exchange is what was said on one connection after its handshake. There may be several for an address: the first is the
// protocol that was expected, the others are re-tries that tell look-alikes apart.
type Exchange struct {
	Seen
	// Asked names what we said first: "nothing", "http", "tls", "datagram", or one of the constants.
	Asked string `json:"asked"`
	Port  uint16 `json:"port"`
	// Received is what came back, at most MaxBytes; it is left out where another fact says what it was.
	Received []byte   `json:"received,omitempty"`
	First    Duration `json:"first,omitempty"` // until the first byte
	End      End      `json:"end"`
	Error    string   `json:"error,omitempty"`
	Took     Duration `json:"took"`
	// Begun says that what came is only the beginning of what a server of the expected protocol says.
	Begun bool `json:"begun,omitempty"`
	// Waited is how long an answer was awaited at most.
	Waited Duration `json:"waited,omitempty"`
	// Retry tells a re-try from the exchange that counts.
	Retry bool `json:"retry,omitempty"`
}

// Kind implements [Fact].
func (Exchange) Kind() string { return "exchange" }

// Mute says that not one byte came.
func (x Exchange) Mute() bool { return x.First == 0 && len(x.Received) == 0 }

// HTTP is an HTTP/1.x answer.
type HTTP struct {
	Seen
	Status int    `json:"status"`
	Reason string `json:"reason,omitempty"`
	// Header holds the fields that tell who answered and why, names in lower case.
	Header map[string]string `json:"header,omitempty"`
	Body   string            `json:"body,omitempty"` // its beginning, as text
	TLS    bool              `json:"tls,omitempty"`
	Took   Duration          `json:"took"` // until the status line
	Sent   bool              `json:"sent_credentials,omitempty"`
	Retry  bool              `json:"retry,omitempty"`
}

// Kind implements [Fact].
func (HTTP) Kind() string { return "http" }

// TLS is a TLS handshake as far as it came.
type TLS struct {
	Seen
	ServerName string `json:"server_name,omitempty"`
	Done       bool   `json:"done"` // the handshake was completed
	Version    string `json:"version,omitempty"`
	Cipher     string `json:"cipher,omitempty"`
	ALPN       string `json:"alpn,omitempty"`
	// Alert is the number of the alert that the server sent (RFC 8446, section 6), AlertName its name; -1: none.
	Alert     int    `json:"alert"`
	AlertName string `json:"alert_name,omitempty"`
	// Plain says that the answer to the ClientHello was no TLS record; the bytes are in the Exchange.
	Plain bool   `json:"plain,omitempty"`
	Error string `json:"error,omitempty"`
	// ClientCert says that the server asked for a certificate of ours.
	ClientCert bool          `json:"client_cert_asked,omitempty"`
	Chain      []Certificate `json:"chain,omitempty"`
	// Trust is "", "trusted", "self-signed", "unknown-authority" or "error: ...": whether the chain ends in a root that this
	// machine trusts, dates and names aside.
	Trust string   `json:"trust,omitempty"`
	Took  Duration `json:"took"`
	Retry bool     `json:"retry,omitempty"`
}

// Kind implements [Fact].
func (TLS) Kind() string { return "tls" }

// Certificate is one certificate of a chain.
type Certificate struct {
	Subject    string       `json:"subject"`
	Issuer     string       `json:"issuer"`
	Names      []string     `json:"names,omitempty"`
	IPs        []netip.Addr `json:"ips,omitempty"`
	NotBefore  time.Time    `json:"not_before"`
	NotAfter   time.Time    `json:"not_after"`
	SelfSigned bool         `json:"self_signed,omitempty"`
	// Matches says whether the certificate is valid for the server name (RFC 9525); of the first certificate only.
	Matches bool `json:"matches,omitempty"`
}

// UnknownProtocol is what a port speaks whose bytes are of no protocol that is recognised, and not of the one expected.
const UnknownProtocol = "unknown"

// Speaks says which protocol a port speaks, as its own bytes show.
type Speaks struct {
	Seen
	Port     uint16 `json:"port"`
	Protocol string `json:"protocol"`
	Says     string `json:"says,omitempty"` // the beginning of what it said, as text
}

// Kind implements [Fact].
func (Speaks) Kind() string { return "speaks" }

// Refusal is a service's own word that it will not serve this client, said before anything was asked of it.
type Refusal struct {
	Seen
	Port     uint16 `json:"port"`
	Protocol string `json:"protocol"`
	Meaning  string `json:"meaning"` // one of the meanings of package proto; empty: it does not say why
	Says     string `json:"says"`
}

// Kind implements [Fact].
func (Refusal) Kind() string { return "refusal" }
