package cause

import "whynot/internal/fact"

var serviceFailed = &Cause{
	ID:    "service.failed",
	Title: "the service crashed or could not start",
	Doc: `The program ended by itself: an error at its start, a crash, a signal. Its exit code and its last log lines tell why. By hand, on the
server: "systemctl status UNIT", "journalctl -u UNIT -n 50".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotRunning},
	Lacks:    "the result of the unit, and its log",
	Judge:    noListener("the service may have failed"),
	Fix: func(c *Case) []Step {
		return []Step{{Text: "see which services have failed", On: server(c), Command: "systemctl --failed"}}
	},
	Examples: exWhyNothingListens,
}
