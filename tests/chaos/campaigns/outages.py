"""PostgreSQL is killed, stopped, paused, disconnected or unavailable."""

from __future__ import annotations

import contextlib
import signal
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import psutil

from tests.chaos.campaign import Campaign, Fault
from tests.chaos.campaigns.kills import kill
from tests.chaos.place import Place, open_site
from tests.chaos.site import Site
from tests.server import wait_until
from tests.sql.clusters import postgres_processes, postmaster_pid

PAUSE_SECONDS: Final = 10.0
# as many as fit into a body
BATCH: Final = 200


def open_embedded_site(place: Place) -> AbstractContextManager[Site]:
    """Open a site whose server runs its own PostgreSQL and has to restart it."""
    return open_site(place, embedded_database=True)


def postgres_folder(site: Site) -> Path:
    """Return the folder of the server's own PostgreSQL."""
    return site.server.data / "postgres"


def postmaster(site: Site) -> psutil.Process:
    """Return the main process of the server's own PostgreSQL."""
    return psutil.Process(postmaster_pid(postgres_folder(site)))


def kill_postmaster(site: Site) -> None:
    """Kill the main process, whose children then end by themselves."""
    kill(postmaster(site))
    site.sender.wait_for_more()


def stop_at_once(site: Site) -> None:
    """Stop in immediate mode: the next start recovers from the write-ahead log."""
    process = postmaster(site)
    process.send_signal(signal.SIGQUIT)
    process.wait(30)
    site.sender.wait_for_more()


def restart(site: Site) -> None:
    """Stop in fast mode, as an administrator's restart does."""
    process = postmaster(site)
    process.send_signal(signal.SIGINT)
    process.wait(30)
    site.sender.wait_for_more()


def pause(site: Site) -> None:
    """Pause all processes, then resume them."""
    processes = postgres_processes(postgres_folder(site))
    until = time.monotonic() + PAUSE_SECONDS
    try:
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):  # a connection that ended by itself
                process.suspend()
        assert site.server.get("/health").ok
        site.sender.wait_for_more(200)
        assert site.server.get("/dbhealth").status_code == 503
        time.sleep(max(0.0, until - time.monotonic()))
    finally:
        for process in processes:
            if process.is_running():
                process.resume()


def cut_connections(site: Site) -> None:
    """End all connections to the database."""
    site.databases.cut(site.database)


def leave(site: Site) -> None:
    """Make the database unavailable until many events wait for it."""
    with site.absent_database():
        while site.server.metric("telemetry_waiting_events") < site.backlog:
            for _ in range(site.backlog // 20 // BATCH):
                numbers = site.sender.take(BATCH)
                answer = site.server.session.post(
                    f"{site.server.url}/t", site.sender.body(numbers), timeout=30
                )
                assert answer.json()["accepted"] == BATCH, answer.text
                site.sender.acknowledge(numbers)
    wait_until(
        lambda: site.server.metric("telemetry_waiting_events") < site.backlog // 20,
        "the waiting events loaded",
        120,
    )


CAMPAIGN: Final = Campaign(
    "outages",
    (
        Fault("kill -9 of PostgreSQL", kill_postmaster, open_embedded_site),
        Fault("immediate stop of PostgreSQL", stop_at_once, open_embedded_site),
        Fault("restart of PostgreSQL", restart, open_embedded_site),
        Fault("PostgreSQL paused for 10 s", pause, open_embedded_site),
        Fault("connections cut by pg_terminate_backend", cut_connections, open_embedded_site),
        Fault("database unavailable until many events wait", leave, open_site),
    ),
)
