"""The time to refresh all materialized views after a load."""

from __future__ import annotations

import time
from functools import partial

import psycopg
from psycopg import sql

from bench import obvious_way
from bench.figures import Figure, alternate
from bench.site import Site
from ingest_api.loading.view_refresh import Refresher
from sql.database import ExternalDatabase

YARDSTICK = "views of the obvious way's table"


def measure_views(site: Site) -> list[Figure]:
    """Refresh both in turn."""
    figures = []
    for events in site.scale.stored_events:
        site.tell(f"views: building {events:,} events")
        theirs = site.databases.conninfo(site.stored.obvious(events))
        ours = site.databases.copy("views", site.stored.ours(events))
        obvious, our = alternate(
            site.scale.rounds,
            partial(refresh_obvious, theirs),
            partial(refresh_ours, ours),
        )
        measure = f"refresh of all views, {events:,} events"
        figures.append(Figure(measure, "time", "ms", False, YARDSTICK, our, obvious))
        site.databases.drop("scratch_views")
    return figures


def refresh_ours(database: str) -> float:
    """Return the ms that our refresher takes."""
    with psycopg.connect(database, autocommit=True) as connection:
        began = time.perf_counter()
        # a new one remembers no earlier refresh
        assert Refresher(ExternalDatabase(database)).refresh_changed(connection)
        return (time.perf_counter() - began) * 1000


def refresh_obvious(database: str) -> float:
    """Return the ms that the same views take on raw events."""
    with psycopg.connect(database, autocommit=True) as connection:
        began = time.perf_counter()
        for name in obvious_way.VIEWS:
            view = sql.Identifier(name)
            connection.execute(sql.SQL("refresh materialized view {}").format(view))
        return (time.perf_counter() - began) * 1000
