#!/bin/sh
# Creates the three roles and the database in a new PostgreSQL. Run it once, as a superuser, with the passwords in files in the folder
# SECRETS. The program's role owns its database and is subject to row-level security. The backup role can read all rows and write none.
# The drill role can create databases and cannot see any other.
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
