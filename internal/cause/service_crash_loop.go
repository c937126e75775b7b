package cause

import "whynot/internal/fact"

var serviceCrashLoop = &Cause{
	ID:    "service.crash-loop",
	Title: "the service keeps crashing and restarting",
	Doc: `The service starts, crashes and is started again, so that attempts are now refused, now accepted and then cut off. By hand, on the server:
"systemctl show -p NRestarts UNIT".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceFailed, symptomIntermittent, symptomReset, symptomClosed},
	Lacks:    "the unit's restart counter",
	Judge:    strongest(noListener("the service may be between two restarts"), afterHangUp("the service may crash as soon as somebody connects")),
	Examples: exWhyNothingListens,
}
