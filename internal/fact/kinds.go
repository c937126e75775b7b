package fact

import (
	"encoding/json"
	"reflect"
)

// A KindInfo describes one kind of fact: its name in JSON and what it says.
type KindInfo struct {
	Name string
	Doc  string
	Zero Fact // a fact of the kind that says nothing

	decode func(json.RawMessage, Seen) (Fact, error)
	stamp  func(Fact, Seen) Fact
}

// Kinds lists every kind of fact. A new kind needs its line here, a probe that gives it and a cause that reads it.
var Kinds = []KindInfo{
	kind[Blind]("something could not be looked at, and why"),
	kind[Machine]("the machine and the process that look"),
	kind[Limits]("what this process may open, and the local ports"),
	kind[Shortage]("the kernel had nothing left to give this process"),
	kind[NameConfig]("how this machine resolves names"),
	kind[HostsEntry]("a line of the hosts file that names the target"),
	kind[Lookup]("what the system's resolver gives for the name"),
	kind[SystemLookup]("what getent(1), and so every C program, gives for the name"),
	kind[DNSAnswer]("what one name server answered to one question"),
	kind[Route]("the route that the kernel takes to an address"),
	kind[RouteChoice]("another route or rule that covers the address"),
	kind[Interface]("a network interface with its addresses"),
	kind[Neighbour]("the neighbour entry of the next hop"),
	kind[Handshake]("how the connection attempt to an address ended"),
	kind[Unanswered]("the first SYN is unanswered so far"),
	kind[Retry]("a later attempt at the same address"),
	kind[OtherPort]("an attempt at another port of the same host"),
	kind[OtherAddress]("an attempt at another address that the name or host could have"),
	kind[Echo]("what became of ICMP echo requests"),
	kind[Path]("which hops answered to SYNs of limited TTL"),
	kind[AnswerTTL]("the TTL with which an answer of the host arrived"),
	kind[LinkAnswer]("which link-layer addresses answered for the address"),
	kind[LocalDrops]("packets that this machine itself refused to send during the attempt"),
	kind[Departure]("whether the SYN was seen leaving this machine"),
	kind[PortUse]("how many local ports are in use towards the target"),
	kind[Exchange]("what was said after the handshake, and how it ended"),
	kind[HTTP]("an HTTP answer"),
	kind[TLS]("a TLS handshake and its certificates"),
	kind[Refusal]("a service's own word that it will not serve this client"),
	kind[Speaks]("which protocol answers at a port"),
	kind[ProxySetting]("a proxy setting of the environment"),
	kind[ProxyAnswer]("what the proxy said about the target"),
	kind[SocketTable]("a network namespace's sockets were listed"),
	kind[Receiver]("which socket the kernel would give this SYN to"),
	kind[Listener]("a socket that takes connections or datagrams"),
	kind[Translated]("the address translation that this machine applied to the attempt"),
	kind[Tracking]("how many connections this machine tracks"),
	kind[UnixListener]("a Unix socket on which a program of the target's protocol listens"),
	kind[UnixSocket]("a Unix socket's file and how connecting to it ends"),
}

// kind makes the entry of one type.
func kind[T Fact, P interface {
	*T
	stamp(Seen)
}](doc string) KindInfo {
	var zero T
	return KindInfo{
		Name: zero.Kind(),
		Doc:  doc,
		Zero: zero,
		decode: func(raw json.RawMessage, where Seen) (Fact, error) {
			var v T
			if err := json.Unmarshal(raw, &v); err != nil {
				return nil, err
			}
			P(&v).stamp(where)
			return v, nil
		},
		stamp: func(f Fact, where Seen) Fact {
			v := f.(T)
			P(&v).stamp(where)
			return v
		},
	}
}

// stamped gives the fact with its Seen filled in.
func stamped(f Fact, where Seen) Fact {
	if foreign, ok := f.(Foreign); ok {
		foreign.stamp(where)
		return foreign
	}
	for _, k := range Kinds {
		if k.Name == f.Kind() {
			return k.stamp(f, where)
		}
	}
	panic("fact: " + reflect.TypeOf(f).String() + " is not listed in kinds.go")
}
