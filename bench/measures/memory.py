"""The processes' memory after some load."""

from __future__ import annotations

import statistics

from bench.figures import Figure, alternate
from bench.servers import Server
from bench.site import NOOP, Site
from bench.wrk import press

CONNECTIONS = 64


def measure_memory(site: Site) -> list[Figure]:
    """Load each in turn, and measure its processes."""
    parent: list[float] = []

    def worker_mb(server: Server) -> float:
        site.tell(f"memory of {server.name}")
        press(server.port, site.single_requests, CONNECTIONS, site.scale.slice_seconds)
        server.settle()
        return statistics.mean(worker.memory_info().rss for worker in server.workers()) / 1e6

    def ours_mb() -> float:
        mb = worker_mb(site.ours)
        parent.append(site.ours.parent().memory_info().rss / 1e6)
        return mb

    noop, ours = alternate(site.scale.rounds, lambda: worker_mb(site.noop), ours_mb)
    yardstick = f"{NOOP}, worker"
    return [
        Figure("memory", "worker", "MB", False, yardstick, ours, noop),
        Figure("memory", "parent", "MB", False, yardstick, parent, noop),
    ]
