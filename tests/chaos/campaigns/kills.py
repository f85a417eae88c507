"""Our processes are killed at random moments."""

from __future__ import annotations

import contextlib
from typing import Final

import psutil

from tests.chaos.campaign import Campaign, Fault
from tests.chaos.place import open_site
from tests.chaos.site import Site
from tests.server import RunningServer, wait_until


def kill(process: psutil.Process) -> None:
    """Kill a process and wait until it is gone."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()
        process.wait(10)


def kill_server(server: RunningServer, *, workers: bool) -> None:
    """Kill a server's parent, and optionally its workers."""
    assert server.process is not None
    family = server.family()
    kill(psutil.Process(server.process.pid))
    if workers:
        for worker in family:
            kill(worker)
    server.process.wait()


def kill_worker(site: Site) -> None:
    """Kill one worker; the parent starts another."""
    workers = site.server.family()
    kill(site.chance.choice(workers))
    wait_until(lambda: len(site.server.family()) == len(workers), "as many workers as before")


def kill_parent(site: Site) -> None:
    """Kill the parent; its workers end by themselves while the next one starts."""
    kill_server(site.server, workers=False)
    site.server.start()


def kill_all(site: Site) -> None:
    """Kill the whole server at once."""
    kill_server(site.server, workers=True)
    site.server.start()


CAMPAIGN: Final = Campaign(
    "kills",
    (
        Fault("kill -9 of a worker", kill_worker, open_site),
        Fault("kill -9 of the parent", kill_parent, open_site),
        Fault("kill -9 of the whole server", kill_all, open_site),
    ),
)
