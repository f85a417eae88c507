"""Version 0.1 did not record RUN_EVENTS: an upgrade stops where it can tell that it is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from sql.migrate import MigrationError, migrate
from sql.run_events import recorded
from tests.sql.older import migrate_before


@pytest.fixture
def old(empty_database: str) -> Iterator[psycopg.Connection]:
    """A database of version 0.1, without events."""
    with psycopg.connect(empty_database, autocommit=True) as connection:
        migrate_before(connection, "0120")
        yield connection


def add_runs(connection: psycopg.Connection, name: str) -> None:
    connection.execute(
        "insert into telemetry.days values ('2026-03-01', 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)"
    )
    connection.execute(
        "insert into telemetry.day_values (day, dimension, value, events, visitors)"
        " values ('2026-03-01', 'evt', %s, 1, 0)",
        [name],
    )


@pytest.mark.parametrize("wanted", [None, "other"])
def test_another_prefix_than_the_old_server_s_stops_the_upgrade(
    old: psycopg.Connection, wanted: str | None
) -> None:
    add_runs(old, "app.run.started")
    before = old.execute("select name from telemetry.migrations").fetchall()
    with pytest.raises(MigrationError, match="filled with another RUN_EVENTS; set it as the old"):
        migrate(old, wanted)
    assert old.execute("select name from telemetry.migrations").fetchall() == before
    migrate(old, "app.run")
    assert recorded(old).run_events == "app.run"


@pytest.mark.parametrize("runs", [True, False])
def test_the_same_prefix_or_no_runs_need_no_question(old: psycopg.Connection, runs: bool) -> None:
    if runs:
        add_runs(old, "java.run.started")
    migrate(old)
    assert recorded(old).run_events == "java.run"
