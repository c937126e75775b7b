package cause

import "whynot/internal/fact"

var resourceCPU = &Cause{
	ID:    "resource.cpu",
	Title: "the machine or its cgroup has no CPU left for it",
	Doc: `The program gets too little CPU, by load or by a quota of its cgroup (cpu.max), so that answers come late or never. By hand, on the
server: "cat /proc/pressure/cpu", "systemd-cgtop".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceHung, symptomStalled},
	Lacks:    "the server's CPU pressure and throttling",
	Judge:    afterStall("the program may get no CPU"),
	Examples: exWhyNothingSaid,
}
