"""Answer times of /stats, over a year of events."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import NamedTuple

import psycopg

from bench.client import Client
from bench.dataset import LAST_DAY, LAST_DAY_MS
from bench.figures import Figure, alternate
from bench.servers import Server
from bench.site import OBVIOUS, Site

WINDOWS = (7, 90, 365)
REPEATS = 3


class Answers(NamedTuple):
    """Times in ms: of uncached answers, and of the fastest cached one."""

    first: float  # on a new database connection
    kept: float  # on a used one
    again: float


def measure_stats(site: Site) -> list[Figure]:
    """Time each window at each size, on each server in turn."""
    figures = []
    for events in site.scale.stored_events:
        site.tell(f"/stats: building {events:,} events")
        obvious = site.new_obvious(site.databases.conninfo(site.stored.obvious(events)))
        database = site.databases.copy("stats", site.stored.ours(events))
        ours = site.new_ours(database)
        try:
            site.run(obvious)
            site.run(ours)
            for days in WINDOWS:
                figures += compare(site, events, days, (obvious, ours), database)
        finally:
            ours.stop()
            obvious.stop()
        site.databases.drop("scratch_stats")
    return figures


def compare(
    site: Site, events: int, days: int, servers: tuple[Server, Server], database: str
) -> list[Figure]:
    """Time a window's uncached and cached answers."""
    obvious, ours = servers

    def ask(server: Server) -> Answers:
        site.tell(f"/stats of {days} days, {events:,} events: {server.name}")
        if server is ours:
            change(server, database)
        with Client(server.port) as client:
            first = kept = time_answer(client, days)
            if server is ours:
                load_one(server)
                kept = time_answer(client, days)  # from the same worker
            # the obvious way has no cache: don't wait for its slow answers again
            repeats = REPEATS if first < 1000 else 0
            again = [time_answer(client, days) for _ in range(repeats)]
            return Answers(first, kept, min(again, default=first))

    theirs, our = alternate(site.scale.rounds, lambda: ask(obvious), lambda: ask(ours))
    measure = f"/stats of {days} days, {events:,} events"
    return [
        Figure(
            measure, "uncached, new connection", "ms", False, OBVIOUS,
            [answers.first for answers in our], [answers.first for answers in theirs],
        ),
        Figure(
            measure, "uncached, kept connection", "ms", False, OBVIOUS,
            [answers.kept for answers in our], [answers.kept for answers in theirs],
        ),
        Figure(
            measure, "cached", "ms", False, OBVIOUS,
            [answers.again for answers in our], [answers.again for answers in theirs],
        ),
    ]  # fmt: skip


def first_answer(server: Server, database: str, days: int) -> float:
    """Return the ms of our uncached answer on a new connection."""
    change(server, database)
    with Client(server.port) as client:
        return time_answer(client, days)


def change(server: Server, database: str) -> None:
    """Load one more event and close the connections of /stats."""
    load_one(server)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where datname = current_database() and application_name = 'telemetry api'"
        )


def load_one(server: Server) -> None:
    """Load one more event."""
    with Client(server.port) as client:
        client.send(evt="bench.change", t=LAST_DAY_MS)
    server.settle()


def time_answer(client: Client, days: int) -> float:
    """Return the ms of an answer for the last stored days."""
    first = date.fromisoformat(LAST_DAY) - timedelta(days=days - 1)
    began = time.perf_counter()
    client.ask(f"/stats?from={first}&to={LAST_DAY}")
    return (time.perf_counter() - began) * 1000
