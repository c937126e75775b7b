package cause

import "whynot/internal/fact"

var resourceProcesses = &Cause{
	ID:    "resource.processes",
	Title: "no process or thread can be made",
	Doc: `The limit of processes or threads (the cgroup's pids.max, RLIMIT_NPROC) is reached: the service cannot start or serve. By hand, on the
server: "systemctl show -p TasksCurrent,TasksMax UNIT".`,
	Side:     fact.Server,
	Explains: []*Cause{serviceFailed, symptomStalled, symptomClosed},
	Lacks:    "the server's limits of processes",
	Judge:    strongest(noListener("a limit of processes may keep the service down"), afterStall("no process may be left to serve it"), afterHangUp("no process may be left to serve it")),
	Examples: exWhyNothingListens,
}
