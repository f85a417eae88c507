"""A window's visitors match the events, whether days or years are read."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from ingest_api.events.contract import LogLine
from sql.statements import statement
from tests.conftest import own_database
from tests.ingest_api.loading.test_rollups import load

BEGIN = datetime(2023, 11, 1, tzinfo=UTC)
DAYS = 520
CONTINENTS = {"DE": "EU", "FR": "EU", "US": "NA", None: "Unknown"}
WINDOWS = [
    (date(2024, 12, 31), date(2024, 12, 31)),  # the 366th day
    (date(2024, 12, 31), date(2025, 1, 1)),
    (date(2023, 12, 1), date(2024, 1, 31)),
    (date(2023, 12, 2), date(2025, 2, 27)),
    (date(2024, 1, 1), date(2024, 12, 31)),
    (date(2024, 2, 10), date(2024, 3, 31)),
    (date(2024, 2, 29), date(2024, 4, 1)),
    (date(2024, 6, 3), date(2024, 6, 21)),
    (date(2020, 1, 1), date(2030, 12, 31)),
    (date(2019, 1, 1), date(2020, 12, 31)),
]
SHARES = [  # all visitors, as counted by two connections
    ("00000000-0000-0000-0000-000000000000", "5fffffff-ffff-ffff-ffff-ffffffffffff"),
    ("60000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
]
Window = tuple[date, date]


@pytest.fixture(scope="module")
def lines() -> list[LogLine]:
    """Events of visitors: some travel, some come once, some come at night."""
    chance = random.Random(5)
    found = []
    for number in range(900):
        visitor = int(chance.random() ** 2 * 80)
        hour = chance.choice((0, 23)) if visitor % 3 else chance.randrange(24)
        t = BEGIN + timedelta(days=chance.randrange(DAYS), hours=hour, minutes=number % 60)
        t_ms = int(t.timestamp() * 1000)
        line = LogLine(number, t_ms, f"{visitor:032x}", "e", "linux", "1.0", "1", t_ms)
        line.country = chance.choice(("DE", "FR", "US", None)) if visitor % 2 else "DE"
        found.append(line)
    return found


@pytest.fixture(scope="module")
def filled(
    cluster: str, tmp_path_factory: pytest.TempPathFactory, lines: list[LogLine]
) -> Iterator[psycopg.Connection]:
    with own_database(cluster) as database:
        load(database, tmp_path_factory.mktemp("years") / "logs", lines, 200)
        with psycopg.connect(database) as connection:
            yield connection


def counted(lines: list[LogLine], first: date, last: date) -> dict[tuple[str, str | None], int]:
    """Return the distinct visitors by kind and place, as /stats' query does."""
    seen: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    seen["all", None] = set()
    for hour in range(24):
        seen["hour", str(hour)] = set()
    for line in lines:
        t = datetime.fromtimestamp(line.t / 1000, UTC)
        if first <= t.date() <= last:
            seen["all", None].add(line.anon)
            seen["hour", str(t.hour)].add(line.anon)
            seen["country", line.country or "Unknown"].add(line.anon)
            seen["continent", CONTINENTS[line.country]].add(line.anon)
    return {group: len(anons) for group, anons in seen.items()}


@pytest.mark.parametrize("window", WINDOWS, ids=str)
@pytest.mark.parametrize("years", [0, 10**9], ids=["by years", "by days"])
def test_visitors_are_those_of_the_events(
    filled: psycopg.Connection, lines: list[LogLine], window: Window, years: int
) -> None:
    first, last = window
    asked = {"first": first, "last": last}
    with filled.transaction(force_rollback=True):
        filled.execute(
            "update pg_class set reltuples = %s where oid = 'telemetry.visitor_years'::regclass",
            [years],
        )
        found: Counter[tuple[str, str | None]] = Counter()
        for least, greatest in SHARES:
            share = {**asked, "least_anon": least, "greatest_anon": greatest}
            for of, place, count in filled.execute(statement("queries/stats/visitors"), share):
                found[of, place] += count
        pairs = set(filled.execute(statement("fragments/visitors"), asked).fetchall())
    expected = counted(lines, first, last)
    assert found == expected
    assert len(found) == len(expected)
    assert len(pairs) == sum(n for (kind, _), n in expected.items() if kind == "country")
    assert len({anon for anon, _ in pairs}) == expected["all", None]


def test_only_the_smaller_table_is_read(filled: psycopg.Connection) -> None:
    def plan(years: int) -> str:
        with filled.transaction(force_rollback=True):
            filled.execute(
                "update pg_class set reltuples = %s"
                " where oid = 'telemetry.visitor_years'::regclass",
                [years],
            )
            lines = filled.execute(
                b"explain analyze " + statement("fragments/visitors"),
                {"first": date(2024, 3, 1), "last": date(2024, 5, 31)},
            )
            return "\n".join(line for (line,) in lines)

    for years, left_out in ((0, "visitor_days"), (10**9, "visitor_years")):
        scans = [line for line in plan(years).splitlines() if f" on {left_out} " in line]
        assert scans
        assert all("never executed" in line for line in scans)
