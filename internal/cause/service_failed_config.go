package cause

import "whynot/internal/fact"

var serviceFailedConfig = &Cause{
	ID:    "service.failed-config",
	Title: "the service cannot start: its configuration is wrong",
	Doc: `The program reads its configuration, finds a mistake and ends. Most can check it: "nginx -t", "sshd -t", "apachectl configtest",
"named-checkconf". By hand, on the server: the log lines of the last start.`,
	Side:     fact.Server,
	Explains: []*Cause{serviceFailed},
	Lacks:    "the service's log, or its own checker",
	Judge:    noListener("the service's configuration may be wrong"),
	Examples: exWhyNothingListens,
}
