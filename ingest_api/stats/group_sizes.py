"""K_ANONYMITY: count the distinct visitors of the values that `/stats` shows.

Counting takes a scan of the events. So a value is counted only if nothing else proves that it has
enough visitors, and a full list only if the rule needs its smallest remaining value: see
k_anonymity.py.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import psycopg

from sql.statements import statement

# what `/stats` shows besides places
DIMENSIONS = ("os", "ext", "vscode", "evt", "exit", "output", "exception")


class Value(NamedTuple):
    """A value of a dimension, in a part of the window.

    `part` is a continent or a day, or empty for the full window.
    """

    dimension: str
    part: str
    value: str


class Size(NamedTuple):
    """The visitors of a value, or (None) of all values with too few visitors together."""

    dimension: str
    part: str
    value: str | None
    visitors: int


def collect_sizes(
    connection: psycopg.Connection, places: list[Any], continents: list[Any], asked: dict[str, Any]
) -> list[Size]:
    """Return the sizes of all values that may have fewer than `asked["k"]` visitors.

    If a list's small values together have too few, also return the sizes of its other values.
    `places` and `continents` are the rows of `queries/stats/visitors` and `continents`.
    """
    sizes = _place_sizes(places, {row.code: row.continent for row in continents})
    few = {
        kind: [
            size.value
            for size in sizes
            if size.dimension == kind and not size.part and size.visitors < asked["k"]
        ]
        for kind in ("country", "continent")
    }
    if any(few.values()):
        together = {"countries": few["country"], "continents": few["continent"]}
        sizes += _ask(connection, "few", asked | together)
    rows = connection.execute(statement("queries/k_anonymity/doubtful"), asked).fetchall()
    known = {Value(*value): not doubtful for *value, doubtful in rows}
    doubtful = {value for value, is_known in known.items() if not is_known}
    counted = _count(connection, doubtful, asked)
    too_small = {
        (size.dimension, size.part)
        for size in counted
        if size.value is None and size.visitors < asked["k"]
    }
    others = {
        value for value in known.keys() - doubtful
        if (value.dimension, value.part) in too_small
    }  # fmt: skip
    return sizes + counted + _count(connection, others, asked)


def _place_sizes(places: list[Any], continent_of: dict[str, str]) -> list[Size]:
    """Return the sizes of countries, overall and within their continents, and of continents."""
    sizes = []
    for row in places:
        if row.kind in ("country", "continent"):
            sizes.append(Size(row.kind, "", row.place, row.visitors))
        if row.kind == "country":
            part = continent_of.get(row.place, "Unknown")
            sizes.append(Size("country", part, row.place, row.visitors))
    return sizes


def _count(connection: psycopg.Connection, values: set[Value], asked: dict[str, Any]) -> list[Size]:
    """Return the sizes of values, and for each list the size of its small values together."""
    if not values:
        return []
    wanted = {
        "dimensions": [value.dimension for value in values],
        "parts": [value.part for value in values],
        "values": [value.value for value in values],
    }
    for dimension in DIMENSIONS:
        wanted[dimension] = [
            value.value for value in values if value.dimension == dimension and not value.part
        ]
    return _ask(connection, "sizes", asked | wanted)


def _ask(connection: psycopg.Connection, name: str, asked: dict[str, Any]) -> list[Size]:
    return [
        Size(*row) for row in connection.execute(statement(f"queries/k_anonymity/{name}"), asked)
    ]
