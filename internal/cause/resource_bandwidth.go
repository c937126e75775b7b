package cause

var resourceBandwidth = &Cause{
	ID:    "resource.bandwidth",
	Title: "the link is saturated",
	Doc: `A link on the way, or the server's own, carries all it can: packets wait and get lost. By hand: the interface's rate against its speed,
"tc -s qdisc".`,
	Explains: []*Cause{pathLoss, symptomStalled, symptomSilent},
	Lacks:    "the rates and drops of the links",
	Judge:    remote(strongest(afterStall("a saturated link may lose what is said"), afterSilence("a saturated link may lose the SYN"))),
	Examples: exWhySilent,
}
