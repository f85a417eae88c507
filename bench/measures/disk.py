"""Bytes on disk per event."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import dict_row

from bench.databases import bench_statement
from bench.figures import Figure
from bench.site import OBVIOUS, Site


def measure_disk(site: Site) -> list[Figure]:
    """Measure the stored databases once: they don't change."""
    figures = []
    for events in site.scale.stored_events:
        site.tell(f"disk: building {events:,} events")
        theirs = sizes(site.databases.conninfo(site.stored.obvious(events)), "obvious/disk")
        ours = our_sizes(site.databases.conninfo(site.stored.ours(events)))
        all_theirs = theirs["events"] + theirs["indexes"]
        all_ours = ours["events"] + ours["indexes"] + ours["rollups"]
        figures += [
            Figure(f"disk, {events:,} events", quantity, "bytes/event", False, name, [our], [their])
            for quantity, our, name, their in (
                ("all", all_ours, OBVIOUS, all_theirs),
                ("events", ours["events"], OBVIOUS, theirs["events"]),
                ("their indexes", ours["indexes"], OBVIOUS, theirs["indexes"]),
                ("rollups and views", ours["rollups"], "our events and indexes",
                 ours["events"] + ours["indexes"]),
            )
        ]  # fmt: skip
    return figures


def our_sizes(database: str) -> dict[str, Any]:
    """Return the bytes per event of each part of one of our databases."""
    return sizes(database, "disk")


def sizes(database: str, statement: str) -> dict[str, Any]:
    """Return the bytes per event of each part."""
    with psycopg.connect(database, row_factory=dict_row) as connection:
        row = connection.execute(bench_statement(statement)).fetchone()
        assert row is not None
        count = row.pop("count")
        return {part: size / count for part, size in row.items()}
