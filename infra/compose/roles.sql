-- Makes the roles when PostgreSQL starts for the first time, with their passwords from files.
\set owner tidemark_owner
\set owner_password `cat /run/secrets/DB_MIGRATION_PASS`
\set worker tidemark
\set worker_password `cat /run/secrets/DB_PASS`
\ir /tidemark/roles.sql
