package proto

import "strconv"

// unquote reads bytes in the notation of Go's strings.
func unquote(s string) ([]byte, error) {
	text, err := strconv.Unquote(`"` + s + `"`)
	return []byte(text), err
}
