package cause

import "whynot/internal/fact"

var serviceSocketActivation = &Cause{
	ID:    "service.socket-activation",
	Title: "the socket is activated but its service fails",
	Doc: `systemd listens in the service's name and starts it at the first connection. When the service then fails, the connection is reset, and after
a few times systemd gives up and closes the socket. By hand, on the server: "systemctl status NAME.socket NAME.service".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotListening, symptomReset, symptomClosed},
	Lacks:    "the states of the socket unit and its service",
	Judge:    strongest(afterHangUp("the service behind an activated socket may fail"), noListener("systemd may have closed the socket of a failing service")),
	Examples: exWhyNothingListens,
}
