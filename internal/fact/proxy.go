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
}

// Kind implements [Fact].
func (ProxySetting) Kind() string { return "proxy-setting" }

// ProxyAnswer is what became of asking the proxy for the target.
type ProxyAnswer struct {
	Seen
	Proxy    string   `json:"proxy"`
	Variable string   `json:"variable"`
	Result   Result   `json:"result"` // of the connection to the proxy itself
	Errno    string   `json:"errno,omitempty"`
	Resolved bool     `json:"resolved"`        // the proxy's name has an address
	Asked    string   `json:"asked,omitempty"` // "CONNECT", "GET" or "SOCKS5"
	Status   int      `json:"status,omitempty"`
	Reply    int      `json:"reply,omitempty"` // the REP field of SOCKS5 (RFC 1928, section 6)
	Through  bool     `json:"through"`         // the target was reached through the proxy
	Error    string   `json:"error,omitempty"`
	Took     Duration `json:"took"`
	// Header holds the fields that tell the proxy, as in [HTTP].
	Header map[string]string `json:"header,omitempty"`
}

// Kind implements [Fact].
func (ProxyAnswer) Kind() string { return "proxy-answer" }
