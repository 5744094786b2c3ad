-- Minka's database and the four roles that enter it. For psql, as a superuser, on PostgreSQL 15 or newer;
-- may be run again. The launcher runs it on the embedded server, docs/operations.md on a real one.
--
--   minka_owner    owns the tables; used to migrate, and to create test databases
--   minka_app      the application: pages of signed-in people, API, workers
--   minka_public   the public pages: reads publications and base maps, nothing else
--   minka_auditor  reads, for people with a database client of their own
--
-- What the last three may do with each table is granted by `manage.py prepare`, not here.

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['minka_owner', 'minka_app', 'minka_public', 'minka_auditor']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE minka_owner CREATEDB;

-- The server's log holds no rows: neither the one that a constraint refused, nor a statement with its values.
SELECT format('ALTER ROLE %I SET %s', name, setting)
FROM unnest(ARRAY['minka_owner', 'minka_app', 'minka_public', 'minka_auditor']) AS name,
     unnest(ARRAY['log_error_verbosity = terse', 'log_min_error_statement = panic',
                  'log_statement = none', 'log_min_duration_statement = -1']) AS setting \gexec

-- Ahead of the database and of test databases, which are copies of template1: extensions need a superuser.
\connect template1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

SELECT 'CREATE DATABASE minka OWNER minka_owner TEMPLATE template1'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'minka') \gexec

\connect minka
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
REVOKE ALL ON DATABASE minka FROM PUBLIC;
GRANT CONNECT ON DATABASE minka TO minka_app, minka_public, minka_auditor;
