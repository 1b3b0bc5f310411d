#!/bin/sh
# Run once by the postgres image, on an empty volume: a database and a role for each service.
# A role owns its database and may enter no other; none is a superuser.
set -eu

for service in auth portal invoices notifications; do
    variable="$(printf '%s' "$service" | tr '[:lower:]' '[:upper:]')_DATABASE_PASSWORD"
    eval "password=\${$variable}"
    psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
        --set service="$service" --set password="$password" <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE DATABASE :"service" OWNER :"service";
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
done
