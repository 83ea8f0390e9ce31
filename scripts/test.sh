#!/bin/sh
# The whole test suite, in the order in which a mistake is cheapest to find. Run it by `make test`,
# which sees to PostgreSQL and the packages.
set -eu
cd "$(dirname "$0")/.."

export CGO_ENABLED=0
work=$(mktemp -d "${TMPDIR:-/tmp}/portico-test-XXXXXX")
failed=""
summary=""

clean_up() {
	status=$?
	trap - EXIT INT TERM HUP
	rm -rf "$work"
	exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# step NAME COMMAND…: goes on after a failure, so that one run tells everything.
step() {
	name=$1
	shift
	echo
	echo "== $name"
	start=$(date +%s)
	if "$@"; then result="ok    "; else result="FAILED"; failed="$failed $name;"; fi
	summary="$summary
  $result  $name ($(($(date +%s) - start)) s)"
}

# Most tests of these rooms hardly depend on the engine and open one database, not both.
on_postgres() { PORTICO_TEST_ENGINE=postgres go test -p 2 -timeout 20m "$@"; }

node_tests() { (cd "$1" && node --test --test-concurrency=2); }

step "gofmt" scripts/gofmt.sh
step "go vet" go vet ./...
step "go test" go test -p 2 -timeout 20m ./...
step "go test, what ran on SQLite only" on_postgres ./internal/app ./internal/api \
	./internal/web/mailbox ./internal/web/portal ./internal/worker
step "build" go build -trimpath -ldflags="-s -w" -o "$work/portico" ./cmd/portico
export PORTICO_BIN="$work/portico"
for folder in e2e examples/*; do
	if [ -e "$folder/package.json" ]; then
		step "node tests in $folder" node_tests "$folder"
	fi
done

echo
echo "portico:$summary"
if [ -n "$failed" ]; then
	echo "portico: FAILED:${failed%;}"
	exit 1
fi
echo "portico: all tests passed"
