"""Growth of cost: larger databases compared with a base, and more workers."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from functools import partial

from bench.dataset import STORED_DAYS, VERSIONS
from bench.figures import Figure, alternate
from bench.measures.disk import our_sizes
from bench.measures.stats import first_answer
from bench.servers import IngestServer, Server, YardstickServer
from bench.site import NOOP, Site
from bench.stored import Stored
from bench.wrk import Load, press

WINDOWS = (7, 365)
CONNECTIONS = 64


def measure_growth(site: Site) -> list[Figure]:
    """Compare each database's size and uncached answers with the base."""
    events, visitors = site.scale.growth_events, site.scale.visitors
    base = Stored(site.databases, site.folder, visitors)
    figures = []
    for growth in site.scale.growths:
        change = str(growth)
        stored = Stored(
            site.databases,
            site.folder,
            growth.visitors * visitors,
            growth.versions * VERSIONS,
            growth.days * STORED_DAYS,
        )
        site.tell(f"growth: building {change}")
        usual, grown = base.ours(events), stored.ours(growth.events * events)
        sizes = [sum(our_sizes(site.databases.conninfo(name)).values()) for name in (grown, usual)]
        name = f"{events:,} events, {visitors:,} visitors"
        figures.append(Figure(change, "disk", "bytes/event", False, name, [sizes[0]], [sizes[1]]))
        figures += compare_answers(site, change, grown, usual, name)
    return figures


def compare_answers(site: Site, change: str, grown: str, usual: str, name: str) -> list[Figure]:
    """Time /stats on both databases, each with its own server."""
    with ExitStack() as stack:
        servers: list[tuple[Server, str]] = []
        for place, template in (("grown", grown), ("usual", usual)):
            database = site.databases.copy(place, template)
            stack.callback(site.databases.drop, f"scratch_{place}")
            folder = site.folder / place
            folder.mkdir(exist_ok=True)
            server = IngestServer(site.settings, folder, database)
            stack.callback(server.stop)
            site.run(server)
            servers.append((server, database))
        figures = []
        for days in WINDOWS:
            site.tell(f"growth: {change}, /stats of {days} days")
            ours, theirs = alternate(
                site.scale.rounds, *(partial(first_answer, *where, days) for where in servers)
            )
            figures.append(
                Figure(change, f"/stats of {days} days", "ms", False, name, ours, theirs)
            )
    return figures


def measure_workers(site: Site) -> list[Figure]:
    """Send single events to several workers, in turn with a no-op route on as many."""
    figures = []
    for count in site.scale.workers:
        settings = replace(site.settings, web_concurrency=count)
        with ExitStack() as stack:
            ours = IngestServer(settings, site.folder, site.databases.empty("workers"))
            noop = YardstickServer("noop_server", NOOP, settings, site.folder)
            for server in (ours, noop):
                stack.callback(server.stop)
                site.run(server)

            def load(server: Server, count: int = count) -> Load:
                site.tell(f"{count} workers: {server.name}")
                found = press(
                    server.port, site.single_requests, CONNECTIONS, site.scale.slice_seconds
                )
                server.settle()
                return found

            loads = alternate(site.scale.rounds, partial(load, ours), partial(load, noop))
        our, their = ([found.rate for found in each] for each in loads)
        measure = f"single events, {count} worker{'s' if count > 1 else ''}"
        figures.append(Figure(measure, "acknowledged", "/s", True, NOOP, our, their))
    return figures
