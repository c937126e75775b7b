package cause

import "whynot/internal/fact"

var addrClientDefault = &Cause{
	ID:    "addr.client-default",
	Title: "nothing was configured, so the client dialled its built-in default",
	Doc: `Programs have a built-in address that they use when nobody names one: kubectl localhost:8080, psql the local socket, redis-cli
127.0.0.1:6379. An error about such an address that nobody has written anywhere means that the configuration was not found: an
unset variable, another user's home directory, a missing file. By hand: print the variable in the program's own environment.`,
	Side:     fact.Client,
	Explains: []*Cause{serviceNotListening, symptomRefused},
	Lacks:    "which program the address came from: its own error message",
	Judge: func(c *Case) Verdict {
		l, ok := first[fact.Lookup](c, fact.Client)
		if !ok {
			return unknown()
		}
		client, known := clientDefaults[c.Target.Port]
		if !known || !c.Target.Loopback() {
			return out(l, "%s is no client's built-in default", c.Target)
		}
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		if h.Result == fact.Accepted {
			return contradicts(h)
		}
		return possible(l, "%s is where %s goes when nothing is configured", c.Target, client)
	},
	Fix: func(c *Case) []Step {
		return []Step{{Text: "look whether the client finds its configuration: " + clientDefaults[c.Target.Port]}}
	},
	Examples: []Example{
		{Says: Possible, When: "localhost:8080 refuses", Target: "localhost:8080", Client: []fact.Fact{fact.Lookup{Name: "localhost", Result: fact.LookupFound}, exReset}},
		{Says: Out, When: "the address is that of another machine", Client: []fact.Fact{fact.Lookup{Name: "192.0.2.10", Result: fact.LookupFound}, exRoute, exReset}},
	},
}

// clientDefaults tells which client dials a loopback port when nothing is configured, and by what it would be.
var clientDefaults = map[uint16]string{
	80:    "an HTTP library without a base URL",
	2375:  "docker without DOCKER_HOST",
	2379:  "etcdctl without ETCDCTL_ENDPOINTS",
	3306:  "mysql without a host in my.cnf",
	5432:  "a PostgreSQL library without PGHOST",
	5672:  "an AMQP library without a broker URL",
	6379:  "a Redis client without REDIS_URL",
	8080:  "kubectl without KUBECONFIG or ~/.kube/config",
	8200:  "vault without VAULT_ADDR",
	8500:  "consul without CONSUL_HTTP_ADDR",
	9092:  "a Kafka client without bootstrap.servers",
	9200:  "an Elasticsearch client without a node",
	11211: "a memcached client without a server list",
	27017: "a MongoDB client without a URI",
}
