-- The two roles of Tidemark, for an administrator to make once, in Tidemark's own database, before the
-- first migration: the owner migrates (DB_MIGRATION_USER), the worker reads and writes rows (DB_USER).
--
--   psql -d tidemark -v owner=tidemark_owner -v owner_password=... \
--     -v worker=tidemark -v worker_password=... -f roles.sql
--
-- Run it again to change the passwords.
\set ON_ERROR_STOP on

begin;

set local tidemark.owner = :'owner';
set local tidemark.owner_password = :'owner_password';
set local tidemark.worker = :'worker';
set local tidemark.worker_password = :'worker_password';

do $roles$
declare
  owner constant name := current_setting('tidemark.owner');
  worker constant name := current_setting('tidemark.worker');
  role name;
begin
  foreach role in array array[owner, worker] loop
    if not exists (select from pg_roles where rolname = role) then
      execute format('create role %I', role);
    end if;
  end loop;
  -- 'migrate lint' tries migrations in a database that it makes and drops. An owner who should make none, 'nocreatedb',
  -- needs an empty one for that: TIDEMARK_MIGRATION_SCRATCH_URL.
  execute format('alter role %I login createdb password %L', owner, current_setting('tidemark.owner_password'));
  execute format('alter role %I login password %L', worker, current_setting('tidemark.worker_password'));

  -- Nobody else connects, and nobody but the owner creates anything, be it temporary.
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to %I, %I', current_database(), owner, worker);
  revoke all on schema public from public;
  execute format('grant usage, create on schema public to %I', owner);
  execute format('grant usage on schema public to %I', worker);
  -- What the worker may do with the owner's tables, every 'migrate upgrade' grants.
end
$roles$;

commit;
