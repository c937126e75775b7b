package cause

import "whynot/internal/fact"

var k8sNetworkPolicy = &Cause{
	ID:       "k8s.network-policy",
	Title:    "a NetworkPolicy forbids it",
	Doc:      `A policy selects the pod and does not name this client, so that its packets are dropped. By hand: "kubectl get networkpolicy -A".`,
	Side:     fact.Server,
	Explains: []*Cause{symptomSilent},
	Lacks:    "the cluster's policies",
	Judge:    remote(afterSilence("a Kubernetes NetworkPolicy may forbid it")),
	Examples: exWhySilent,
}
