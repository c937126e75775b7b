package sys

import "testing"

// segment is a TCP header.
func segment(from, to uint16, flags byte) []byte {
	b := make([]byte, 20)
	b[0], b[1], b[2], b[3] = byte(from>>8), byte(from), byte(to>>8), byte(to)
	b[12], b[13] = 5<<4, flags
	return b
}

func TestParseTCP(t *testing.T) {
	const fin, syn, rst, psh, ack = 1, 2, 4, 8, 16
	for _, test := range []struct {
		name  string
		b     []byte
		reset bool
		ok    bool
	}{
		{"a SYN-ACK", segment(5432, 40000, syn|ack), false, true},
		{"a reset", segment(5432, 40000, rst|ack), true, true},
		{"a bare reset", segment(5432, 40000, rst), true, true},
		{"a SYN", segment(5432, 40000, syn), false, false},
		{"an ACK", segment(5432, 40000, ack), false, false},
		{"data", segment(5432, 40000, psh|ack), false, false},
		{"a FIN", segment(5432, 40000, fin|ack), false, false},
		{"too short", segment(5432, 40000, syn|ack)[:19], false, false},
		{"empty", nil, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, ok := parseTCP(test.b)
			if ok != test.ok || ok && (a.Port != 5432 || a.LocalPort != 40000 || a.Reset != test.reset) {
				t.Errorf("%+v, %v", a, ok)
			}
		})
	}
}

func TestSkipIPv4(t *testing.T) {
	packet := func(first byte, length int) []byte {
		b := make([]byte, length)
		b[0] = first
		return b
	}
	for _, test := range []struct {
		name string
		b    []byte
		left int
	}{
		{"a plain header", packet(0x45, 40), 20},
		{"a header with options", packet(0x4f, 80), 20},
		{"nothing behind it", packet(0x45, 20), 0},
		{"options that are not there", packet(0x4f, 40), 0},
		{"IPv6", packet(0x60, 60), 0},
		{"too short", packet(0x45, 19), 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := skipIPv4(test.b); len(got) != test.left {
				t.Errorf("%d bytes are left, want %d", len(got), test.left)
			}
		})
	}
	if skipIPv4(nil) != nil {
		t.Error("nothing became something")
	}
}

// TestNilAnswers is what a probe holds that may not listen.
func TestNilAnswers(t *testing.T) {
	var a *Answers
	if found, ok := a.To(1, 2); ok {
		t.Errorf("%+v was heard", found)
	}
	a.Close()
}
