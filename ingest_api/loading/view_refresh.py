"""Refresh the materialized views when the loader has changed what they show."""

from __future__ import annotations

import logging
import threading
import time

import psycopg

from ingest_api.metrics.meters import Meters
from sql.database import Database, connect_as
from sql.roles import INGEST, work_as
from sql.statements import names, statement

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
# refreshing takes at most a tenth of the time, however large the views grow
REST_PER_WORK = 9
# servers that share a database take turns
REFRESH_LOCK = 7305_2028


class Refresher:
    """Refreshes all views in one thread of one process."""

    def __init__(self, database: Database, meters: Meters | None = None) -> None:
        """Take the database; `meters`, if given, record when the views are up to date."""
        self._database = database
        self._meters = meters
        self._version: int | None = None

    def run(self, stop: threading.Event) -> None:
        """Look for changes until `stop` is set; wait while the database is unavailable."""
        while not stop.is_set():
            try:
                with connect_as(INGEST, self._database, "telemetry refresher") as connection:
                    self._watch(connection, stop)
            except psycopg.Error as error:
                logger.debug("no connection to refresh the views: %s", error)
                stop.wait(LOOK_SECONDS)

    def _watch(self, connection: psycopg.Connection, stop: threading.Event) -> None:
        failing = False
        while not stop.is_set():
            started = time.monotonic()
            worked = True
            try:
                worked = self.refresh_changed(connection)
                if self._meters is not None:
                    self._meters.note_success("refresher")
                failing = False
            except psycopg.Error as error:
                if connection.closed:
                    raise
                if not failing:
                    logger.warning("can't refresh the views; they keep their old data: %s", error)
                failing = True
            rest = (time.monotonic() - started) * REST_PER_WORK if worked else 0
            stop.wait(max(LOOK_SECONDS, rest))

    def refresh_changed(self, connection: psycopg.Connection) -> bool:
        """Refresh the views if events were loaded since the last time; return whether they were."""
        work_as(INGEST, connection)
        row = connection.execute(statement("queries/freshness")).fetchone()
        assert row is not None
        if row[0] == self._version:
            return False
        locked = connection.execute("select pg_try_advisory_lock(%s)", [REFRESH_LOCK]).fetchone()
        if locked != (True,):
            return False
        try:
            for name in names("views"):
                view = {"view": name.removeprefix("views/")}
                connection.execute(statement("maintenance/refresh_view"), view)
        finally:
            connection.execute("select pg_advisory_unlock(%s)", [REFRESH_LOCK])
        self._version = row[0]
        return True
