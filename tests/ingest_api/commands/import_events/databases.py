"""The databases that an import reads, as others made them, and what it leaves in ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

TABLE = b"""
create table telemetry_events (
    id bigserial primary key, t timestamptz not null, anon text not null, evt text not null,
    os text, ext text, vscode text, country text, region text,
    duration_ms bigint, wait_ms_total bigint, exit_code integer, session_id text,
    out_bytes_bucket text, scanner_usage boolean, truncated_output boolean,
    error_phase text, exception_hash text, m jsonb
)"""
# runs of 30 visitors over five days, with what the old server keeps in columns and in `m`
RUNS = b"""
insert into telemetry_events (
    t, anon, evt, os, ext, vscode, country, region,
    duration_ms, wait_ms_total, exit_code, session_id, scanner_usage, m
)
select
    timestamptz '2026-02-26 22:00Z' + n * (interval '5 days' / %(rows)s),
    'raw-anon-' || n %% 30,
    (array['java.run.started', 'java.run.completed', 'feature.webview.open'])[1 + n %% 3],
    (array['win32', 'linux', null])[1 + n %% 3], '1.0.' || n %% 4, '1.90.0',
    (array['DE', 'US', null])[1 + n %% 3], case n %% 3 when 0 then 'BE' end,
    case n %% 3 when 1 then n %% 9000 end, case n %% 3 when 1 then 20 end,
    case n %% 3 when 1 then n %% 2 end, 's' || n %% 50, case n %% 3 when 1 then n %% 2 = 0 end,
    jsonb_build_object('sessionId', 's' || n %% 50, 'n', n, 'note', repeat('x', %(note)s)) ||
    case n %% 3 when 1
        then jsonb_build_object('durationMs', n %% 9000, 'waitMsTotal', 20, 'exit', n %% 2)
        else '{}'
    end
from generate_series(1, %(rows)s) as n"""

SCHEMA_0_1 = Path(__file__).with_name("schema_0_1.sql")

OUR_TABLES = (
    "events", "days", "hours", "day_values", "day_durations", "day_top_runs", "visitor_days",
    "visitor_years", "session_days",
)  # fmt: skip


class OldDatabase:
    """A database with the old server's table, at `conninfo`."""

    def __init__(self, conninfo: str) -> None:
        self.conninfo = conninfo
        self.connection = psycopg.connect(conninfo, autocommit=True)

    def execute(self, statement: str, *parameters: Any) -> None:
        """Run a statement."""
        self.connection.execute(statement.encode(), parameters)

    def add(self, **columns: Any) -> None:
        """Add a row; what is not given is an ordinary event's, or null."""
        row = {"t": "2026-03-01T10:00:00Z", "anon": "raw-anon-1", "evt": "test.ping", **columns}
        values = [json.dumps(v) if isinstance(v, dict | list) else v for v in row.values()]
        self.connection.execute(
            sql.SQL("insert into telemetry_events ({}) values ({})").format(
                sql.SQL(", ").join(map(sql.Identifier, row)),
                sql.SQL(", ").join(sql.Placeholder() * len(row)),
            ),
            values,
        )

    def add_runs(self, rows: int, note: int = 10) -> None:
        """Add many different rows, each with a note of so many bytes."""
        self.connection.execute(RUNS, {"rows": rows, "note": note})


@contextmanager
def new_database(cluster: str, name: str) -> Iterator[str]:
    """An empty database of that name: its connection string."""
    identifier = sql.Identifier(name)
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(identifier))
        try:
            yield make_conninfo(cluster, dbname=name)
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(identifier))


@contextmanager
def old_database(cluster: str) -> Iterator[OldDatabase]:
    """A database with the old server's table, empty."""
    with new_database(cluster, "old_server") as conninfo:
        old = OldDatabase(conninfo)
        with old.connection:
            old.connection.execute(TABLE)
            yield old


def make_0_1(connection: psycopg.Connection) -> None:
    """Make the tables of version 0.1 in an empty database."""
    connection.execute(SCHEMA_0_1.read_bytes())


def contents(database: str) -> dict[str, list[str]]:
    """Return what our tables hold, their rows as text."""
    found = {}
    with psycopg.connect(database) as connection:
        for table in OUR_TABLES:
            rows = sql.SQL("select r::text from telemetry.{} as r").format(sql.Identifier(table))
            found[table] = sorted(text for (text,) in connection.execute(rows))
    return found


def first_row(database: str, query: str) -> Any:
    """Return the first row of a query."""
    with psycopg.connect(database) as connection:
        return connection.execute(query.encode()).fetchone()
