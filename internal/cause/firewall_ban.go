package cause

import "whynot/internal/fact"

var firewallBan = &Cause{
	ID:    "firewall.ban",
	Title: "this client is banned",
	Doc: `fail2ban or another watcher has put this client's address into a set that a rule drops or rejects, after failed log-ins or a scan. It
worked before, works from elsewhere, and will work again when the ban ends. By hand, on the server: "fail2ban-client status JAIL", "nft
list sets".`,
	Side:     fact.Server,
	Explains: []*Cause{firewallInputReject, firewallInputDrop, symptomSilent, symptomRefusedICMP, symptomRefused},
	Lacks:    "the server's sets of banned addresses",
	Judge:    strongest(afterSilence("this client may be banned"), resetByRule("this client may be banned with a reset"), afterRejection("this client may be banned")),
	Fix: func(c *Case) []Step {
		return []Step{{Text: "see whether this client is banned", On: server(c), Command: "nft list ruleset | grep -F " + clientAddr(c)}}
	},
	Examples: []Example{
		{Says: Possible, When: "the server rejects by ICMP", Client: []fact.Fact{exRoute, exICMP(exServer, 3, 3)}},
		exAccepts,
	},
}

// afterRejection weighs a reason for a rule of the server that rejects by ICMP.
func afterRejection(text string) judge {
	return remote(func(c *Case) Verdict {
		h, no := sawICMP(c, func(e *fact.ICMPError) bool { return true })
		if no != nil {
			return *no
		}
		if v := rejectedByTarget(c, h); v.Level == Out {
			return v
		}
		return possible(h, "%s", text)
	})
}
