package cause

import "whynot/internal/fact"

var resourceSYNQueue = &Cause{
	ID:    "resource.syn-queue",
	Title: "the SYN queue is full",
	Doc: `More half-open connections than the listener allows, by a flood or by lost answers; without SYN cookies further SYNs are dropped. By
hand, on the server: "ss -tn state syn-recv | wc -l", "nstat -az TcpExtTCPReqQFullDrop".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomSilent},
	Lacks:    "the server's half-open connections and its counters",
	Judge:    afterSilence("a listener whose SYN queue is full drops SYNs"),
	Examples: exWhySilent,
}
