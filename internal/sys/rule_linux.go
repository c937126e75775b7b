package sys

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/sys/unix"
)

// Rules lists the policy rules of one IP version, in the order in which the kernel asks them.
func Rules(v6 bool) ([]Rule, error) {
	request := make([]byte, sizeofRuleHeader)
	request[0] = unix.AF_INET
	if v6 {
		request[0] = unix.AF_INET6
	}
	answers, err := netlinkAsk(unix.NETLINK_ROUTE, unix.RTM_GETRULE, unix.NLM_F_REQUEST|unix.NLM_F_DUMP, request)
	if err != nil {
		return nil, fmt.Errorf("sys: list the rules: %w", err)
	}
	var rules []Rule
	for _, b := range answers {
		if r, ok := parseRule(b); ok {
			rules = append(rules, r)
		}
	}
	return rules, nil
}

const (
	sizeofRuleHeader = 12  // struct fib_rule_hdr
	ruleInverted     = 0x2 // FIB_RULE_INVERT
	fraSportMask     = 28  // FRA_SPORT_MASK
	fraDportMask     = 29  // FRA_DPORT_MASK
)

// ruleTypes names the FR_ACT_ actions of include/uapi/linux/fib_rules.h as ip-rule(8) does.
var ruleTypes = map[byte]string{1: "unicast", 2: "goto", 3: "nop", 6: "blackhole", 7: "unreachable", 8: "prohibit"}

// parseRule reads struct fib_rule_hdr with its attributes (include/uapi/linux/fib_rules.h; net/core/fib_rules.c, fib_nl_fill_rule).
func parseRule(b []byte) (r Rule, ok bool) {
	if len(b) < sizeofRuleHeader {
		return r, false
	}
	r.Plain, r.Table, r.Type = true, int(b[4]), ruleTypes[b[7]]
	if b[3] != 0 || r.Type == "" || r.Type == "goto" || binary.NativeEndian.Uint32(b[8:])&ruleInverted != 0 {
		r.Plain = false
	}
	for typ, value := range attributes(b[sizeofRuleHeader:]) {
		switch typ {
		case unix.FRA_DST:
			r.To = prefixFrom(value, b[1])
		case unix.FRA_SRC:
			r.From = prefixFrom(value, b[2])
		case unix.FRA_PRIORITY:
			r.Priority = number(value)
		case unix.FRA_TABLE:
			r.Table = number(value)
		case unix.FRA_IP_PROTO:
			if len(value) > 0 {
				r.Protocol = int(value[0])
			}
		case unix.FRA_DPORT_RANGE: // struct fib_rule_port_range, in the order of this machine
			if len(value) >= 4 {
				r.FirstPort, r.LastPort = binary.NativeEndian.Uint16(value), binary.NativeEndian.Uint16(value[2:])
			}
		case fraSportMask, fraDportMask: // Linux 6.15 and later; all bits with every range
			r.Plain = r.Plain && len(value) >= 2 && binary.NativeEndian.Uint16(value) == 0xffff
		case unix.FRA_SUPPRESS_PREFIXLEN, unix.FRA_SUPPRESS_IFGROUP:
			r.Plain = r.Plain && int32(number(value)) == -1 // -1: it suppresses nothing
		case unix.FRA_PROTOCOL, unix.FRA_PAD, unix.FRA_FLOW, unix.FRA_UNSPEC: // who made it, and what decides nothing
		case unix.FRA_FWMASK: // says nothing without a mark; all bits, if none is given
		default:
			r.Plain = false
		}
	}
	r.Text = r.text()
	return r, true
}

func prefixFrom(value []byte, bits byte) netip.Prefix {
	addr, ok := netip.AddrFromSlice(value)
	if !ok || int(bits) > addr.BitLen() {
		return netip.Prefix{}
	}
	return netip.PrefixFrom(addr, int(bits))
}

// text writes the rule as ip-rule(8) does, as far as it is known.
func (r Rule) text() string {
	text := []string{fmt.Sprintf("%d: from %s", r.Priority, orAll(r.From))}
	if r.To.IsValid() {
		text = append(text, "to "+r.To.String())
	}
	if r.Protocol != 0 {
		text = append(text, fmt.Sprintf("ipproto %d", r.Protocol))
	}
	if r.LastPort != 0 && r.FirstPort == r.LastPort {
		text = append(text, fmt.Sprintf("dport %d", r.FirstPort))
	} else if r.LastPort != 0 {
		text = append(text, fmt.Sprintf("dport %d-%d", r.FirstPort, r.LastPort))
	}
	if !r.Plain {
		text = append(text, "and more")
	}
	if r.Type == "unicast" {
		text = append(text, fmt.Sprintf("lookup %d", r.Table))
	} else {
		text = append(text, r.Type)
	}
	return strings.Join(text, " ")
}

func orAll(p netip.Prefix) string {
	if !p.IsValid() {
		return "all"
	}
	return p.String()
}
