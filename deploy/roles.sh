#!/bin/sh
# Make the two roles of Plumb in a new database: plumb_owner migrates and owns the tables; plumb works and owns nothing.
# PostgreSQL's image runs this once, when the volume is empty. The passwords do not go by the command line, which
# everybody on the machine may read.
set -eu
: "${DATABASE_OWNER_PASSWORD:?}" "${DATABASE_PASSWORD:?}"
export DATABASE_OWNER_PASSWORD DATABASE_PASSWORD
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
	--set database="$POSTGRES_DB" <<'SQL'
\getenv owner_password DATABASE_OWNER_PASSWORD
\getenv password DATABASE_PASSWORD
CREATE ROLE plumb_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE plumb LOGIN PASSWORD :'password' CONNECTION LIMIT 80;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO plumb_owner, plumb;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO plumb_owner;
GRANT USAGE ON SCHEMA public TO plumb;
ALTER DEFAULT PRIVILEGES FOR ROLE plumb_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO plumb;
ALTER DEFAULT PRIVILEGES FOR ROLE plumb_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO plumb;
SQL
