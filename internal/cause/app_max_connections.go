package cause

import "whynot/internal/fact"

var appMaxConnections = &Cause{
	ID:    "app.max-connections",
	Title: "the service has all the connections that it allows",
	Doc: `The program limits how many clients it serves at once (max_connections, maxclients, MaxStartups) and turns the next away, with an error or
without a word. By hand, on the server: its own count of connections.`,
	Side:     fact.Server,
	Explains: []*Cause{serviceCloses, symptomRejected, symptomClosed, symptomReset},
	Judge:    byMeaning("max-connections", afterHangUp("the program may serve no more clients at once")),
	Examples: append(exRefusal("max-connections", "-ERR max number of clients reached"), exWhyHungUp...),
}
