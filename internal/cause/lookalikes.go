package cause

import "whynot/internal/fact"

// The examples that the causes share which a client cannot tell apart.
var (
	exWhyNothingSaid = []Example{
		{Says: Possible, When: "the request gets no answer", Target: "http://192.0.2.10:5432", Client: []fact.Fact{exRoute, exAccepted, exStalled}},
		{Says: Out, When: "a reset came", Client: []fact.Fact{exRoute, exReset}},
	}
	exWhySilent = []Example{
		{Says: Possible, When: "nothing comes back", Client: []fact.Fact{exRoute, exSilent}},
		{Says: Out, When: "the connection was accepted and answered", Client: []fact.Fact{exRoute, exAccepted, exSaid}},
	}
	exWhyHungUp = []Example{
		{Says: Possible, When: "the connection was accepted and closed", Client: []fact.Fact{exRoute, exAccepted, exHungUp}},
		{Says: Out, When: "nothing comes back", Client: []fact.Fact{exRoute, exSilent}},
	}
	exWhyLoopback = []Example{
		{Says: Possible, When: "localhost refuses", Target: "localhost:5432", Client: []fact.Fact{exReset}},
		{Says: Out, When: "the target is another machine", Client: []fact.Fact{exRoute, exReset}},
	}
)

// onLoopback weighs a reason why a loopback address is not the machine that was meant.
func onLoopback(text string) judge {
	return func(c *Case) Verdict {
		h, no := handshake(c)
		if no != nil {
			return *no
		}
		if !c.Target.Loopback() {
			return out(h, "%s is no loopback address", h.To.Addr())
		}
		if h.Result == fact.Accepted {
			return contradicts(h)
		}
		return possible(h, "%s", text)
	}
}
