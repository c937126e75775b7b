package cause

import "whynot/internal/fact"

var addrWrongHost = &Cause{
	ID:    "addr.wrong-host",
	Title: "this is not the machine that was meant",
	Doc: `The address leads to a machine, but to another one than the service is on: an old address, a name that is copied from another
environment, a hosts file. What betrays it is identity: a certificate for other names, another banner, another host key. By hand:
compare "openssl s_client -connect HOST:PORT" or "ssh-keyscan HOST" with what is expected.`,
	Side:     fact.Client,
	Explains: []*Cause{tlsNameMismatch, serviceNotListening, symptomRefused, symptomMismatch},
	Lacks:    "what the meant machine's identity is: an expected host key or fingerprint",
	Judge: remote(strongest(
		func(c *Case) Verdict {
			t, ok := tlsAnswer(c)
			if !ok || !t.Done || len(t.Chain) == 0 {
				return unknown()
			}
			if t.Chain[0].Matches {
				return out(t, "its certificate is for %s", t.ServerName)
			}
			if t.Trust == "trusted" {
				return possible(t, "a trusted certificate, but for %s", nameList(t.Chain[0]))
			}
			return possible(t, "its certificate is for %s", nameList(t.Chain[0]))
		},
		afterReset("the machine at that address is up and does not have the service"),
		func(c *Case) Verdict {
			if s, ok := speaks(c); ok && c.Target.Strict() && s.Protocol != c.Target.Protocol {
				return possible(s, "another service answers there")
			}
			return unknown()
		},
	)),
	Examples: []Example{
		{Says: Possible, When: "the certificate is trusted, and for another name", Target: "https://db.internal:5432", Client: []fact.Fact{exRoute, exAccepted, exTLS("trusted", false)}},
		{Says: Out, When: "the certificate is for the name", Target: "https://db.internal:5432", Client: []fact.Fact{exRoute, exAccepted, exTLS("unknown-authority", true)}},
	},
}
