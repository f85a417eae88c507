"""The stored databases: built through the loader once, found again, replaced by newer code's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import stored
from bench.databases import Databases, ask
from bench.stored import Stored

EVENTS = 3000
OID = "select oid::int from pg_database where datname = current_database()"


@pytest.fixture
def databases(cluster: str) -> Iterator[Databases]:
    """The databases of the tests' PostgreSQL, without ours afterwards."""
    databases = Databases(cluster)
    before = databases.names()
    yield databases
    for name in [*(set(databases.names()) - set(before)), "scratch_empty"]:
        databases.drop(name)


def test_both_ways_hold_the_same_events(databases: Databases, tmp_path: Path) -> None:
    kept = Stored(databases, tmp_path, visitors=100)
    ours = databases.conninfo(kept.ours(EVENTS))
    obvious = databases.conninfo(kept.obvious(EVENTS))
    sums = "count(*)::text || ' ' || sum(extract(epoch from t)) || ' ' || sum(duration_ms)"
    assert ask(ours, f"select {sums} from telemetry.events") == ask(
        obvious, f"select {sums} from events"
    )
    assert ask(ours, "select sum(events)::int from telemetry.days") == EVENTS
    assert ask(ours, "select count(*) from telemetry.days") == 365
    assert not list(tmp_path.rglob("*.jsonl"))


def test_a_database_is_built_once_until_the_code_that_fills_it_changes(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Stored(databases, tmp_path, visitors=100)
    name = kept.ours(EVENTS)
    oid = ask(databases.conninfo(name), OID)
    assert kept.ours(EVENTS) == name
    assert ask(databases.conninfo(name), OID) == oid
    monkeypatch.setattr(stored, "fingerprint", lambda: "0123456789ab")
    newer = kept.ours(EVENTS)
    assert newer == f"events_{EVENTS}_100_32_365_0123456789ab"
    assert name not in databases.names()
