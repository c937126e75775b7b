package fact

import (
	"encoding/json"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"whynot/internal/target"
)

// fill sets every field of a struct to something that is not its zero value, so that a field that JSON forgets shows.
func fill(v reflect.Value) {
	switch x := v.Addr().Interface().(type) {
	case *netip.Addr:
		*x = netip.MustParseAddr("192.0.2.1")
		return
	case *netip.AddrPort:
		*x = netip.MustParseAddrPort("192.0.2.1:80")
		return
	case *netip.Prefix:
		*x = netip.MustParsePrefix("192.0.2.0/24")
		return
	case *time.Time:
		*x = time.Date(2026, 11, 22, 1, 2, 3, 0, time.UTC)
		return
	case *Duration:
		*x = Duration(1500 * time.Microsecond)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i))
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"a": "b"}))
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(7)
	default:
		panic("fill: " + v.Type().String())
	}
}

// TestRoundTrip writes every kind of fact with every field set, and reads it back.
func TestRoundTrip(t *testing.T) {
	for _, k := range Kinds {
		t.Run(k.Name, func(t *testing.T) {
			v := reflect.New(reflect.TypeOf(k.Zero)).Elem()
			fill(v)
			s := NewSet(target.Target{Host: "db", Port: 5432, Network: "tcp"})
			s.Add(Seen{Side: Client, Host: "app1", Probe: "test", At: time.Date(2026, 11, 22, 0, 0, 0, 5, time.UTC)}, v.Interface().(Fact))
			text, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			back := new(Set)
			if err := json.Unmarshal(text, back); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(s.All(), back.All()) || back.Target != s.Target {
				t.Errorf("wrote %#v\nread  %#v\nas %s", s.All(), back.All(), text)
			}
		})
	}
}

func TestUnknownKindsStay(t *testing.T) {
	const text = `{"target":{"host":"db","port":1,"network":"tcp"},"facts":[` +
		`{"kind":"from-the-future","side":"client","secret":[1,2]},{"kind":"blind","side":"server","wanted":"x","why":"y"}]}`
	s := new(Set)
	if err := json.Unmarshal([]byte(text), s); err != nil {
		t.Fatal(err)
	}
	blind := Of[Blind](s)
	if len(blind) != 1 || blind[0].Where().Index() != 1 || blind[0].Side != Server {
		t.Errorf("the known fact: %+v", blind)
	}
	again, err := json.Marshal(s)
	if err != nil || !strings.Contains(string(again), `"secret":[1,2]`) {
		t.Errorf("the unknown one is lost: %s, %v", again, err)
	}
}

func TestReadRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":        "hello",
		"no facts":       `{"target":{}}`,
		"no kind":        `{"facts":[{"side":"client"}]}`,
		"a wrong field":  `{"facts":[{"kind":"route","to":"nowhere"}]}`,
		"a wrong number": `{"facts":[{"kind":"lookup","took":"soon"}]}`,
		"a huge number":  `{"facts":[{"kind":"lookup","took":1e300}]}`,
	} {
		if s, err := Read(strings.NewReader(text)); err == nil {
			t.Errorf("%s was read as %+v", name, s.All())
		}
	}
}

// TestSetKeeps wants facts to be out of reach once they are in a set.
func TestSetKeeps(t *testing.T) {
	s := NewSet(target.Target{})
	l := Listener{Network: "tcp"}
	s.Add(Seen{Side: Server, Host: "db1"}, l)
	l.Network = "udp"
	all := s.All()
	all[0] = Blind{}
	if got := Of[Listener](s); len(got) != 1 || got[0].Network != "tcp" || got[0].Host != "db1" || got[0].Side != Server {
		t.Errorf("the set holds %+v", got)
	}
}

func TestAboutStays(t *testing.T) {
	s := NewSet(target.Target{})
	to := netip.MustParseAddrPort("192.0.2.1:80")
	s.Add(Seen{Probe: "p"}, Retry{Seen: About(to)})
	if got := Of[Retry](s)[0]; got.About != to || got.Probe != "p" || !got.Concerns(to) || got.Concerns(netip.MustParseAddrPort("192.0.2.2:80")) {
		t.Errorf("%+v", got.Where())
	}
}

func TestMerge(t *testing.T) {
	a, b := NewSet(target.Target{}), NewSet(target.Target{})
	a.Add(Seen{Host: "a"}, Blind{Wanted: "x"})
	b.Add(Seen{Host: "b", Side: Server}, Blind{Wanted: "y"})
	a.Merge(b)
	got := Of[Blind](a)
	if len(got) != 2 || got[1].Host != "b" || got[1].Where().Index() != 1 {
		t.Errorf("%+v", got)
	}
}

func TestDurationString(t *testing.T) {
	for d, want := range map[time.Duration]string{300 * time.Microsecond: "0.3 ms", 42 * time.Millisecond: "42 ms", 3060 * time.Millisecond: "3.1 s"} {
		if got := Duration(d).String(); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

func TestICMPWords(t *testing.T) {
	v4, v6 := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	tests := []struct {
		e                            ICMPError
		says                         string
		prohibited, port, net, times bool
	}{
		{ICMPError{v4, 3, 3}, "ICMP port unreachable", false, true, false, false},
		{ICMPError{v4, 3, 13}, "ICMP communication prohibited", true, false, false, false},
		{ICMPError{v4, 3, 0}, "ICMP net unreachable", false, false, true, false},
		{ICMPError{v4, 11, 0}, "ICMP time exceeded", false, false, false, true},
		{ICMPError{v6, 1, 1}, "ICMPv6 prohibited", true, false, false, false},
		{ICMPError{v6, 1, 4}, "ICMPv6 port unreachable", false, true, false, false},
		{ICMPError{v6, 3, 0}, "ICMPv6 time exceeded", false, false, false, true},
		{ICMPError{v6, 99, 7}, "ICMPv6 type 99 code 7", false, false, false, false},
	}
	for _, test := range tests {
		e := &test.e
		if e.String() != test.says || e.Prohibited() != test.prohibited || e.PortUnreachable() != test.port || e.NetUnreachable() != test.net || e.TimeExceeded() != test.times {
			t.Errorf("%+v: %s, %v %v %v %v", test.e, e, e.Prohibited(), e.PortUnreachable(), e.NetUnreachable(), e.TimeExceeded())
		}
	}
	var none *ICMPError
	if none.TimeExceeded() || none.Prohibited() {
		t.Error("no message says something")
	}
}

func TestListenerCovers(t *testing.T) {
	tests := []struct {
		at     string
		v6only bool
		to     string
		want   bool
	}{
		{"0.0.0.0:1", false, "192.0.2.1", true}, {"0.0.0.0:1", false, "2001:db8::1", false},
		{"[::]:1", false, "192.0.2.1", true}, {"[::]:1", true, "192.0.2.1", false}, {"[::]:1", true, "2001:db8::1", true},
		{"127.0.0.1:1", false, "127.0.0.1", true}, {"127.0.0.1:1", false, "127.0.0.2", false},
	}
	for _, test := range tests {
		l := Listener{Addr: netip.MustParseAddrPort(test.at), V6Only: test.v6only}
		if got := l.Covers(netip.MustParseAddr(test.to)); got != test.want {
			t.Errorf("%s (v6only %v) covers %s: %v", test.at, test.v6only, test.to, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"target":{"host":"db","port":1,"network":"tcp"},"facts":[{"kind":"handshake","to":"192.0.2.1:80","result":"icmp","icmp":{"from":"192.0.2.1","type":3,"code":3},"took":1.5}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s := new(Set)
		if json.Unmarshal(text, s) != nil {
			return
		}
		once, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		again := new(Set)
		if err := json.Unmarshal(once, again); err != nil {
			t.Fatalf("%v: %s", err, once)
		}
		if again.Len() != s.Len() {
			t.Fatalf("%d facts became %d", s.Len(), again.Len())
		}
	})
}
