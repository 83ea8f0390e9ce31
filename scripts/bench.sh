#!/bin/sh
# bench.sh: measures the program beside the limit of this machine and beside stripe-mock, on both
# engines, and prints the table of docs/performance.md. It needs what the tests need; stripe-mock
# is installed into a cache of its own, because its dependencies are not ours. Without a network
# its column stays empty.
set -eu

version=v0.203.0
cache="${XDG_CACHE_HOME:-$HOME/.cache}/portico-bench"
mock="$cache/stripe-mock-$version"

if [ ! -x "$mock" ] && mkdir -p "$cache/bin"; then
	if GOBIN="$cache/bin" go install "github.com/stripe/stripe-mock@$version" 2>"$cache/log"; then
		mv "$cache/bin/stripe-mock" "$mock"
	else
		echo "portico: stripe-mock cannot be installed ($cache/log says why)" >&2
	fi
fi

if [ -x "$mock" ] && [ -z "${PORTICO_BENCH_STRIPE_MOCK:-}" ]; then
	port=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1",
		() => { console.log(s.address().port); s.close(); })')
	"$mock" -http-addr "127.0.0.1:$port" -https-addr 127.0.0.1:0 >/dev/null 2>&1 &
	started=$!
	trap 'kill "$started" 2>/dev/null || true' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	PORTICO_BENCH_STRIPE_MOCK="http://127.0.0.1:$port"
	export PORTICO_BENCH_STRIPE_MOCK
fi

# The house is measured inside the test's process, with the garbage collector set as the program
# sets it for itself (internal/config/memory.go); stripe-mock keeps its own setting.
GOGC="${GOGC:-200}" "${GO:-go}" test ./internal/bench -run '^$' -bench House -benchtime 1x -timeout 30m "$@"
