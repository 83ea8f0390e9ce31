package store

import "bytes"

// diff is the API's previous_attributes: for every key whose value changed, what it held before.
// Of an object that changed it gives only the changed keys; arrays come whole; a key that was not
// there is null. Both documents come from the same encoder, so their keys mostly line up.
func diff(was, is []byte) []byte {
	out := []byte{'{'}
	add := func(name, value []byte) {
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, name...), ':'), value...)
	}
	seek := 1
	eachKey(was, func(name, before []byte) {
		after, next := find(is, name, seek)
		seek = next
		switch {
		case bytes.Equal(before, after):
		case len(after) > 0 && after[0] == '{' && before[0] == '{':
			add(name, diff(before, after))
		default:
			add(name, before)
		}
	})
	seek = 1
	eachKey(is, func(name, after []byte) {
		before, next := find(was, name, seek)
		if seek = next; before == nil && !bytes.Equal(after, []byte("null")) {
			add(name, []byte("null"))
		}
	})
	return append(out, '}')
}

// eachKey visits every "name" and value of a compact JSON object.
func eachKey(doc []byte, visit func(name, value []byte)) {
	for i := 1; i < len(doc) && doc[i] != '}'; {
		colon := skip(doc, i)
		end := skip(doc, colon+1)
		visit(doc[i:colon], doc[colon+1:end])
		if i = end; doc[i] == ',' {
			i++
		}
	}
}

// find looks a name up, first from where the caller expects it, and says where the next key is.
func find(doc, name []byte, at int) (value []byte, next int) {
	for _, start := range []int{at, 1} {
		for i := start; i < len(doc) && doc[i] != '}'; {
			colon := skip(doc, i)
			end := skip(doc, colon+1)
			next := end
			if doc[end] == ',' {
				next++
			}
			if bytes.Equal(doc[i:colon], name) {
				return doc[colon+1 : end], next
			}
			i = next
		}
	}
	return nil, at
}

// skip is the end of the name or value that starts at i.
func skip(b []byte, i int) int {
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '"':
			if i = closingQuote(b, i); depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ':':
			if depth == 0 {
				return i
			}
		}
	}
	return i
}

// closingQuote is where the string that opens at i ends.
func closingQuote(b []byte, i int) int {
	for i++; ; i++ {
		quote := bytes.IndexByte(b[i:], '"')
		slash := bytes.IndexByte(b[i:i+quote], '\\')
		if slash < 0 {
			return i + quote
		}
		i += slash + 1 // and past what is escaped
	}
}
