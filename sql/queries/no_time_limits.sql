-- Migrations and whatever works as telemetry_ingest: a time limit meant for people's queries, set for
-- the role or the database, would stop a load or a view refresh for ever.
select set_config(name, '0', false)
from pg_settings
where name in (
    'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout'
)
