"""Migrations: from nothing, after a release, by two at once, and when one fails."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sql import countries, statements
from sql.migrate import MigrationError, migrate, require_current, require_known
from sql.statements import names
from tests.ingest_api.commands.import_events.databases import make_0_1


@pytest.fixture
def empty(empty_database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of our SQL, which is used in its place and may be changed."""

    def forget() -> None:
        statements.names.cache_clear()
        statements.statement.cache_clear()
        countries.countries.cache_clear()

    shutil.copytree(statements.FOLDER, tmp_path / "sql")
    monkeypatch.setattr(statements, "FOLDER", tmp_path / "sql")
    forget()
    yield tmp_path / "sql"
    monkeypatch.undo()
    forget()


def change(path: Path, content: str) -> None:
    """Write a file of our SQL, as another version has it."""
    path.write_text(content)
    statements.names.cache_clear()
    statements.statement.cache_clear()
    countries.countries.cache_clear()


def tables(connection: psycopg.Connection) -> set[str]:
    """Return the names of our tables and views."""
    rows = connection.execute(
        "select relname from pg_class where relnamespace = 'telemetry'::regnamespace"
        " and relkind in ('r', 'p', 'm')"
    )
    return {row[0] for row in rows}


def test_an_empty_database_gets_everything(empty: psycopg.Connection) -> None:
    assert migrate(empty) == [*names("schema"), *names("migrations")]
    assert {"events", "days", "visitor_days", "daily_activity"} <= tables(empty)
    assert migrate(empty) == []


def test_every_country_has_a_continent(connection: psycopg.Connection) -> None:
    rows = connection.execute("select code, continent from telemetry.countries").fetchall()
    countries: dict[str, str] = dict(rows)
    assert len(countries) >= 249
    assert set(countries.values()) == {"AF", "AN", "AS", "EU", "NA", "OC", "SA"}
    known = {"SE": "EU", "US": "NA", "IN": "AS", "BR": "SA", "ZA": "AF", "NZ": "OC", "AQ": "AN"}
    assert {code: countries[code] for code in known} == known


def test_a_migration_changes_what_the_first_release_made(
    connection: psycopg.Connection, code: Path
) -> None:
    require_current(connection)
    change(code / "migrations" / "9999_later.sql", "create table telemetry.later (one int)")
    with pytest.raises(MigrationError, match="start the server first"):
        require_current(connection)
    assert migrate(connection) == ["migrations/9999_later"]
    assert "later" in tables(connection)
    assert migrate(connection) == []
    # whoever may read the tables may read the new one
    connection.execute("set role telemetry_reader")
    connection.execute("select * from telemetry.later")


def test_a_new_database_gets_the_migrations_too(empty: psycopg.Connection, code: Path) -> None:
    change(code / "migrations" / "9999_later.sql", "alter table telemetry.days add later int")
    assert migrate(empty)[-1] == "migrations/9999_later"


def test_a_database_of_0_1_is_refused_with_what_to_do(empty: psycopg.Connection) -> None:
    make_0_1(empty)
    before = tables(empty)
    for refused in (migrate, require_current):
        with pytest.raises(MigrationError, match="start with an empty one") as raised:
            refused(empty)
        assert "minigem import --from URL --table telemetry.events" in str(raised.value)
        assert "\n" not in str(raised.value)
    assert tables(empty) == before


def test_a_database_of_a_later_version_is_refused(connection: psycopg.Connection) -> None:
    connection.execute("insert into telemetry.migrations values ('migrations/0042_unknown')")
    before = tables(connection)
    for refused in (migrate, require_known, require_current):
        with pytest.raises(MigrationError, match=r"later version .* migrations/0042_unknown"):
            refused(connection)
    assert tables(connection) == before


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
    assert sorted(applied) == [[], [], [], [*names("schema"), *names("migrations")]]


def test_a_migration_that_fails_leaves_what_was_before(
    connection: psycopg.Connection, code: Path
) -> None:
    before = tables(connection)
    change(code / "migrations" / "0001_good.sql", "create table telemetry.good (one int)")
    half = "create table telemetry.half (one int); select 1/0"
    change(code / "migrations" / "0002_bad.sql", half)
    with pytest.raises(MigrationError, match=r"0002_bad was not applied: division by zero"):
        migrate(connection)
    assert tables(connection) == before | {"good"}
