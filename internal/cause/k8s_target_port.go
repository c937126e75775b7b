package cause

import "whynot/internal/fact"

var k8sTargetPort = &Cause{
	ID:    "k8s.target-port",
	Title: "the Service's target port has no listener in the pod",
	Doc: `The Service sends to a port on which nothing listens in the pod. By hand: "kubectl get svc NAME -o yaml" against "kubectl exec POD -- ss
-ltn".`,
	Side:     fact.Server,
	Explains: []*Cause{natDeadBackend, symptomRefused, symptomClosed, symptomReset},
	Lacks:    "the Service's target port and the pod's listeners",
	Judge:    strongest(noListener("a Kubernetes Service may send to a port without a listener"), afterHangUp("a Kubernetes Service may send to a port without a listener")),
	Examples: exWhyNothingListens,
}
