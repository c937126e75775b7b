package cause

import "whynot/internal/fact"

var k8sControlPlaneFirewall = &Cause{
	ID:    "k8s.control-plane-firewall",
	Title: "the API server cannot reach a webhook or kubelet",
	Doc: `The API server dials a pod or node port that a firewall between control plane and nodes drops; the error names :443, the Service's port,
where another is blocked. By hand: the webhook's target port, and the firewall of the nodes.`,
	Side:     fact.Server,
	Explains: []*Cause{firewallForwardDrop, symptomSilent},
	Lacks:    "the control plane's own attempt",
	Judge:    remote(afterSilence("a firewall between a control plane and its nodes may drop it")),
	Examples: exWhySilent,
}
