"""All that the database says, table by table and view by view, whatever tables there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg

from sql.statements import names

# what is no statement about visitors: where the log is, what was applied when
BESIDE = {"log_files", "migrations", "made", "functions", "views", "freshness", "settings"}


def contents(connection: psycopg.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every table and, refreshed, materialized view, in some fixed order."""
    for name in names("views"):
        view = name.removeprefix("views/")
        connection.execute(f"refresh materialized view telemetry.{view}".encode())
    tables = connection.execute(
        "select relname from pg_class where relnamespace = 'telemetry'::regnamespace"
        " and relkind in ('r', 'p', 'm') and not relispartition"
    ).fetchall()
    return {
        name: rows(connection, f"select * from telemetry.{name}")
        for (name,) in tables
        if name not in BESIDE
    }


def rows(connection: psycopg.Connection, query: str) -> list[tuple[Any, ...]]:
    """Return a query's rows, sorted."""
    return sorted(connection.execute(query.encode()).fetchall(), key=str)


def differing(
    one: dict[str, list[tuple[Any, ...]]], other: dict[str, list[tuple[Any, ...]]]
) -> Iterable[str]:
    """Return the names of the tables that differ."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
