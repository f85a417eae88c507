"""K_ANONYMITY: nothing in `/stats` is about fewer than k visitors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingest_api.events.contract import LogLine
from ingest_api.stats.answer import collect_stats
from ingest_api.stats.k_anonymity import folded
from tests.conftest import own_database
from tests.ingest_api.loading.test_rollups import lines, load
from tests.server import RunningServer, event

__all__ = ["lines"]

TODAY = datetime.now(UTC).date()
FIRST = TODAY - timedelta(days=60)
Groups = dict[str, set[str]]


@pytest.fixture(scope="module")
def connection(
    cluster: str, tmp_path_factory: pytest.TempPathFactory, lines: list[LogLine]
) -> Iterator[psycopg.Connection]:
    with own_database(cluster) as database:
        load(database, tmp_path_factory.mktemp("groups") / "logs", lines, 10**6)
        with psycopg.connect(database, autocommit=True) as connection:
            yield connection


@cache  # fifty tests look at the same answers
def ask(connection: psycopg.Connection, k: int | None) -> dict[str, Any]:
    return collect_stats(connection, FIRST, TODAY, datetime.now(UTC), k)


def day_of(line: LogLine) -> date:
    return datetime.fromtimestamp(line.t / 1000, UTC).date()


def visitors(lines: list[LogLine], value: Callable[[LogLine], str | None]) -> Groups:
    """Return the visitors of each value, in the window."""
    found: Groups = defaultdict(set)
    for line in lines:
        if FIRST <= day_of(line) <= TODAY and (group := value(line)) is not None:
            found[group].add(line.anon)
    return found


def completed(line: LogLine, value: str) -> str | None:
    return value if line.evt == "java.run.completed" else None


DIMENSIONS: dict[str, Callable[[LogLine], str | None]] = {
    "byEvent": lambda line: line.evt,
    "byOs": lambda line: line.os,
    "byExt": lambda line: line.ext,
    "byVscode": lambda line: line.vscode,
    "exitCodes": lambda line: completed(line, str(line.exit_code or 0)),
    "outputBuckets": lambda line: completed(line, line.out_bytes_bucket or "-"),
    "topExceptions": lambda line: line.exception_hash if line.evt == "java.run.error" else None,
}


def assert_rule(told: dict[str, int], groups: Groups, k: int) -> None:
    """Hold a list against the rule."""
    named = set(told) - {"other"}
    hidden = set(groups) - named
    assert all(len(groups[value]) >= k for value in named)
    large = [value for value in hidden if len(groups[value]) >= k]
    assert len(large) <= 1
    if hidden:
        assert told["other"] > 0
        together = set().union(*(groups[value] for value in hidden))
        assert len(together) >= k or not named
        if large:
            small = set().union(*(groups[value] for value in hidden if value not in large))
            assert len(small) < k, "without need"
            assert all(len(groups[value]) >= len(groups[large[0]]) for value in named)
    counts = [count for value, count in told.items() if value != "other"]
    assert counts == sorted(counts, reverse=True)
    assert "other" not in told or list(told)[-1] == "other"


@pytest.mark.parametrize("k", [2, 5, 20, 10**6])
@pytest.mark.parametrize("field", DIMENSIONS)
def test_values_of_few_visitors_become_other(
    connection: psycopg.Connection, lines: list[LogLine], field: str, k: int
) -> None:
    plain, told = ask(connection, None)[field], ask(connection, k)[field]
    if len(plain) < 50:  # where exceptions end
        assert sum(told.values()) == sum(plain.values()), "nothing is lost"
    assert all(count == plain[value] for value, count in told.items() if value != "other")
    assert_rule(told, visitors(lines, DIMENSIONS[field]), k)


@pytest.mark.parametrize("k", [25, 60])
def test_countries_and_continents_keep_the_rule_and_exact_visitors(
    connection: psycopg.Connection, lines: list[LogLine], k: int
) -> None:
    plain, told = ask(connection, None)["geo"], ask(connection, k)["geo"]
    countries = visitors(lines, lambda line: line.country or "Unknown")
    for name in ("byCountry", "byContinent"):
        assert sum(place["hits"] for place in told[name].values()) == sum(
            place["hits"] for place in plain[name].values()
        )
        assert all(place["visitors"] >= k for place in told[name].values())
        named = set(told[name]) - {"other"}
        assert {place: told[name][place] for place in named} == {
            place: plain[name][place] for place in named
        }
    hidden = set(countries) - set(told["byCountry"])
    assert hidden
    together = set().union(*(countries[country] for country in hidden))
    assert told["byCountry"]["other"]["visitors"] == len(together)


def test_the_rest_of_a_continent_is_no_small_group(
    connection: psycopg.Connection, lines: list[LogLine]
) -> None:
    rows = connection.execute("select code, continent from telemetry.countries").fetchall()
    codes: dict[str, str] = dict(rows)
    for k in (5, 25, 40):
        told = ask(connection, k)["geo"]
        rest: Groups = defaultdict(set)
        for country, anons in visitors(lines, lambda line: line.country or "Unknown").items():
            if country not in told["byCountry"]:
                rest[codes.get(country, "Unknown")] |= anons
        for continent, anons in rest.items():
            assert len(anons) >= k or continent not in told["byContinent"]


def test_no_day_shows_a_small_group(connection: psycopg.Connection, lines: list[LogLine]) -> None:
    k = 4
    plain, told = ask(connection, None), ask(connection, k)
    dates = [date.fromisoformat(day) for day in told["daily"]["dates"]]
    systems: Groups = visitors(lines, lambda line: f"{day_of(line)} {line.os}")
    sums = [0] * len(dates)
    for series in told["dailyOs"]["series"]:
        for place, (day, count) in enumerate(zip(dates, series["data"], strict=True)):
            sums[place] += count
            if count and series["key"] != "other":
                assert len(systems[f"{day} {series['key']}"]) >= k
    assert sums == plain["daily"]["hits"]
    exits = visitors(lines, lambda line: completed(line, f"{day_of(line)} {line.exit_code or 0}"))
    for day_text, codes in told["dailyLearningOutcomes"].items():
        assert sum(codes.values()) == sum(plain["dailyLearningOutcomes"][day_text].values())
        for code in set(codes) - {"other"}:
            assert len(exits[f"{day_text} {code}"]) >= k


def test_visitors_hidden_by_a_busy_one_are_counted(database: str, tmp_path: Path) -> None:
    began = int(datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC).timestamp() * 1000)
    busy = [("a", "run.completed", 0)]
    few = [("b", "run.completed", 0), ("b", "run.completed", 7), ("c", "run.completed", 7)]
    quiet = [("b", "quiet", 0), ("c", "quiet", 0)]
    found = []
    for number, (anon, evt, code) in enumerate(busy * 300 + few + quiet + busy * 4100):
        t_ms = began - 86_400_000 + number
        line = LogLine(number, t_ms, anon * 32, f"java.{evt}", "linux", "1.0", "1", t_ms)
        line.exit_code = code
        found.append(line)
    load(database, tmp_path / "logs", found, 10**6)
    with psycopg.connect(database, autocommit=True) as connection:
        told = ask(connection, 2)
    assert told["byEvent"] == {"java.run.completed": 4403, "java.quiet": 2}
    assert told["exitCodes"] == {"0": 4401, "7": 2}
    assert list(told["dailyLearningOutcomes"].values()) == [{"0": 4401, "7": 2}]


def test_lists_of_single_visitors_are_empty_and_totals_exact(
    connection: psycopg.Connection,
) -> None:
    plain, told = ask(connection, None), ask(connection, 5)
    assert plain["sessionsRecent"]
    assert told["sessionsRecent"] == []
    assert told["sessions"] == {"successTop": [], "frustratedTop": []}
    for field in ("total", "uniques", "daily", "hourly", "runs", "errors", "osTypes"):
        assert told[field] == plain[field]
    for name, field in (("eventsTop", "byEvent"), ("exceptionsTop", "topExceptions")):
        assert {row["key"] for row in told["tables"][name]} <= set(told[field])


@pytest.mark.parametrize(
    ("sizes", "together", "expected"),
    [
        ({"a": 9, "b": 7}, 0, set()),
        ({"a": 9, "b": 7, "c": 1}, 1, {"b", "c"}),
        ({"a": 9, "b": 7, "c": 4, "d": 3}, 5, {"c", "d"}),
        ({"a": 9, "b": 7, "c": 4, "d": 3}, 4, {"b", "c", "d"}),
        ({"a": 9, "c": 1}, 1, {"a", "c"}),
        ({"c": 1, "d": 2}, 3, {"c", "d"}),
    ],
)
def test_other_is_made_large_enough(
    sizes: dict[str, int], together: int, expected: set[str]
) -> None:
    assert folded(sizes, together, 5) == expected


def test_the_api_shows_no_small_group(database: str, tmp_path: Path) -> None:
    with RunningServer(database, tmp_path / "data", K_ANONYMITY="3") as server:
        server.post(*(event(anon=f"v{n}", os="linux") for n in range(4)), event(os="rare"))
        server.settle()
        told = server.get("/stats").json()
        assert told["byOs"] == {"other": 5}
        assert (told["total"], told["uniques"], told["osTypes"]) == (5, 5, 2)
