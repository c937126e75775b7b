package probe

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/netip"
	"time"

	"whynot/internal/fact"
	"whynot/internal/proto"
)

// speakTLS shakes hands, and goes on in HTTP where that is spoken inside. It says whether TLS was answered at all.
func (t *talk) speakTLS(c net.Conn, retry bool) (fact.Exchange, bool) {
	defer c.Close()
	begin := t.env.Now()
	_ = c.SetDeadline(dueBy(t.ctx, t.env, t.patience())) // see listen
	tap := &recorder{Conn: c, now: t.env.Now}
	var protocols []string
	switch {
	case t.onlyHTTP2:
		protocols = []string{"h2"}
	case t.target.Protocol == "http":
		protocols = []string{"http/1.1"}
	}
	a := proto.StartTLS(tap, t.target.Host, protocols)
	x := fact.Exchange{Seen: fact.About(t.to), Asked: "tls", Port: t.to.Port(), End: fact.EndOpen, Took: since(t.env, begin),
		Waited: fact.Duration(t.patience()), Retry: retry, Received: tap.received}
	if len(tap.received) > 0 {
		x.First = fact.Duration(tap.first.Sub(begin))
	}
	if a.Err != nil {
		x.End, x.Error = endOf(a.Err)
		if tap.err != nil {
			x.End, x.Error = endOf(tap.err)
		}
	}
	f := t.tlsFact(a, begin, retry)
	const noApplicationProtocol = 120
	if f.Alert == noApplicationProtocol && len(protocols) > 0 && !t.onlyHTTP2 && !retry {
		answered := false
		t.onlyHTTP2 = true
		t.again(func(c net.Conn) { x, answered = t.speakTLS(c, false) })
		return x, answered
	}
	if proto.Recognise(tap.received) == "tls" {
		x.Received = nil // the fact below says it all
	}
	if a.Conn == nil {
		t.emit(x, f)
		if f.Plain {
			t.tellProtocol(tap.received)
			if p := proto.Recognise(tap.received); p == "http" {
				t.emit(fact.Speaks{Seen: fact.About(t.to), Port: t.to.Port(), Protocol: p, Says: firstLine(tap.received)})
			}
		}
		return x, f.Alert >= 0 || proto.Recognise(tap.received) == "tls"
	}
	if retry {
		t.emit(x, f)
		if t.onlyHTTP2 && f.ALPN == "h2" {
			t.emit(fact.Speaks{Seen: fact.About(t.to), Port: t.to.Port(), Protocol: "http2"})
		}
		return x, true
	}
	if t.target.Protocol == "http" && !t.onlyHTTP2 {
		if answered, alert := t.finishHTTP(a, f); !answered && alert < 0 && f.ALPN == "" { // it took none of what we offered, and went on: perhaps it wants HTTP/2
			t.onlyHTTP2 = true
			t.again(func(c net.Conn) { t.speakTLS(c, true) })
		}
		return x, true
	}
	t.emit(t.afterTLS(a, &f))
	t.emit(f)
	return x, true
}

// sound says that the server is the one that was meant, as far as its certificate tells: only such a one is given a password.
func sound(f fact.TLS) bool {
	return f.Trust == proto.Trusted && len(f.Chain) > 0 && f.Chain[0].Matches && f.At.Before(f.Chain[0].NotAfter) && f.At.After(f.Chain[0].NotBefore)
}

// finishHTTP asks inside TLS, and says whether the answer was HTTP, and which alert came. A refusal of our missing certificate comes only now in TLS 1.3 (RFC 8446, section 4.4.2.4).
func (t *talk) finishHTTP(a proto.TLSAnswer, f fact.TLS) (answered bool, alert int) {
	late := &recorder{Conn: a.Conn, now: t.env.Now}
	f.At = t.env.Now()
	if t.withhold = !sound(f); t.withhold && t.env.Secret != "" {
		t.emit(fact.Blind{Wanted: "what the server says to the password", Why: "it was not sent: the certificate is not that of the server which was meant"})
	}
	if _, answered = t.requestOver(late, false, true); !answered {
		heardLate(late, &f)
	}
	t.emit(f)
	return answered, f.Alert
}

// heardLate adds the alert that came after the handshake.
func heardLate(late *recorder, f *fact.TLS) {
	if alert := proto.AlertOf(late.err); alert >= 0 {
		f.Alert, f.AlertName = alert, proto.AlertName(alert)
	}
}

// afterTLS listens for a moment inside TLS, for a late alert and a greeting.
func (t *talk) afterTLS(a proto.TLSAnswer, f *fact.TLS) fact.Exchange {
	late := &recorder{Conn: a.Conn, now: t.env.Now}
	x, _ := t.read(late, "nothing", t.listening(), false, func(b []byte) bool { return len(b) > 0 })
	x.Asked = fact.AskedInTLS
	heardLate(late, f)
	return x
}

func (t *talk) tlsFact(a proto.TLSAnswer, begin time.Time, retry bool) fact.TLS {
	f := fact.TLS{Seen: fact.About(t.to), ServerName: t.target.Host, Done: a.Conn != nil, Alert: a.Alert, AlertName: proto.AlertName(a.Alert),
		Plain: a.Plain, ClientCert: a.ClientCert, Took: since(t.env, begin), Retry: retry}
	if a.Err != nil {
		f.Error = shorten(a.Err.Error(), 200)
	}
	if !f.Done {
		return f
	}
	f.Version, f.Cipher, f.ALPN = tls.VersionName(a.State.Version), tls.CipherSuiteName(a.State.CipherSuite), a.State.NegotiatedProtocol
	for i, c := range a.State.PeerCertificates {
		if i >= mostCertificates {
			break
		}
		f.Chain = append(f.Chain, certificate(c, i == 0, t.target.Host))
	}
	if roots, err := x509.SystemCertPool(); err == nil {
		f.Trust = proto.VerifyChain(a.State.PeerCertificates, roots, t.env.Now())
	}
	return f
}

// Bounds of what is kept of a chain.
const (
	mostCertificates = 6
	mostNames        = 30
)

func certificate(c *x509.Certificate, leaf bool, host string) fact.Certificate {
	f := fact.Certificate{Subject: shorten(c.Subject.String(), 200), Issuer: shorten(c.Issuer.String(), 200), NotBefore: c.NotBefore,
		NotAfter: c.NotAfter, SelfSigned: proto.IsSelfSigned(c), Matches: leaf && c.VerifyHostname(host) == nil}
	for _, n := range c.DNSNames[:min(len(c.DNSNames), mostNames)] {
		f.Names = append(f.Names, shorten(n, 253))
	}
	for _, ip := range c.IPAddresses[:min(len(c.IPAddresses), mostNames)] {
		if a, ok := netip.AddrFromSlice(ip); ok {
			f.IPs = append(f.IPs, a.Unmap())
		}
	}
	return f
}

// recorder keeps the first bytes that a connection receives, and the error that ended it.
type recorder struct {
	net.Conn
	now      func() time.Time
	received []byte
	first    time.Time
	err      error
}

func (r *recorder) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	if n > 0 && len(r.received) == 0 {
		r.first = r.now()
	}
	if room := fact.MaxBytes - len(r.received); room > 0 {
		r.received = append(r.received, b[:min(n, room)]...)
	}
	if err != nil && r.err == nil {
		r.err = err
	}
	return n, err
}
