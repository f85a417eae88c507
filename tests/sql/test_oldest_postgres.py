"""Everything we need from a database also works on this machine's oldest PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from dashboard_app.filters import Filters
from dashboard_app.query.run import ask
from ingest_api.commands.forget.rows import Rows
from ingest_api.loading.retention import drop_before
from ingest_api.stats.answer import collect_stats
from sql.database import external_conninfo
from tests.dashboard_app.query.test_run import NAMES, parameters
from tests.dashboard_app.sample import load, sample_events
from tests.rollups import all_differences
from tests.sql.managed import make_authority, managed_postgres

NOW = datetime.now(UTC)
TODAY = NOW.date()
FILTERS = (Filters(), Filters(event="java.run.completed"), Filters(systems=("linux",)))


@pytest.fixture(scope="module")
def oldest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[psycopg.Connection]:
    """A connection to a database with events in an old PostgreSQL, as a login with few rights."""
    folder = tmp_path_factory.mktemp("oldest")
    authority = make_authority(folder, "right")
    with managed_postgres(authority, which=0) as url:
        database = external_conninfo({"DATABASE_URL": f"{url}?sslrootcert={authority}"}) or ""
        (folder / "logs").mkdir()
        load(database, folder / "logs", sample_events(NOW))
        with psycopg.connect(database, autocommit=True) as connection:
            yield connection


def test_it_is_older_than_the_embedded_one(oldest: psycopg.Connection) -> None:
    assert 14 <= oldest.info.server_version // 10_000 < 18


def test_rollups_are_those_of_the_events(oldest: psycopg.Connection) -> None:
    assert all_differences(oldest) == []


@pytest.mark.parametrize("k", [None, 5])
def test_stats_are_answered(oldest: psycopg.Connection, k: int | None) -> None:
    stats = collect_stats(oldest, TODAY - timedelta(days=29), TODAY, NOW, k)
    assert stats["total"] > 0


@pytest.mark.parametrize("name", NAMES)
def test_pages_are_answered(oldest: psycopg.Connection, name: str) -> None:
    for filters in FILTERS:
        ask(oldest, name, **parameters(name, 0, 30, filters))


def test_what_is_deleted_is_gone(oldest: psycopg.Connection) -> None:
    row = oldest.execute("select min(anon::text)::uuid from telemetry.visitors").fetchone()
    assert row is not None
    Rows(oldest, row[0], "java.run").forget()
    drop_before(oldest, TODAY - timedelta(days=10))
    assert Rows(oldest, row[0], "java.run").count() == {}
    assert all_differences(oldest) == []
