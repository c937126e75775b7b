package cause

import "whynot/internal/fact"

var tlsSNI = &Cause{
	ID:    "tls.sni",
	Title: "the server has nothing under that name",
	Doc: `One address serves many names, and the client says in the TLS hello which one it means (SNI). The server has none of that name and refuses.
By hand: "openssl s_client -connect HOST:PORT -servername NAME".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomRejected},
	Judge:    byAlert("it knows no such name", 112),
	Examples: exAlerts(112),
}
