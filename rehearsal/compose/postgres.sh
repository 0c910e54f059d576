#!/bin/bash
# What the official image does at its start, as far as docker-compose.yml relies on it.
set -euo pipefail
if [[ $(id -u) = 0 ]]; then
	mkdir -p "$PGDATA"
	chown -R postgres /var/lib/postgresql
	chmod 700 "$PGDATA"
	exec setpriv --reuid postgres --regid postgres --clear-groups "$0" "$@"
fi
if [[ ! -s $PGDATA/PG_VERSION ]]; then
	# shellcheck disable=SC2086 the arguments are several words
	initdb --pgdata "$PGDATA" --username "$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") $POSTGRES_INITDB_ARGS
	echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
	pg_ctl --pgdata "$PGDATA" --options "-c listen_addresses=''" --wait start
	createdb --host /tmp --username "$POSTGRES_USER" "$POSTGRES_DB"
	for script in /docker-entrypoint-initdb.d/*.sh; do
		PGHOST=/tmp "$script"
	done
	pg_ctl --pgdata "$PGDATA" --mode fast --wait stop
fi
exec "$@" -D "$PGDATA" -c "listen_addresses=*"
