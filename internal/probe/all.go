package probe

// All lists the probes in the order of the way, from this machine to the service. A probe starts as soon as it can; the order is
// that of --plan.
var All = []*Probe{
	machine,
	unixSocket,
	proxy,
	name,
	way,
	handshake,
	exchange,
	ports,
	neighbour,
	owners,
	leaving,
	translation,
	retry,
	otherPorts,
	echo,
	wayThere,
	authority,
	otherAddress,
	proxyBeside,
	listening,
}
