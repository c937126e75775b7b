package cause

import "whynot/internal/fact"

var tlsCipher = &Cause{
	ID:    "tls.cipher",
	Title: "client and server have no cipher in common",
	Doc: `The server finds nothing that it accepts among the ciphers, curves and signatures that the client offers (handshake_failure,
insufficient_security). A TLS 1.2 server that misses a client certificate sends the same alert. By hand: "openssl s_client -connect
HOST:PORT -cipher ALL".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Judge: func(c *Case) Verdict {
		t, ok := tlsAnswer(c)
		if ok && t.Alert == 40 {
			if t.ClientCert {
				return possible(t, "it answers with handshake_failure, after it had asked for a certificate of ours")
			}
			return likely(t, "it answers with handshake_failure, and had not asked for a certificate of ours")
		}
		return byAlert("what we offer is too weak for it", 71)(c)
	},
	Examples: exAlerts(71),
}
