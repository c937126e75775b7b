package cause

import "whynot/internal/fact"

var tlsALPN = &Cause{
	ID:    "tls.alpn",
	Title: "client and server have no application protocol in common",
	Doc: `Inside the TLS handshake the client names the protocols that it speaks (ALPN), and the server none of them. By hand: "openssl s_client
-connect HOST:PORT -alpn h2,http/1.1".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Judge:    byAlert("it speaks none of the protocols that we named", 120),
	Examples: exAlerts(120),
}
