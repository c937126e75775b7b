package cause

import "whynot/internal/fact"

var addrAdvertised = &Cause{
	ID:    "addr.advertised",
	Title: "the first answer named a second address that does not work",
	Doc: `Kafka brokers, MongoDB replica sets and Redis clusters answer the first connection with the addresses of their members, and the
client goes on to those. An advertised "localhost" or an internal name fails from elsewhere, though the first address works. The
address in the error is then one that nobody has configured at the client.`,
	Side:     fact.Server,
	Explains: []*Cause{serviceNotListening, symptomRefused, symptomUnreachable, symptomSilent},
	Lacks:    "the addresses that the service advertises, asked in its own protocol",
	Judge: func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		if !advertisers[c.Target.Protocol] {
			return out(h, "port %d is not of a service that sends its clients on", c.Target.Port)
		}
		if h.Result == fact.Accepted {
			return contradicts(h)
		}
		return possible(h, "a %s client may have been sent to this address by another member", protocolName(c.Target.Protocol))
	},
	Examples: []Example{
		{Says: Possible, When: "a Kafka port refuses", Target: "kafka://192.0.2.10:5432", Client: []fact.Fact{exRoute, exReset}},
		{Says: Out, When: "the port is that of PostgreSQL", Client: []fact.Fact{exRoute, exReset}},
	},
}

var advertisers = map[string]bool{"kafka": true, "mongodb": true, "redis": true, "cassandra": true}
