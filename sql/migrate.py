"""Bring a database to the form that this version of the code works with."""

from __future__ import annotations

import hashlib
import logging

import psycopg
from psycopg import sql

from sql.countries import countries
from sql.roles import grant_rights, make_roles
from sql.statements import names, statement

logger = logging.getLogger(__name__)

# any number will do that nobody else locks; every process of ours uses the same
ADVISORY_LOCK = 7305_2026
UNREPORTED_EXITS = "migrations/0131_unreported_exits"  # the first that asks for RUN_EVENTS
RUN_EVENTS = "java.run"  # what a new database gets

# what commands say that leave the migrations to the server: it knows RUN_EVENTS
OTHER_VERSION = "its tables are of another version than this program: start the server first"


class MigrationError(RuntimeError):
    """The database can't be brought up to date; trying again would not help."""


def migrate(connection: psycopg.Connection, run_events: str | None = None) -> list[str]:
    """Apply what is missing of `migrations/` and `views/`; return the migrations applied.

    `connection` must be in autocommit mode, and own the schema where something is missing;
    `run_events` is how the run events' names start, for a database that has no record of it yet;
    None: RUN_EVENTS. Each migration is a transaction of its own, and servers that start at once
    take turns; what was applied before one that fails stays. Raises MigrationError where the fault
    is in what is applied or in the rights of the login, psycopg.OperationalError where the database
    is out of reach, short of something or busy.
    """
    try:
        return _migrate(connection, run_events)
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        if connection.closed:
            raise
        notes = getattr(error, "__notes__", ["its schema could not be made"])
        raise MigrationError(
            f"the database can't be brought up to date, it is as before: {'; '.join(notes)}: "
            f"{error.diag.message_primary or error}"
        ) from error


def is_made(connection: psycopg.Connection) -> bool:
    """Return whether there are tables of ours. Changes nothing. Raises psycopg.Error."""
    return _exists(connection, "telemetry.migrations")


def is_current(connection: psycopg.Connection) -> bool:
    """Return whether no migration is missing. Changes nothing. Raises psycopg.Error."""
    if not is_made(connection):
        return False
    applied = {row[0] for row in connection.execute("select name from telemetry.migrations")}
    return applied.issuperset(names("migrations"))


def _migrate(connection: psycopg.Connection, run_events: str | None) -> list[str]:
    connection.execute(statement("queries/no_time_limits"))
    with locked(connection):
        if not is_made(connection):
            connection.execute("create schema if not exists telemetry")
            connection.execute(
                "create table telemetry.migrations ("
                "name text primary key, applied_at timestamptz not null default now())"
            )
        make_roles(connection)
        applied = {row[0] for row in connection.execute("select name from telemetry.migrations")}
        missing = [name for name in names("migrations") if name not in applied]
        if _exists(connection, "telemetry.settings"):
            run_events = _recorded_run_events(connection)
        run_events = run_events or RUN_EVENTS
        if UNREPORTED_EXITS in missing and _exists(connection, "telemetry.days"):
            _require_runs(connection, run_events)
        connection.execute("select set_config('telemetry.run_events', %s, false)", [run_events])
        for name in missing:
            try:
                with connection.transaction():
                    connection.execute(statement(name))
                    connection.execute(
                        "insert into telemetry.migrations (name) values (%s)", [name]
                    )
            except psycopg.Error as error:
                error.add_note(f"migration {name} was not applied")
                raise
            logger.info("applied %s", name)
        if missing:
            fill_countries(connection)
        create_views(connection)
        grant_rights(connection)
        return missing


def _exists(connection: psycopg.Connection, table: str) -> bool:
    """Return whether there is a table: `if not exists` would take the right to make it."""
    row = connection.execute("select to_regclass(%s) is not null", [table]).fetchone()
    return row == (True,)


def _recorded_run_events(connection: psycopg.Connection) -> str:
    row = connection.execute("select run_events from telemetry.settings").fetchone()
    assert row is not None
    return str(row[0])


def _require_runs(connection: psycopg.Connection, run_events: str) -> None:
    """Raise MigrationError if the rollups of version 0.1 are of other run events.

    It did not record how they are called, so it has to be told once more.
    """
    row = connection.execute(
        statement("maintenance/has_other_runs"), {"run_events": run_events}
    ).fetchone()
    if row == (True,):
        raise MigrationError(
            f"RUN_EVENTS is {run_events}, but this database was filled with another RUN_EVENTS; "
            "set it as the old server had it"
        )


class locked:  # noqa: N801 - reads as a verb in `with locked(connection)`
    """Hold the lock of schema changes."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("select pg_advisory_lock(%s)", [ADVISORY_LOCK])

    def __exit__(self, *_: object) -> None:
        if not self._connection.closed:
            self._connection.execute("select pg_advisory_unlock(%s)", [ADVISORY_LOCK])


def fill_countries(connection: psycopg.Connection) -> None:
    """Write the ISO 3166 countries, as GeoNames has them, to `telemetry.countries`."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            "insert into telemetry.countries (code, name, continent) values (%s, %s, %s) "
            "on conflict (code) do update set name = excluded.name, continent = excluded.continent",
            countries(),
        )


def create_views(connection: psycopg.Connection) -> None:
    """Create the materialized views anew where one of their files changed."""
    if not _exists(connection, "telemetry.views"):
        connection.execute(
            "create table telemetry.views (name text primary key, digest text not null)"
        )
    wanted = {
        name.removeprefix("views/"): hashlib.sha256(statement(name)).hexdigest()
        for name in names("views")
    }
    rows = connection.execute("select name, digest from telemetry.views").fetchall()
    existing: dict[str, str] = dict(rows)
    if wanted == existing:
        return
    with connection.transaction():
        for name in existing:
            view = sql.Identifier("telemetry", name)
            connection.execute(sql.SQL("drop materialized view if exists {} cascade").format(view))
        connection.execute("delete from telemetry.views")
        for name, digest in wanted.items():
            connection.execute(statement(f"views/{name}"))
            connection.execute("insert into telemetry.views values (%s, %s)", [name, digest])
    logger.info("created the views %s", ", ".join(wanted))
