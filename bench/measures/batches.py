"""Batches of events: how many are acknowledged, and how many are loaded meanwhile."""

from __future__ import annotations

from bench.client import Client
from bench.figures import Figure, alternate
from bench.servers import Server
from bench.site import BATCH, NOOP, OBVIOUS, Site
from bench.wrk import Load, press

CONNECTIONS = 8
SLICES = 2  # long enough for several loads of about 25,000 events each


def measure_batches(site: Site) -> list[Figure]:
    """Send to each server in turn, as fast as it answers."""
    landed: list[float] = []

    def load(server: Server) -> Load:
        site.tell(f"batches of {BATCH}: {server.name}")
        seconds = SLICES * site.scale.slice_seconds
        return press(server.port, site.batch_requests, CONNECTIONS, seconds)

    def load_ours() -> Load:
        with Client(site.ours.port) as client:
            before = client.metric("loaded_events_total")
            found = load(site.ours)
            landed.append((client.metric("loaded_events_total") - before) / found.seconds)
        site.ours.settle()
        return found

    loads = alternate(
        site.scale.rounds, lambda: load(site.noop), load_ours, lambda: load(site.obvious)
    )
    noop, ours, obvious = ([found.rate * BATCH for found in each] for each in loads)
    measure = f"batches of {BATCH}, {CONNECTIONS} connections"
    return [
        Figure(measure, "events acknowledged", "/s", True, NOOP, ours, noop),
        Figure(measure, "events acknowledged", "/s", True, OBVIOUS, ours, obvious),
        Figure(measure, "loaded meanwhile", "/s", True, "acknowledged", landed, ours),
        Figure(measure, "loaded meanwhile", "/s", True, OBVIOUS, landed, obvious),
    ]
