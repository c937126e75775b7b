package cause

var resourceSNATPorts = &Cause{
	ID:    "resource.snat-ports",
	Title: "the NAT has no source ports left",
	Doc: `A router that hides many clients behind one address has no port left for another connection to that destination. By hand, on the router:
"conntrack -S" (insert_failed).`,
	Explains: []*Cause{symptomSilent},
	Lacks:    "the router's translations",
	Judge:    routed(afterSilence("a router may have no port left for the translation")),
	Examples: exWhySilent,
}
