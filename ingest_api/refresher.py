"""Refresh the materialized views when the loader has changed what they show."""

from __future__ import annotations

import logging
import threading
import time

import psycopg

from sql.database import Database
from sql.roles import INGEST, connect_as, work_as
from sql.statements import names, statement

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
# refreshing may take a tenth of the time at most, however large the views grow
REST_PER_WORK = 9
# servers that share a database take turns
REFRESH_LOCK = 7305_2028


class Refresher:
    """Refreshes all views in one thread of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._version: int | None = None
        self._failing = False

    def run(self, stop: threading.Event) -> None:
        """Look for changes until `stop` is set; wait out a database that is away."""
        while not stop.is_set():
            started = time.monotonic()
            try:
                with connect_as(INGEST, self._database, "telemetry refresher") as connection:
                    while not stop.is_set():
                        started = time.monotonic()
                        worked = self.refresh_changed(connection)
                        self._failing = False
                        self._rest(started if worked else None, stop)
            except psycopg.Error as error:
                self._tell(error)
                self._rest(started, stop)

    def _rest(self, started: float | None, stop: threading.Event) -> None:
        """Wait for a while, in proportion to the work that began at `started`, if there was any."""
        worked = 0.0 if started is None else time.monotonic() - started
        stop.wait(max(LOOK_SECONDS, worked * REST_PER_WORK))

    def _tell(self, error: psycopg.Error) -> None:
        """Say once what hinders a refresh; that the database is away, the loader says."""
        level = logging.DEBUG
        if not self._failing and not isinstance(error, psycopg.OperationalError):
            self._failing, level = True, logging.WARNING
        logger.log(level, "the views can't be refreshed, they stay as they are: %s", error)

    def refresh_changed(self, connection: psycopg.Connection) -> bool:
        """Refresh the views if events were loaded since the last time; return whether it did."""
        work_as(INGEST, connection)
        row = connection.execute(statement("queries/loader/freshness")).fetchone()
        assert row is not None
        if row[0] == self._version:
            return False
        locked = connection.execute("select pg_try_advisory_lock(%s)", [REFRESH_LOCK]).fetchone()
        if locked != (True,):
            return False
        try:
            for name in names("views"):
                view = {"view": name.removeprefix("views/")}
                connection.execute(statement("queries/refresh_view"), view)
        finally:
            connection.execute("select pg_advisory_unlock(%s)", [REFRESH_LOCK])
        self._version = row[0]
        return True
