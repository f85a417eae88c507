"""Start-up: from the command to the first acknowledged event, with the database running."""

from __future__ import annotations

from bench.figures import Figure, alternate
from bench.servers import Server, started
from bench.site import NOOP, Site


def measure_cold_start(site: Site) -> list[Figure]:
    """Start and stop both in turn."""
    database = site.databases.empty("start")

    def start(server: Server) -> float:
        site.tell(f"start of {server.name}")
        try:
            return started(server)
        finally:
            server.stop()

    noop, ours = alternate(
        site.scale.rounds,
        lambda: start(site.new_noop()),
        lambda: start(site.new_ours(database)),
    )
    return [Figure("start", "time to the first answer", "s", False, NOOP, ours, noop)]
