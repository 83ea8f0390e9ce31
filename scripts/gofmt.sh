#!/bin/sh
# Names the Go files that gofmt would change, and fails if there are any.
set -eu
cd "$(dirname "$0")/.."
[ -d cmd ] && folders="cmd internal" || folders=internal
# shellcheck disable=SC2086  # a list of words
changed=$(gofmt -l $folders)
[ -z "$changed" ] || { echo "run gofmt -w on:"; echo "$changed"; exit 1; }
