package cause

import "whynot/internal/fact"

var appDataInvalid = &Cause{
	ID:    "app.data-invalid",
	Title: "the request's data did not pass validation",
	Doc: `The request is well-formed, but what it says is not accepted: a missing field (422), a method (405), a type (415), a size (413, 414, 431).
The answer's body often names the field. By hand: "curl -v" and read the body.`,
	Side:     fact.Client,
	Explains: []*Cause{symptomRejected},
	Judge: func(c *Case) Verdict {
		if v := byStatus(Proven, 409, 412, 413, 414, 416, 422, 431)(c); v.Level != Out {
			return v
		}
		// What these find fault with is in our own GET, which has no data: a client that sends some may fare better.
		return byStatus(Possible, 400, 405, 406, 411, 415, 417, 428)(c)
	},
	Examples: exStatus(Proven, 422),
}
