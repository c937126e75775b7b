package proto

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"reflect"
	"time"
)

// tlsRecords recognises the records of a TLS server: a handshake or an alert (RFC 8446, section 5.1).
var tlsRecords = &Protocol{
	Name: "tls",
	Is: func(b []byte) bool {
		const handshake, alert, clientHello = 0x16, 0x15, 1
		record := len(b) >= 5 && (b[0] == handshake || b[0] == alert) && b[1] == 3 && b[2] <= 4
		return record && !(b[0] == handshake && len(b) > 5 && b[5] == clientHello) // that would be our own, sent back
	},
}

// http2 recognises the first frame of an HTTP/2 server, SETTINGS (RFC 9113, section 3.4).
var http2 = &Protocol{
	Name: "http2",
	Is: func(b []byte) bool {
		const settings = 4
		return len(b) >= 9 && b[0] == 0 && b[3] == settings && b[4] == 0 && [4]byte(b[5:9]) == [4]byte{} && (int(b[1])<<8|int(b[2]))%6 == 0
	},
}

// A TLSAnswer is a TLS handshake as far as it came.
type TLSAnswer struct {
	Conn       *tls.Conn // nil unless the handshake was completed
	State      tls.ConnectionState
	Alert      int  // of the server; -1: none
	Plain      bool // the first record was none
	ClientCert bool // the server asked for one
	Err        error
}

// StartTLS shakes hands over a connection. It accepts any certificate, so that the chain can be looked at: [VerifyChain] judges it.
// The deadline is that of the connection.
func StartTLS(c net.Conn, serverName string, protocols []string) TLSAnswer {
	a := TLSAnswer{Alert: -1}
	config := &tls.Config{
		ServerName:         serverName,
		InsecureSkipVerify: true, //nolint:gosec // see above
		MinVersion:         tls.VersionTLS10,
		NextProtos:         protocols,
		CipherSuites:       everySuite(),
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			a.ClientCert = true
			return new(tls.Certificate), nil
		},
	}
	if _, err := netip.ParseAddr(serverName); err == nil {
		config.ServerName = "" // an address is no server name (RFC 6066, section 3)
	}
	t := tls.Client(c, config)
	a.Err = t.Handshake()
	a.State = t.ConnectionState()
	if a.Err == nil {
		a.Conn = t
		return a
	}
	var record tls.RecordHeaderError
	a.Plain = errors.As(a.Err, &record) && record.RecordHeader != [5]byte{}
	a.Alert = AlertOf(a.Err)
	return a
}

// everySuite offers what old servers want, too: nothing worth protecting is sent unless the chain, the name and the dates are right.
func everySuite() []uint16 {
	var ids []uint16
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		ids = append(ids, s.ID)
	}
	return ids
}

// AlertOf gives the number of the alert in an error of crypto/tls; -1: there is none. The type of a remote alert is not exported:
// it is an unsigned 8-bit number inside a net.OpError with the operation "remote error".
func AlertOf(err error) int {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" {
		return -1
	}
	if v := reflect.ValueOf(op.Err); v.Kind() == reflect.Uint8 {
		return int(v.Uint())
	}
	return -1
}

// AlertName gives the name of an alert (RFC 8446, section 6; RFC 5246, section 7.2).
func AlertName(number int) string {
	return map[int]string{0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow",
		40: "handshake_failure", 42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked",
		45: "certificate_expired", 46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied",
		50: "decode_error", 51: "decrypt_error", 70: "protocol_version", 71: "insufficient_security", 80: "internal_error",
		86: "inappropriate_fallback", 90: "user_canceled", 109: "missing_extension", 110: "unsupported_extension",
		112: "unrecognized_name", 113: "bad_certificate_status_response", 115: "unknown_psk_identity",
		116: "certificate_required", 120: "no_application_protocol"}[number]
}

// The answers of VerifyChain.
const (
	Trusted          = "trusted"
	SelfSigned       = "self-signed"
	UnknownAuthority = "unknown-authority"
)

// VerifyChain says whether a chain ends in a root that this machine trusts, the leaf's own dates and names aside: those are told by the
// certificate itself. Another fault, as an intermediate that has expired, is given as "error: ...".
func VerifyChain(chain []*x509.Certificate, roots *x509.CertPool, now time.Time) string {
	if len(chain) == 0 {
		return ""
	}
	leaf := chain[0]
	rest := x509.NewCertPool()
	for _, c := range chain[1:] {
		rest.AddCert(c)
	}
	if now.Before(leaf.NotBefore) {
		now = leaf.NotBefore
	}
	if now.After(leaf.NotAfter) {
		now = leaf.NotAfter
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: rest, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	var unknown x509.UnknownAuthorityError
	switch {
	case err == nil:
		return Trusted
	case errors.As(err, &unknown) && IsSelfSigned(leaf):
		return SelfSigned
	case errors.As(err, &unknown):
		return UnknownAuthority
	}
	return "error: " + err.Error()
}

// IsSelfSigned says that a certificate vouches for itself.
func IsSelfSigned(c *x509.Certificate) bool {
	return string(c.RawIssuer) == string(c.RawSubject) && c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}
