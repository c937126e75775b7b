package cause

import "whynot/internal/fact"

var k8sNoEndpoints = &Cause{
	ID:    "k8s.no-endpoints",
	Title: "the Service has no ready endpoints",
	Doc: `No pod matches the Service, or none is ready: kube-proxy rejects the connection in its name. By hand: "kubectl get endpointslices -l
kubernetes.io/service-name=NAME".`,
	Side:     fact.Server,
	Explains: []*Cause{firewallInputReject, firewallForwardReject, firewallLocalOutput, symptomRefused, symptomRefusedICMP},
	Lacks:    "the Service's endpoints",
	Judge:    strongest(remote(afterReset("a Kubernetes Service without endpoints refuses")), afterRejection("a Kubernetes Service without endpoints rejects")),
	Examples: []Example{
		{Says: Possible, When: "a reset came", Client: []fact.Fact{exRoute, exReset}},
		exAccepts,
	},
}
