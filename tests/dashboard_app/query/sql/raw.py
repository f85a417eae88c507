"""The figures of the dashboard's queries, recomputed from the raw events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import psycopg

from dashboard_app.filters import Filters
from dashboard_app.query.run import Answer, ask, variant

FILTERS = [
    Filters(),
    Filters(countries=("DE", "Unknown")),
    Filters(systems=("Linux",), versions=("1.9.0", "1.2.0", "=1+2")),
    Filters(hosts=("1.91.2",), event="java.run.completed"),
    Filters(event="java.run.error"),
]
WINDOWS = [(0, 7), (0, 40), (3, 31)]  # days ago, days


def window(days_ago: int, days: int) -> dict[str, date]:
    """Return a window of `days` days that ends some days ago."""
    last = datetime.now(UTC).date() - timedelta(days=days_ago)
    return {"first": last - timedelta(days=days - 1), "last": last}


def asked(
    connection: psycopg.Connection,
    name: str,
    days: dict[str, date],
    filters: Filters,
    **own: Any,
) -> Answer:
    """Return the frame that a page would get."""
    wanted = variant(name, filtered=bool(filters))
    return ask(connection, wanted, **days, **filters.parameters(), run_events="java.run", **own)


def counted(
    connection: psycopg.Connection, query: str, days: dict[str, date], filters: Filters
) -> list[tuple[Any, ...]]:
    """Return the rows of a query on `seen`, the raw events of the window under the filter.

    `seen` has the columns of telemetry.events, day (UTC), hour, and place (country or Unknown).
    """
    seen = """
        with seen as (
            select * from (
                select *, (t at time zone 'UTC')::date as day,
                    extract(hour from t at time zone 'UTC')::integer as hour,
                    coalesce(country, 'Unknown') as place
                from telemetry.events
            ) as e
            where day >= %(first)s and day <= %(last)s
              and (%(countries)s::text[] is null or place = any (%(countries)s))
              and (%(systems)s::text[] is null or os = any (%(systems)s))
              and (%(versions)s::text[] is null or ext = any (%(versions)s))
              and (%(hosts)s::text[] is null or vscode = any (%(hosts)s))
              and (%(event)s::text is null or evt = %(event)s)
        )
    """
    return connection.execute((seen + query).encode(), {**days, **filters.parameters()}).fetchall()


def told(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Return a frame's rows with the database's values, for some columns or all."""
    table = frame[list(columns)] if columns else frame
    rows: Iterable[tuple[Any, ...]] = table.itertuples(index=False, name=None)
    return [
        tuple(value.date() if isinstance(value, pd.Timestamp) else value for value in row)
        for row in rows
    ]
