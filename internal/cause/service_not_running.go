package cause

import "whynot/internal/fact"

var serviceNotRunning = &Cause{
	ID:    "service.not-running",
	Title: "the service is stopped",
	Doc: `The program that should listen does not run: somebody or something has stopped it, or it was never started. By hand, on the server:
"systemctl status UNIT" or "ps".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotListening},
	Lacks:    "the state of the service's unit",
	Judge:    noListener("the service may be stopped"),
	Examples: exWhyNothingListens,
}

// exWhyNothingListens are the examples of all reasons why nothing listens.
var exWhyNothingListens = []Example{
	{Says: Possible, When: "a reset came", Client: []fact.Fact{exRoute, exReset}},
	{Says: Out, When: "a program listens on the port", Client: []fact.Fact{exLocal, exReset}, Server: []fact.Fact{exNoSockets, exListener("127.0.0.1:5432", "postgres")}},
}
