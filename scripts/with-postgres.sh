#!/bin/sh
# with-postgres.sh COMMAND…: runs a command beside a PostgreSQL of its own, whose address is in
# PORTICO_TEST_PG. The server listens on a free loopback port, keeps its data in a temporary
# folder, makes nothing durable, and is gone when this script ends, however it ends.
#
# It plans without statistics, which is right for small data and nothing else: AUTOVACUUM=on lets it
# gather them. If PORTICO_TEST_PG is set already, that server is used and left alone.
set -eu

if [ -n "${PORTICO_TEST_PG:-}" ]; then
	exec "$@"
fi

programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$programs" ] || programs=$(dirname "$(command -v initdb)") || {
	echo "portico: PostgreSQL is not installed (Debian: postgresql)" >&2
	exit 1
}

folder=$(mktemp -d "${TMPDIR:-/tmp}/portico-pg-XXXXXX")

# PostgreSQL refuses to run as root.
as_postgres() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
	chown postgres "$folder"
	as_postgres() { (cd / && exec runuser -u postgres -- "$@"); }
fi

# The keeper waits until nobody holds the other end of the pipe any more, which even a kill -9 of
# this script brings about, and then cleans up. Children of ours must not hold it: 9>&-.
mkfifo "$folder/alive"
(
	trap '' INT TERM HUP
	read -r _ <"$folder/alive" || true
	as_postgres "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
	rm -rf "$folder"
) &
keeper=$!
exec 9>"$folder/alive"
trap 'exec 9>&-; wait "$keeper"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# The databases sort as English does where the server can, so that a query which needs the order
# of bytes and does not say so is found out.
make_cluster() {
	rm -rf "$folder/data"
	as_postgres "$programs/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --no-sync "$@" \
		>"$folder/initdb.log" 2>&1 9>&-
}
make_cluster --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US ||
	make_cluster --locale=C || { cat "$folder/initdb.log" >&2; exit 1; }

free_port='const s = require("node:net").createServer().listen(0, "127.0.0.1", () => {
	console.log(s.address().port); s.close(); })'
port=$(node -e "$free_port" 9>&-)

as_postgres "$programs/pg_ctl" -D "$folder/data" -w -t 60 -l "$folder/data/log" -o "-p $port \
	-c listen_addresses=127.0.0.1 -c unix_socket_directories= \
	-c fsync=off -c synchronous_commit=off -c full_page_writes=off \
	-c autovacuum=${AUTOVACUUM:-off} -c autovacuum_naptime=5s \
	-c shared_buffers=64MB -c max_connections=300" start >/dev/null 9>&- || {
	cat "$folder/data/log" >&2
	exit 1
}

PORTICO_TEST_PG="postgres://postgres@127.0.0.1:$port/postgres"
export PORTICO_TEST_PG

# Not exec: the shell stays to say when it is over.
"$@" 9>&-
