"""Steady load, overload of the database, and idle connections."""

from __future__ import annotations

import contextlib
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final, NamedTuple

import psutil

from tests.chaos.campaign import Campaign, Fault
from tests.chaos.campaigns.outages import postgres_folder
from tests.chaos.place import Place, open_site
from tests.chaos.site import Site
from tests.server import wait_until
from tests.sql.clusters import postgres_processes

IDLE, SLOW = 1000, 200
BYTE_SECONDS: Final = 1.0
SHARE_OF_MAXIMUM: Final = 0.7
MEASURE_SECONDS: Final = 3.0
REQUEST: Final = b"POST /t HTTP/1.1\r\nHost: telemetry\r\nContent-Length: 60000\r\n\r\n"
MB: Final = 1 << 20


class Sample(NamedTuple):
    """The resources of a server's processes at one moment."""

    memory: dict[int, int]  # bytes, by process id
    files: int


def sample(site: Site) -> Sample:
    """Measure all processes of the server."""
    assert site.server.process is not None
    processes = [psutil.Process(site.server.process.pid), *site.server.family()]
    return Sample(
        {process.pid: process.memory_info().rss for process in processes},
        sum(process.num_fds() for process in processes),
    )


def p99(seconds: list[float]) -> float:
    """Return the 99th percentile of the answer times."""
    return statistics.quantiles(seconds, n=100)[-1]


def open_busy_site(place: Place) -> AbstractContextManager[Site]:
    """Open a site whose sender can be paced."""
    return open_site(place, pause=0.0)


def open_flooded_site(place: Place) -> AbstractContextManager[Site]:
    """Open a site for many events, with its own PostgreSQL."""
    return open_site(place, embedded_database=True, pause=0.0, sizes=(100,))


def last(site: Site) -> None:
    """Send 70 % of the sender's maximum: nothing grows, and answers stay as fast."""
    sender = site.sender
    began, before = time.monotonic(), sender.sent
    time.sleep(MEASURE_SECONDS)
    per_second = (sender.sent - before) / (time.monotonic() - began) * SHARE_OF_MAXIMUM
    sender.pace(per_second)
    warm = site.load_seconds / 4
    time.sleep(warm)
    sender.seconds.clear()
    first, most_lag = sample(site), 0.0
    until = time.monotonic() + site.load_seconds - warm
    while time.monotonic() < until:
        time.sleep(1)
        most_lag = max(most_lag, site.server.metric("telemetry_lag_seconds"))
    end, seconds = sample(site), list(sender.seconds)
    sender.pace(None)
    half = len(seconds) // 2
    early, late = p99(seconds[:half]), p99(seconds[half:])
    assert end.memory.keys() == first.memory.keys(), f"a process ended: {first} {end}"
    for pid, memory in end.memory.items():
        assert memory < first.memory[pid] * 1.1 + 8 * MB, f"memory grew: {first} {end}"
    assert end.files <= first.files + 20, f"open files grew: {first} {end}"
    assert late < 3 * early + 0.1, f"p99 grew from {early:.3f} to {late:.3f} s"
    assert most_lag < 15, f"the database was {most_lag:.0f} s behind"


def overload(site: Site) -> None:
    """Send twice what the database can load: events are accepted, the lag grows, then drains."""
    sender = site.sender
    sender.pace(200)  # requests a second, of 100 events
    sender.seconds.clear()
    refused = dict(sender.refused)
    with slowed(site):
        acknowledged, loaded = counted(site)
        time.sleep(max(10, min(20, site.load_seconds / 6)))
        lag = site.server.metric("telemetry_lag_seconds")
        now_acknowledged, now_loaded = counted(site)
    assert sender.refused == refused, "every event is accepted"
    assert p99(list(sender.seconds)) < 2
    sent, landed = now_acknowledged - acknowledged, now_loaded - loaded
    assert landed > 0, "the database is slow, and not away"
    assert sent >= 2 * landed, f"{sent} were acknowledged while {landed} were loaded"
    assert lag >= 2, f"the lag grows: {lag} s"
    sender.pace(20)
    wait_until(lambda: site.server.metric("telemetry_lag_seconds") <= 2, "the lag to drain", 120)
    sender.pace(None)


def counted(site: Site) -> tuple[int, int]:
    """Return the numbers of acknowledged and loaded events."""
    loaded = site.server.metric("telemetry_loaded_events_total")
    return len(site.sender.acknowledged), int(loaded)


@contextmanager
def slowed(site: Site) -> Iterator[None]:
    """Throttle PostgreSQL: it continues, but slowly."""
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            processes = postgres_processes(postgres_folder(site))
            for process in processes:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.suspend()
            stop.wait(0.47)
            for process in processes:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.resume()
            stop.wait(0.03)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def crowd(site: Site) -> None:
    """Hold many connections that are idle or send a byte per second: others are unaffected."""
    site.sender.seconds.clear()
    port = site.server.port
    held: list[socket.socket] = []
    try:
        held += [socket.create_connection(("127.0.0.1", port), 10) for _ in range(IDLE + SLOW)]
        slow = held[:SLOW]
        for connection in slow:
            connection.sendall(REQUEST)
        site.sender.seconds.clear()
        until = time.monotonic() + min(30, site.load_seconds / 20)
        while time.monotonic() < until:
            time.sleep(BYTE_SECONDS)
            for connection in slow:
                with contextlib.suppress(OSError):  # the server may close it
                    connection.sendall(b" ")
        site.sender.wait_for_more(100)
        seconds = list(site.sender.seconds)
        assert p99(seconds) < 1, f"p99 {p99(seconds):.3f} s"
    finally:
        for connection in held:
            connection.close()


CAMPAIGN: Final = Campaign(
    "load",
    (
        Fault("steady load, 70 % of what the harness can send", last, open_busy_site),
        Fault("1,000 idle and 200 slow connections", crowd, open_site),
        Fault("more load than the database can take", overload, open_flooded_site),
    ),
    once=True,
)
