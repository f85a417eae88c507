"""K_ANONYMITY where the rollups refused names: `(other)`, too, has enough visitors or no name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

import psycopg
import pytest

from dashboard_app.filters import Filters
from dashboard_app.query.k_anonymity import Question, hide, needed
from ingest_api.events.contract import LogLine
from tests.conftest import own_database
from tests.dashboard_app.query.sql.raw import asked
from tests.ingest_api.loading.test_rollups import lines, load
from tests.ingest_api.stats.test_k_anonymity import (
    DIMENSIONS,
    FIRST,
    TODAY,
    Groups,
    ask,
    assert_rule,
    day_of,
    visitors,
)

__all__ = ["lines"]

FEW = 3
NAMES = {
    "byEvent": "evt", "byOs": "os", "byExt": "ext", "byVscode": "vscode", "exitCodes": "exit",
    "outputBuckets": "output", "topExceptions": "exception",
}  # fmt: skip
KS = [2, 5, 20, 60]


@pytest.fixture(scope="module")
def connection(
    cluster: str, tmp_path_factory: pytest.TempPathFactory, lines: list[LogLine]
) -> Iterator[psycopg.Connection]:
    with own_database(cluster) as database:
        folder = tmp_path_factory.mktemp("names") / "logs"
        load(database, folder, lines, 500, most=FEW)
        with psycopg.connect(database, autocommit=True) as connection:
            yield connection


@cache
def taken(connection: psycopg.Connection) -> set[tuple[Any, ...]]:
    return set(connection.execute("table telemetry.day_names").fetchall())


def groups(connection: psycopg.Connection, lines: list[LogLine], field: str) -> Groups:
    """Return the visitors of each value, by the names that their days took."""
    names, dimension = taken(connection), NAMES[field]
    free = {"exit": ("0",), "output": ("-",)}.get(dimension, ())

    def value(line: LogLine) -> str | None:
        found = DIMENSIONS[field](line)
        if found is None or found in free or (day_of(line), dimension, found) in names:
            return found
        assert (day_of(line), dimension, "(other)") in names
        return "(other)"

    return visitors(lines, value)


@pytest.mark.parametrize("k", KS)
@pytest.mark.parametrize("field", NAMES)
def test_stats_keep_the_rule(
    connection: psycopg.Connection, lines: list[LogLine], field: str, k: int
) -> None:
    plain, told = ask(connection, None)[field], ask(connection, k)[field]
    assert "(other)" in plain
    assert list(plain)[-1] == "(other)"
    nameless = [name for name in ("other", "(other)") if name in told]
    assert list(told)[len(told) - len(nameless) :] == nameless
    if len(plain) < 50:
        assert sum(told.values()) == sum(plain.values())
    assert all(count == plain[value] for value, count in told.items() if value != "other")
    by_count = dict(sorted(told.items(), key=lambda item: (item[0] == "other", -item[1])))
    assert_rule(by_count, groups(connection, lines, field), k)


@pytest.mark.parametrize("k", KS)
def test_no_day_shows_a_small_group(
    connection: psycopg.Connection, lines: list[LogLine], k: int
) -> None:
    exits: Groups = defaultdict(set)
    for day in {day_of(line) for line in lines}:
        of_day = [line for line in lines if day_of(line) == day]
        for code, anons in groups(connection, of_day, "exitCodes").items():
            exits[f"{day} {code}"] = anons
    for day_text, codes in ask(connection, k)["dailyLearningOutcomes"].items():
        assert list(codes)[-1] == "(other)" or "(other)" not in codes
        assert all(len(exits[f"{day_text} {code}"]) >= k for code in set(codes) - {"other"})


@pytest.mark.parametrize("k", KS)
@pytest.mark.parametrize(
    ("name", "dimension", "field"),
    [
        ("overview/events", None, "byEvent"),
        ("errors/exceptions", None, "topExceptions"),
        ("runs/by_value", "output", "outputBuckets"),
    ],
)
@pytest.mark.parametrize("filters", [Filters(), Filters(event="java.run.completed")], ids=str)
def test_pages_show_no_small_group(
    connection: psycopg.Connection,
    lines: list[LogLine],
    name: str,
    dimension: str | None,
    field: str,
    k: int,
    filters: Filters,
) -> None:
    days = {"first": FIRST, "last": TODAY}
    own = {"dimension": dimension} if dimension else {}
    question = Question(name, dimension)
    frame = asked(connection, name, days, filters, **own).frame
    behind = needed(question, own)
    assert behind is not None
    sizes = asked(connection, behind[0], days, filters, **behind[1]).frame
    column = "value" if dimension else frame.columns[0]
    told = set(hide(frame, question, sizes, k)[column]) - {"other"}
    visitors_of = groups(connection, lines, field)
    assert all(len(visitors_of[value]) >= k for value in told)
    if not filters and k == 2:
        assert "(other)" in told
