package fact

// ProxySetting is a proxy variable of the environment, as Go's net/http and curl read it.
type ProxySetting struct {
	Seen
	Variable string `json:"variable"` // "https_proxy", "ALL_PROXY", ...; "--proxy" where the user named it
	Proxy    string `json:"proxy"`    // scheme://host:port, without credentials
	// Readers names the clients that read the variable for this target: "Go and curl", "Go", "curl".
	Readers string `json:"readers,omitempty"`
	// Applies says that a client which honours the variables would take the proxy for this target.
	Applies bool `json:"applies"`
	// Exempt is the entry of NO_PROXY, or the rule, that lets the target go directly.
	Exempt string `json:"exempt,omitempty"`
	// Credentials says that the variable holds a user and a password.
	Credentials bool `json:"credentials,omitempty"`
}

// Kind implements [Fact].
func (ProxySetting) Kind() string { return "proxy-setting" }

// ProxyAnswer is what became of asking the proxy for the target.
type ProxyAnswer struct {
	Seen
	Proxy    string `json:"proxy"`
	Variable string `json:"variable"`
	Result   Result `json:"result"` // of the connection to the proxy itself
	Errno    string `json:"errno,omitempty"`
	Resolved bool   `json:"resolved"`        // the proxy's name has an address
	Asked    string `json:"asked,omitempty"` // "CONNECT", "GET", "SOCKS4" or "SOCKS5"
	Status   int    `json:"status,omitempty"`
	Reply    int    `json:"reply,omitempty"` // the REP field of SOCKS5 (RFC 1928, section 6); a refusal in SOCKS4 is given as 1
	// Through says that the target was reached through the proxy, by the proxy's word: it opened a tunnel, or its mark (Via) is on the
	// answer to a GET. What was said there bears the proxy in Via.
	Through bool `json:"through"`
	// Own says that the answer bears the mark of the proxy's own words. Without it and without Through, an answer to a GET may be the
	// proxy's or the server's.
	Own bool `json:"own,omitempty"`
	// Sent says that user and password were sent.
	Sent bool `json:"sent_credentials,omitempty"`
	// Untrusted is what is wrong with the certificate of a proxy that is spoken to in TLS. Such a one gets no password.
	Untrusted string `json:"untrusted,omitempty"`
	// End is how the connection ended, where nothing was answered.
	End   End      `json:"end,omitempty"`
	Error string   `json:"error,omitempty"`
	Took  Duration `json:"took"`
	// Header holds the fields that tell the proxy, as in [HTTP].
	Header map[string]string `json:"header,omitempty"`
}

// Kind implements [Fact].
func (ProxyAnswer) Kind() string { return "proxy-answer" }
