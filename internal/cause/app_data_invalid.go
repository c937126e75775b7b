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
		if v := byStatus(Proven, 405, 406, 409, 411, 412, 413, 414, 415, 416, 417, 422, 428, 431)(c); v.Level != Out {
			return v
		}
		return byStatus(Possible, 400)(c)
	},
	Examples: exStatus(Proven, 422),
}
