#!/bin/sh
# Creates the three roles and the database in a new PostgreSQL. Run it once, as root or as a superuser of the database. It reads the
# passwords from the folder SECRETS: evenkeel_password, backup_password, drill_password. The program's role owns its database and is subject
# to row-level security. The backup role can read all rows and write none. The drill role can create databases and cannot see any other.
set -eu
secret() { cat "${SECRETS:-/run/secrets}/$1"; }
# PostgreSQL knows its superuser by the user of the machine, and that is not root.
as_superuser() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
cd /
# Through the environment: everyone on the machine can read the arguments of a command.
evenkeel=$(secret evenkeel_password) backup=$(secret backup_password) drill=$(secret drill_password)
export evenkeel backup drill
as_superuser psql --set=ON_ERROR_STOP=1 --quiet --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv evenkeel evenkeel
\getenv backup backup
\getenv drill drill
CREATE ROLE evenkeel LOGIN PASSWORD :'evenkeel';
CREATE DATABASE evenkeel OWNER evenkeel;
REVOKE CONNECT, TEMPORARY ON DATABASE evenkeel FROM PUBLIC;
CREATE ROLE evenkeel_backup LOGIN BYPASSRLS PASSWORD :'backup' IN ROLE pg_read_all_data;
GRANT CONNECT ON DATABASE evenkeel TO evenkeel_backup;
CREATE ROLE evenkeel_drill LOGIN CREATEDB PASSWORD :'drill';
SQL
