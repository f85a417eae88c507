"""Databases as earlier versions left them."""

from __future__ import annotations

import psycopg

from sql.roles import make_roles
from sql.statements import names, statement


def migrate_before(connection: psycopg.Connection, number: str) -> None:
    """Apply the migrations before a number, such as 0120, to an empty database."""
    connection.execute("create schema telemetry")
    connection.execute(
        "create table telemetry.migrations"
        " (name text primary key, applied_at timestamptz not null default now())"
    )
    make_roles(connection)
    connection.execute("set telemetry.run_events = 'java.run'")
    for name in names("migrations"):
        if name < f"migrations/{number}":
            connection.execute(statement(name))
            connection.execute("insert into telemetry.migrations (name) values (%s)", [name])
