"""The clock jumps an hour back and forth: log, rate limit and views keep working."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
import requests
from psycopg import sql

from tests.chaos.campaign import Campaign, Fault
from tests.chaos.place import Place, open_site
from tests.chaos.site import Site
from tests.server import wait_until

OWN_CLOCK: Final = Path(__file__).parents[1] / "own_clock"
LIMIT: Final = 40
WINDOW_SECONDS: Final = 3600
JUMP_SECONDS: Final = 3600


@contextmanager
def open_site_with_own_clock(place: Place) -> Iterator[Site]:
    """Open a site whose server has an adjustable clock and counts each client separately."""
    place.sites += 1
    offset = place.folder / f"clock{place.sites}"
    set_clock(offset, 0)
    settings = {
        "PYTHONPATH": str(OWN_CLOCK),
        "CLOCK_OFFSET_FILE": str(offset),
        "RATE_LIMIT_MAX": str(LIMIT),
        "RATE_LIMIT_TIME_WINDOW": f"{WINDOW_SECONDS} s",
    }
    with open_site(place, settings=settings, clients=100_000) as site:
        yield site


def set_clock(file: Path, seconds: int) -> None:
    """Set a clock off by some seconds."""
    draft = file.with_suffix(".new")
    draft.write_text(f"{seconds:+d}\n")
    draft.rename(file)


def jump(site: Site, seconds: int) -> None:
    """Set the server's clock; check that rate limit and views work as before."""
    client = f"203.0.113.{site.chance.randrange(1, 255)}"
    used_up(site, client)
    before = clock(site)
    file = Path(site.server.settings["CLOCK_OFFSET_FILE"])
    set_clock(file, int(file.read_text()) + seconds)
    wait_until(lambda: abs(clock(site) - before - seconds) < 60, "the clock set")
    used_up(site, client)
    answer = ask(site, f"198.51.100.{site.chance.randrange(1, 255)}")
    assert answer.status_code != 429, "a client that sent little is not refused"
    site.sender.wait_for_more(200)
    wait_for_views(site)


def used_up(site: Site, client: str) -> None:
    """Send requests until one is limited; check that the wait is no longer than the window."""
    for _ in range(LIMIT + 1):
        answer = ask(site, client)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= WINDOW_SECONDS


def ask(site: Site, client: str) -> requests.Response:
    """Request the statistics as a separate client."""
    return site.server.get("/stats", headers={"X-Forwarded-For": client})


def clock(site: Site) -> float:
    """Return the server's time in s since 1970."""
    return float(site.server.get("/health").json()["ts"]) / 1000


def wait_for_views(site: Site) -> None:
    """Wait until a view shows what was just loaded."""
    with psycopg.connect(site.database, autocommit=True) as connection:
        loaded = total(connection, "days")
        wait_until(lambda: total(connection, "daily_activity") >= loaded, "the views to follow")


def total(connection: psycopg.Connection, table: str) -> int:
    """Return how many events a rollup or view shows."""
    query = sql.SQL("select coalesce(sum(events), 0)::bigint from {}")
    row = connection.execute(query.format(sql.Identifier("telemetry", table))).fetchone()
    assert row is not None
    return int(row[0])


def jump_back(site: Site) -> None:
    """Set the clock back an hour."""
    jump(site, -JUMP_SECONDS)


def jump_forth(site: Site) -> None:
    """Set the clock forward an hour."""
    jump(site, JUMP_SECONDS)


CAMPAIGN: Final = Campaign(
    "clock",
    (
        Fault("clock set back an hour", jump_back, open_site_with_own_clock),
        Fault("clock set forward an hour", jump_forth, open_site_with_own_clock),
    ),
)
