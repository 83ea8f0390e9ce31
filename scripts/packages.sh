#!/bin/sh
# Sees to it that what the tests need is on this machine: Go, Node, PostgreSQL's server programs,
# Chromium, poppler's tools, and the npm packages of the browser tests.
#
# As root, what Debian packages is installed. Otherwise what is missing is named, and we stop.
set -eu
cd "$(dirname "$0")/.."

node_major_min=20
missing=""

have() { command -v "$1" >/dev/null 2>&1; }
need() { missing="$missing $1"; }

have go || { echo "portico: Go is not installed (go.mod says which version)" >&2; exit 1; }
have node && have npm || { echo "portico: Node $node_major_min or newer with npm is not installed" >&2; exit 1; }
node_major=$(node -p 'process.versions.node.split(".")[0]')
if [ "$node_major" -lt "$node_major_min" ]; then
	echo "portico: Node $node_major_min or newer is needed; this is $(node --version)" >&2
	exit 1
fi

ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || have initdb || need postgresql
have chromium || [ -n "${CHROMIUM:-}" ] || need chromium
have pdftotext || need poppler-utils
# A browser without a single font measures nothing.
ls /usr/share/fonts/*/* >/dev/null 2>&1 || need fonts-dejavu-core

if [ -n "$missing" ]; then
	if [ "$(id -u)" -ne 0 ] || ! have apt-get; then
		echo "portico: missing:$missing" >&2
		echo "portico: on Debian, as root: apt-get install$missing" >&2
		exit 1
	fi
	# The tests start a server of their own; the package need not start another.
	case "$missing" in *postgresql*)
		mkdir -p /etc/postgresql-common
		[ -e /etc/postgresql-common/createcluster.conf ] ||
			echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf ;;
	esac
	echo "portico: installing$missing"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -q
	# shellcheck disable=SC2086  # a list of words
	apt-get install -q -y --no-install-recommends -o Dpkg::Options::=--force-confold $missing
fi

# npm ci where the installed packages are not those of the lock file.
for lock in e2e/package-lock.json examples/*/package-lock.json; do
	[ -e "$lock" ] || continue
	folder=$(dirname "$lock")
	installed="$folder/node_modules/.package-lock.json"
	[ -e "$installed" ] && [ ! "$lock" -nt "$installed" ] && continue
	echo "portico: npm ci in $folder"
	(cd "$folder" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-fund --no-audit)
done
