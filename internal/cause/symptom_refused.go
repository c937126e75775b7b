package cause

import "whynot/internal/fact"

var symptomRefused = &Cause{
	ID:    "symptom.refused",
	Title: "a reset answered the SYN",
	Doc: `A TCP reset in answer to a SYN is an explicit refusal: a live IP stack, or a firewall in its name, said no at once. The usual
sender is the kernel of a machine on which nothing listens at that address and port. A firewall that rejects with a reset sends the very
same packet. By hand: "nc -vz HOST PORT" says "Connection refused" for this and for an ICMP port unreachable alike; "tcpdump 'tcp[13] & 4
!= 0'" shows the reset.`,
	Judge: symptom("symptom.refused"),
	Examples: []Example{
		{Says: Proven, When: "a reset came back", Client: []fact.Fact{exRoute, exReset}},
		{Says: Out, When: "nothing came back", Client: []fact.Fact{exRoute, exSilent}},
	},
}

// symptom is the judge of every symptom: what happened is known, and is one of them.
func symptom(id string) judge {
	return func(c *Case) Verdict {
		e := endingOf(c)
		switch {
		case !e.seen:
			return unknown()
		case e.symptom == id:
			return proven(e.fact, "%s", e.text)
		}
		return out(e.fact, "%s", e.text)
	}
}
