package cause

import "whynot/internal/fact"

var resourceMemory = &Cause{
	ID:    "resource.memory",
	Title: "memory is exhausted",
	Doc: `The machine is out of memory and swaps, or its TCP memory is used up, so that everything stalls. By hand, on the server: "free -m", "cat
/proc/pressure/memory", /proc/net/sockstat.`,
	Side:     fact.Server,
	Explains: []*Cause{serviceHung, symptomStalled, symptomSilent},
	Lacks:    "the server's memory pressure",
	Judge:    strongest(afterStall("the server may be out of memory"), afterSilence("the server may be out of memory")),
	Examples: exWhyNothingSaid,
}
