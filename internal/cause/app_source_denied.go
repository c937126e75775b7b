package cause

import "whynot/internal/fact"

var appSourceDenied = &Cause{
	ID:    "app.source-denied",
	Title: "the service accepts no clients from this address",
	Doc: `The program has a list of addresses of its own (pg_hba.conf, Redis' protected mode, nginx' deny, hosts.deny) and this client is not on it.
It answers with an error of its protocol, or hangs up. By hand, on the server: the list, and its log.`,
	Side:     fact.Server,
	Explains: []*Cause{serviceCloses, symptomRejected, symptomClosed, symptomReset},
	Judge:    byMeaning("source-denied", strongest(byStatus(Possible, 403), afterHangUp("the program may not want clients from this address"))),
	Examples: append(exRefusal("source-denied", "-DENIED Redis is running in protected mode"), exWhyHungUp...),
}
