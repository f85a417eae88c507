"""Single events, each acknowledged when it is on disk, while the loader runs."""

from __future__ import annotations

from bench.figures import Figure, alternate
from bench.servers import Server
from bench.site import NOOP, OBVIOUS, Site
from bench.wrk import Load, press


def measure_single_events(site: Site) -> list[Figure]:
    """Send to each server in turn, as fast as it answers."""
    figures: list[Figure] = []
    for connections in site.scale.connections:

        def load(server: Server, connections: int = connections) -> Load:
            site.tell(f"single events, {connections} connections: {server.name}")
            found = press(server.port, site.single_requests, connections, site.scale.slice_seconds)
            server.settle()
            return found

        noop, ours, obvious = alternate(
            site.scale.rounds,
            lambda: load(site.noop),
            lambda: load(site.ours),
            lambda: load(site.obvious),
        )
        figures += compare(f"single events, {connections} connections", ours, noop, obvious)
    return figures


def compare(measure: str, ours: list[Load], noop: list[Load], obvious: list[Load]) -> list[Figure]:
    """Compare our requests per second and answer times with both yardsticks'."""
    figures = []
    for yardstick, theirs in ((NOOP, noop), (OBVIOUS, obvious)):
        figures += [
            Figure(
                measure, "acknowledged", "/s", True, yardstick,
                [load.rate for load in ours], [load.rate for load in theirs],
            ),
            Figure(
                measure, "p50", "ms", False, yardstick,
                [load.p50_ms for load in ours], [load.p50_ms for load in theirs],
            ),
            Figure(
                measure, "p99", "ms", False, yardstick,
                [load.p99_ms for load in ours], [load.p99_ms for load in theirs],
            ),
        ]  # fmt: skip
    return figures
