#!/bin/sh
# fuzz.sh SECONDS: gives every fuzz test that many seconds, one after the other.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-30}
grep -rlE '^func Fuzz[A-Z]' --include='*_test.go' internal | while read -r file; do
	sed -nE 's/^func (Fuzz[A-Za-z0-9_]+)\(.*/\1/p' "$file" | while read -r name; do
		echo "== $name in $(dirname "$file")"
		go test "./$(dirname "$file")" -run '^$' -fuzz "^$name\$" -fuzztime "${seconds}s"
	done
done
