"""Build the answer of `GET /stats` from the rollups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from ingest_api.stats.group_sizes import collect_sizes
from ingest_api.stats.k_anonymity import SmallGroups
from ingest_api.stats.queries import Rows, active_sessions, ask_all
from ingest_api.stats.rows import (
    OTHER,
    REFUSED,
    head,
    in_order,
    rank,
    ratio,
    show_run,
    show_session,
)
from sql.run_events import recorded
from sql.statements import statement

DURATION_LABELS = (
    "0-500ms", "500-1000ms", "1000-3000ms", "3000-10000ms",
    "10000-30000ms", "30000-60000ms", "60000-120000ms", "≥120000ms",
)  # fmt: skip
TOP_EXCEPTIONS = 50
# without this limit, a client could make the answer huge with invented names
MOST_VALUES = 1000
MOST_DAILY_VALUES = 256  # the number of exit codes on Unix
MOST_SERIES = 50

Beside = Callable[[], AbstractContextManager[psycopg.Connection | None]]


def collect_stats(
    connection: psycopg.Connection,
    first: date,
    last: date,
    now: datetime,
    k_anonymity: int | None = None,
    beside: Beside = nullcontext,
) -> dict[str, Any]:
    """Return the answer for the UTC days `first` to `last`, both included, and its `fingerprint`.

    `activeSessions` are those active at `now`, which has a time zone. docs/stats.md describes the
    fields. With `k_anonymity`, small groups are hidden: see k_anonymity.py. As long as the
    fingerprint stays the same, so does the answer, except `activeSessions`. If `beside` lends a
    second connection, that halves the time.
    """
    parameters = {
        "first": first,
        "last": last,
        "now": now,
        "most_values": MOST_VALUES,
        "most_daily_values": MOST_DAILY_VALUES,
    }
    with beside() as second, connection.transaction():
        found = ask_all(connection, second, parameters)
        active = active_sessions(connection, found["sessions_active"][0], parameters)
        small = None
        if k_anonymity is not None:
            asked = {**parameters, "k": k_anonymity, "run_events": recorded(connection).run_events}
            small = _hide(connection, found, asked)
    return {
        "fingerprint": found["fingerprint"][0],
        "activeSessions": active,
        **assemble(first, last, found, small),
    }


def _hide(
    connection: psycopg.Connection, found: dict[str, Rows], asked: dict[str, Any]
) -> SmallGroups:
    """Return the small groups; remove single visitors' data from `found`."""
    sizes = collect_sizes(connection, found["visitors"], found["continents"], asked)
    small = SmallGroups(sizes, asked["k"])
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        places = {kind: list(small.of(kind)) for kind in ("country", "continent")}
        asked |= {"countries": places["country"], "continents": places["continent"]}
        found["visitors"] += cursor.execute(
            statement("queries/k_anonymity/places"), asked
        ).fetchall()
    found["value_days"] = small.fold_days(found["value_days"])
    found["sessions_recent"] = found["top_runs"] = []
    return small


def assemble(
    first: date, last: date, found: dict[str, Rows], small: SmallGroups | None = None
) -> dict[str, Any]:
    """Return the answer, built from each query's rows; the groups in `small` are hidden."""
    window = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    days = {row.day: row for row in found["days"]}

    def total_of(column: str) -> int:
        return sum(int(getattr(day, column)) for day in found["days"])

    values: dict[str, dict[str, int]] = defaultdict(dict)
    rest: dict[str, int] = {}
    types: dict[str, int] = defaultdict(int)
    for row in found["values"]:
        types[row.dimension] += row.kinds
        if row.value is None:
            rest[row.dimension] = row.events
        else:
            values[row.dimension][row.value] = row.events
    values["continent"] = _continents(values["country"], found["continents"])
    if small is not None:
        values |= {dimension: small.fold(dimension, counts) for dimension, counts in values.items()}
    values |= {dimension: in_order(counts) for dimension, counts in values.items()}
    total = total_of("events")
    started, completed = total_of("started"), total_of("completed")
    compile_errors, runtime_errors = total_of("compile_errors"), total_of("runtime_errors")
    installs = found["installs"][0]
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "windowDays": len(window),
        "total": total,
        "uniques": next(row.visitors for row in found["visitors"] if row.kind == "all"),
        "osTypes": types["os"],
        "extTypes": types["ext"],
        "vscodeTypes": types["vscode"],
        "daily": {
            "dates": [day.isoformat() for day in window],
            "hits": [days[day].events if day in days else 0 for day in window],
            "uniques": [days[day].visitors if day in days else 0 for day in window],
        },
        "dailyOs": _daily_series(window, values["os"], found["value_days"], small is not None),
        "byEvent": in_order(values["evt"], rest.get("evt", 0)),
        "byOs": in_order(values["os"], rest.get("os", 0)),
        "byExt": in_order(values["ext"], rest.get("ext", 0)),
        "byVscode": in_order(values["vscode"], rest.get("vscode", 0)),
        "hourly": _by_hour(found["hours"]),
        "hourlyVisitors": _hourly_visitors(found["visitors"]),
        "dow": _by_weekday(found["days"]),
        "runs": {"started": started, "completed": completed},
        "errors": {
            "compile": compile_errors,
            "runtime": runtime_errors,
            "compileRate": ratio(compile_errors, started),
            "runtimeRate": ratio(runtime_errors, started),
        },
        "durations": {
            "count": total_of("durations"),
            "median": found["durations"][0].median or 0,
            "p90": found["durations"][0].p90 or 0,
            "hist": {
                "labels": DURATION_LABELS,
                "values": [values["duration"].get(str(i), 0) for i in range(len(DURATION_LABELS))],
            },
            "avgWaitMs": ratio(total_of("wait_ms"), total_of("waits")),
        },
        "exitCodes": in_order(values["exit"], rest.get("exit", 0)),
        "outputBuckets": in_order(values["output"], rest.get("output", 0)),
        "interactiveRate": ratio(total_of("interactive"), completed),
        "truncationRate": ratio(total_of("truncated"), completed),
        "topExceptions": head(values["exception"], TOP_EXCEPTIONS),
        "geo": _geo(values, found["visitors"]),
        "installsTotal": installs.ever,
        "installsWindow": installs.in_window,
        "sessionsRecent": [show_session(row) for row in found["sessions_recent"]],
        "dailyLearningOutcomes": _outcomes(found["value_days"]),
        "sessions": {
            "successTop": [show_run(row, 0) for row in found["top_runs"] if row.kind == "success"],
            "frustratedTop": [
                show_run(row, 130) for row in found["top_runs"] if row.kind == "frustrated"
            ],
        },
        "tables": {
            "eventsTop": rank(values["evt"], total, "event"),
            "extTop": rank(values["ext"], total, "version"),
            "vscodeTop": rank(values["vscode"], total, "version"),
            "exitTop": rank(values["exit"], total, "code"),
            "exceptionsTop": rank(values["exception"], total, "exceptionHash"),
        },
    }


def _by_hour(rows: Rows) -> list[int]:
    counts = {row.hour: row.events for row in rows}
    return [counts.get(hour, 0) for hour in range(24)]


def _hourly_visitors(rows: Rows) -> list[int]:
    visitors = {row.place: row.visitors for row in rows if row.kind == "hour"}
    return [visitors[str(hour)] for hour in range(24)]


def _by_weekday(days: Rows) -> list[int]:
    counts = [0] * 7
    for day in days:
        counts[day.day.isoweekday() % 7] += day.events
    return counts


def _daily_series(
    window: list[date], keys: dict[str, int], rows: Rows, with_other: bool
) -> dict[str, Any]:
    counts = {(row.day, row.value): row.events for row in rows if row.dimension == "os"}
    named = [key for key in keys if key != REFUSED][:MOST_SERIES]
    last = [REFUSED] if REFUSED in keys else []
    # a value that is shown for the window may have too few visitors on a day
    if with_other and OTHER not in named and any(value == OTHER for _, value in counts):
        last.insert(0, OTHER)
    shown = named[: MOST_SERIES - len(last)] + last
    return {
        "labels": [day.isoformat() for day in window],
        "series": [
            {"key": key, "data": [counts.get((day, key), 0) for day in window]} for key in shown
        ],
    }


def _outcomes(rows: Rows) -> dict[str, dict[str, int]]:
    outcomes: dict[str, dict[str, int]] = defaultdict(dict)

    def order(row: Any) -> tuple[Any, ...]:
        return row.day, row.value == REFUSED, -row.events, row.value

    for row in sorted(rows, key=order):
        if row.dimension == "exit":
            outcomes[row.day.isoformat()][row.value] = row.events
    return outcomes


def _continents(country_hits: dict[str, int], countries: Rows) -> dict[str, int]:
    continent_of = {row.code: row.continent for row in countries}
    hits: dict[str, int] = defaultdict(int)
    for country, count in country_hits.items():
        hits[continent_of.get(country, "Unknown")] += count
    return dict(sorted(hits.items(), key=lambda item: (-item[1], item[0])))


def _geo(values: dict[str, dict[str, int]], rows: Rows) -> dict[str, Any]:
    visitors = {(row.kind, row.place): row.visitors for row in rows}
    return {
        name: {
            place: {"hits": hits, "visitors": visitors[kind, place]}
            for place, hits in values[kind].items()
        }
        for name, kind in (("byContinent", "continent"), ("byCountry", "country"))
    }
