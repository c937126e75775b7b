package cause

import "whynot/internal/fact"

var serviceDisabled = &Cause{
	ID:    "service.disabled",
	Title: "the service is not enabled, so it did not come up at boot",
	Doc: `The unit is disabled or masked: it ran when it was started by hand, and did not come back after a reboot. By hand, on the server: "systemctl
is-enabled UNIT", "uptime".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotRunning},
	Lacks:    "the state of the unit's file, and the time of the boot",
	Judge:    noListener("the service may not be enabled"),
	Examples: exWhyNothingListens,
}
