#!/bin/sh
# Makes the three roles and the database, once, in a new PostgreSQL: as a superuser, with the passwords in files of the folder SECRETS.
# The program's role owns its database and passes by no wall; the one for backups sees all rows and writes none; the one for drills may
# make databases of its own and sees no other.
set -eu
secret() { cat "${SECRETS:-/run/secrets}/$1"; }
psql --set=ON_ERROR_STOP=1 --quiet --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --set=evenkeel="$(secret evenkeel_password)" --set=backup="$(secret backup_password)" --set=drill="$(secret drill_password)" <<'SQL'
CREATE ROLE evenkeel LOGIN PASSWORD :'evenkeel';
CREATE DATABASE evenkeel OWNER evenkeel;
REVOKE CONNECT, TEMPORARY ON DATABASE evenkeel FROM PUBLIC;
CREATE ROLE evenkeel_backup LOGIN BYPASSRLS PASSWORD :'backup' IN ROLE pg_read_all_data;
GRANT CONNECT ON DATABASE evenkeel TO evenkeel_backup;
CREATE ROLE evenkeel_drill LOGIN CREATEDB PASSWORD :'drill';
SQL
