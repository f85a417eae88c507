"""Migrations: from nothing, from an earlier version, by two at once, and when one fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sql import statements
from sql.migrate import MigrationError, migrate
from sql.statements import names, statement


@pytest.fixture
def empty(empty_database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        yield connection


def tables(connection: psycopg.Connection) -> set[str]:
    """Return the names of our tables and views."""
    rows = connection.execute(
        "select relname from pg_class where relnamespace = 'telemetry'::regnamespace"
        " and relkind in ('r', 'p', 'm')"
    )
    return {row[0] for row in rows}


def test_an_empty_database_gets_everything(empty: psycopg.Connection) -> None:
    assert migrate(empty) == list(names("migrations"))
    assert {"events", "days", "visitor_days", "daily_activity"} <= tables(empty)
    assert migrate(empty) == []


def test_every_country_has_a_continent(connection: psycopg.Connection) -> None:
    rows = connection.execute("select code, continent from telemetry.countries").fetchall()
    countries: dict[str, str] = dict(rows)
    assert len(countries) >= 249
    assert set(countries.values()) == {"AF", "AN", "AS", "EU", "NA", "OC", "SA"}
    known = {"SE": "EU", "US": "NA", "IN": "AS", "BR": "SA", "ZA": "AF", "NZ": "OC", "AQ": "AN"}
    assert {code: countries[code] for code in known} == known


def test_an_earlier_version_is_brought_up_to_date(empty: psycopg.Connection) -> None:
    first = names("migrations")[0]
    empty.execute("create schema telemetry")
    empty.execute(
        "create table telemetry.migrations"
        " (name text primary key, applied_at timestamptz default now())"
    )
    empty.execute(statement(first))
    empty.execute("insert into telemetry.migrations (name) values (%s)", [first])
    assert migrate(empty) == list(names("migrations")[1:])
    assert "days" in tables(empty)


def test_servers_that_start_at_once_take_turns(empty_database: str) -> None:
    applied: list[list[str]] = []

    def start() -> None:
        with psycopg.connect(empty_database, autocommit=True) as connection:
            applied.append(migrate(connection))

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(applied) == [[], [], [], list(names("migrations"))]


def test_views_are_created_anew_when_their_file_changed(connection: psycopg.Connection) -> None:
    connection.execute("update telemetry.views set digest = 'of an older file'")
    connection.execute("insert into telemetry.views values ('dropped_view', 'x')")
    connection.execute("create materialized view telemetry.dropped_view as select 1 as one")
    before = oid(connection)
    migrate(connection)
    assert oid(connection) != before
    assert "dropped_view" not in tables(connection)
    before = oid(connection)
    migrate(connection)
    assert oid(connection) == before


def oid(connection: psycopg.Connection) -> int:
    """Return what changes when a view is created anew."""
    row = connection.execute("select 'telemetry.daily_activity'::regclass::oid::int").fetchone()
    assert row is not None
    return int(row[0])


def test_a_migration_that_fails_leaves_what_was_before(
    empty: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_good.sql").write_text("create table telemetry.good (one int)")
    (folder / "0002_bad.sql").write_text("create table telemetry.half (one int); select 1/0")
    monkeypatch.setattr(statements, "FOLDER", tmp_path)
    statements.names.cache_clear()
    try:
        with pytest.raises(MigrationError, match=r"0002_bad was not applied: division by zero"):
            migrate(empty)
    finally:
        statements.names.cache_clear()
    assert tables(empty) == {"migrations", "good"}
