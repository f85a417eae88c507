"""How long it takes from the command to the first event acknowledged, with the database running."""

from __future__ import annotations

from bench.figures import Figure, alternate
from bench.servers import Server, started
from bench.site import NOOP, Site


def measure_cold_start(site: Site) -> list[Figure]:
    """Start both, and stop them, in turns."""
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
    return [Figure("start", "to the first answer", "s", False, NOOP, ours, noop)]
