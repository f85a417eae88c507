"""The database has a full disk, short timeouts, locks, no partition or a failed migration."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

import psycopg
from psycopg import sql

from sql.embedded import server as embedded
from sql.statements import FOLDER
from tests.chaos.campaign import Campaign, Fault
from tests.chaos.databases import Databases
from tests.chaos.disks import filled, small_disk
from tests.chaos.place import Place, open_site
from tests.chaos.site import Site

DISK_MB: Final = 400
HALF_A_MIGRATION: Final = "create table telemetry.half (one int); select 1 / 0"


@contextmanager
def open_site_with_small_database(place: Place) -> Iterator[Site]:
    """Open a site whose PostgreSQL has its own disk."""
    place.sites += 1
    with (
        small_disk(place.folder / f"database-disk{place.sites}", DISK_MB) as disk,
        embedded.start(disk / "postgres") as lease,
        open_site(place, databases=Databases(lease.url)) as site,
    ):
        site.disk = disk
        site.keep_database_running = lease.ensure_running
        yield site


def fill_disk(site: Site) -> None:
    """Fill PostgreSQL's disk, which may stop it, then free space again."""
    logged = site.server.log_text().count("events are kept in the log")
    with filled(site.disk):
        site.server.wait_for(
            lambda: site.server.log_text().count("events are kept in the log") > logged,
            "a load that fails",
        )
        site.sender.wait_for_more()
    site.keep_database_running()


def limit_statements(site: Site) -> None:
    """Set the statement timeout below the time of a load."""
    with psycopg.connect(site.database, autocommit=True) as connection:
        name = sql.Identifier(site.databases.name(site.database))
        connection.execute(sql.SQL("alter database {} set statement_timeout = '30ms'").format(name))
        with site.absent_database():
            for _ in range(20):
                numbers = site.sender.take(200)
                answer = site.server.session.post(
                    f"{site.server.url}/t", site.sender.body(numbers), timeout=30
                )
                assert answer.ok, answer.text
                site.sender.acknowledge(numbers)
        site.recover()
    with site.databases.administration() as connection:
        connection.execute(sql.SQL("alter database {} reset statement_timeout").format(name))


def lock_events(site: Site) -> None:
    """Lock the events for a while, and check that the lag shows it."""
    with psycopg.connect(site.database) as connection:
        connection.execute("lock table telemetry.events in access exclusive mode")
        site.sender.wait_for_more(500)
        site.server.wait_for(
            lambda: site.server.metric("telemetry_lag_seconds") >= 1, "the lag to show"
        )


def drop_partition(site: Site) -> None:
    """Remove this month's partition; its rows go to the partition for odd dates."""
    month = datetime.now(UTC).strftime("%Y_%m")
    partition = sql.Identifier("telemetry", f"events_{month}")
    with psycopg.connect(site.database) as connection:
        connection.execute("lock table telemetry.events in access exclusive mode")
        connection.execute(sql.SQL("create temp table kept as table {}").format(partition))
        connection.execute(sql.SQL("drop table {}").format(partition))
        connection.execute("insert into telemetry.events select * from kept")
    with psycopg.connect(site.database, autocommit=True) as connection:
        site.server.wait_for(
            lambda: (
                connection.execute(
                    "select to_regclass(%s) is not null", [f"telemetry.events_{month}"]
                ).fetchone()
                == (True,)
            ),
            "the partition made anew",
        )


def fail_to_migrate(site: Site) -> None:
    """Start a version whose migration fails half-way and check its error; then the old version."""
    site.server.stop()
    code = site.folder / "next-version"
    if not code.exists():
        shutil.copytree(FOLDER, code / "sql")
        (code / "ingest_api").symlink_to(FOLDER.parent / "ingest_api")
        (code / "sql" / "migrations" / "9999_half.sql").write_text(HALF_A_MIGRATION)
    ended = subprocess.run(
        [sys.executable, "-m", "ingest_api"],
        cwd=code,
        env=site.server.environ(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 2
    last = ended.stderr.splitlines()[-1]
    assert last.startswith("minigem-telemetry can't start: the database can't be updated"), last
    assert last.endswith("migrations/9999_half was not applied: division by zero"), last
    with psycopg.connect(site.database) as connection:
        assert connection.execute("select to_regclass('telemetry.half')").fetchone() == (None,)
    site.server.start()


CAMPAIGN: Final = Campaign(
    "database-trouble",
    (
        Fault("database disk full", fill_disk, open_site_with_small_database),
        Fault("statement timeout shorter than a load", limit_statements, open_site),
        Fault("lock held on the events", lock_events, open_site),
        Fault("partition missing", drop_partition, open_site),
        Fault("migration that fails half-way", fail_to_migrate, open_site),
    ),
)
