"""Freshness: from an event's acknowledgement until /stats counts it, at half load."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.client import Client
from bench.errors import BenchError
from bench.figures import Figure, alternate
from bench.scale import Scale
from bench.servers import Server
from bench.site import OBVIOUS, Site
from bench.wrk import Load, Pressing, press

CONNECTIONS = 32
PAUSE_SECONDS = 0.01
FEWEST_PROBES = 2
SLICES = 3  # of load: if answers are slow, fewer probes fit in
LONGEST_SECONDS = 60.0
# enough for all probes; the load is stopped after the last one
LOAD_SECONDS = 300


def measure_freshness(site: Site) -> list[Figure]:
    """Time probe events on each server in turn."""

    def full_load(server: Server) -> Load:
        site.tell(f"freshness, full load: {server.name}")
        load = press(server.port, site.single_requests, CONNECTIONS, site.scale.slice_seconds)
        server.settle()
        return load

    servers = (site.obvious, site.ours)
    full = {server.name: full_load(server) for server in servers}

    def probe(server: Server) -> list[float]:
        site.tell(f"freshness, half load: {server.name}")
        load = full[server.name]
        # this delay before each request halves the rate
        delay_ms = 2000 * CONNECTIONS / load.rate - load.p50_ms / 2
        with (
            Pressing(
                server.port, site.single_requests, CONNECTIONS, LOAD_SECONDS, delay_ms
            ) as pressing,
            Client(server.port) as client,
        ):
            time.sleep(site.scale.slice_seconds / 4)
            found = list(time_probes(client, site.scale))
            if not pressing.is_running():
                raise BenchError(f"the load on {server.name} ended too early")
        server.settle()
        return sorted(found)

    obvious, ours = alternate(site.scale.rounds, *(lambda s=s: probe(s) for s in servers))
    note = f"{full[site.ours.name].rate / 2:,.0f} and {full[OBVIOUS].rate / 2:,.0f} events/s"
    return [
        Figure(
            "acknowledged to /stats, half load", name, "ms", False, OBVIOUS,
            [percentile(times, share) for times in ours],
            [percentile(times, share) for times in obvious], note,
        )
        for name, share in (("p50", 0.5), ("p99", 0.99))
    ]  # fmt: skip


def time_probes(client: Client, scale: Scale) -> Iterator[float]:
    """Yield the times of the probes, as many as fit into the time."""
    deadline = time.monotonic() + SLICES * scale.slice_seconds
    for number in range(scale.probes):
        if number >= FEWEST_PROBES and time.monotonic() > deadline:
            return
        yield time_probe(client)


def time_probe(client: Client) -> float:
    """Return the ms from an event's acknowledgement until /stats counts it."""
    before = client.stats()["installsWindow"]
    client.send(evt="install.created", t=int(time.time() * 1000))
    began = time.perf_counter()
    while client.stats()["installsWindow"] == before:
        if time.perf_counter() - began > LONGEST_SECONDS:
            raise BenchError(f"an event is not in /stats after {LONGEST_SECONDS:g} s")
        time.sleep(PAUSE_SECONDS)
    return (time.perf_counter() - began) * 1000


def percentile(ordered: list[float], share: float) -> float:
    """Return a percentile (nearest rank)."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
