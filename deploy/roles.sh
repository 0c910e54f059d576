#!/bin/sh
# Make the two roles of Plumb in a new database: plumb_owner migrates and owns the tables; plumb works and owns nothing.
# PostgreSQL's image runs this once, when the volume is empty.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
	--set owner_password="$DATABASE_OWNER_PASSWORD" --set password="$DATABASE_PASSWORD" --set database="$POSTGRES_DB" <<'SQL'
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
