"""Load the log into PostgreSQL: each line exactly once, whatever crashes.

The rows and the new positions in the log are committed together. After any failure, the loader
reads the positions from the database and continues from there.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait

import psycopg

from ingest_api.backoff import Backoff
from ingest_api.events.expiry import first_kept_day
from ingest_api.failure import reason
from ingest_api.loading.connection import bring_up_to_date, open_connection
from ingest_api.loading.transaction import LoadTransaction, move_position
from ingest_api.log.archive import missing_archives, tidying, unpack_or_report
from ingest_api.log.folder import Chunk, LogFolder, halves, server_id
from ingest_api.log.lag import Lag
from ingest_api.log.rejected_lines import keep_rejected
from ingest_api.metrics.meters import Meters
from ingest_api.settings import MAX_VALUES
from sql.application import Application
from sql.migrate import MigrationError
from sql.statements import statement

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.1
LOOK_SECONDS = 1.0
NO_ROOM_SECONDS = 60.0
MAX_LOAD_BYTES = 8 << 20
REST_PER_WORK = 4
LONGEST_REST_SECONDS = 0.4
LONGEST_BACKOFF_SECONDS = 2.0
# SQLSTATE classes that blame the data: data exception, integrity, program limit
DATA_ERRORS = ("22", "23", "54")


class Loader:
    """Loads an application's log. Runs in one thread of one process.

    `run_events` is the prefix of the run events' names that the database must have; None accepts
    any.
    """

    def __init__(
        self,
        application: Application,
        run_events: str | None,
        meters: Meters,
        clock: Callable[[], float] = time.time,
        retention_days: int | None = None,
        max_values: int = MAX_VALUES,
    ) -> None:
        self.failure: MigrationError | None = None  # why `run` gave up on this database
        self.migrated = threading.Event()  # the tables exist and are current
        self._database = application.database
        self._folder = application.log_folder
        self._log = LogFolder(self._folder, meters)
        self._server = server_id(self._folder)
        self._wanted_run_events = run_events
        self._run_events = ""  # the database's
        self._meters = meters
        self._clock = clock
        self._retention_days, self._max_values = retention_days, max_values
        self.lag = Lag(self._log, meters, clock)
        self._connection: psycopg.Connection | None = None
        self._second: psycopg.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="loader")
        self._outage = False
        self._behind = False
        self._next_look = self._next_unpack = 0.0

    def run(self, stop: threading.Event) -> None:
        """Load until `stop` is set; then load the rest of the log if possible, and return."""
        backoff = Backoff(2 * POLL_SECONDS, LONGEST_BACKOFF_SECONDS)
        try:
            while True:
                stopping = stop.is_set()
                began = time.monotonic()
                loaded = False
                try:
                    # a stop does not wait for archives
                    loaded = self.load_available(unpacks=not stopping)
                    self._measure()
                    self._meters.note_success("loader")
                    backoff.succeed()
                    # small loads cost more per event, so a busy loader rests and loads more later
                    worked = time.monotonic() - began
                    rest = min(max(POLL_SECONDS, worked * REST_PER_WORK), LONGEST_REST_SECONDS)
                except (psycopg.Error, MigrationError, RuntimeError, OSError) as error:
                    if isinstance(error, MigrationError) and not self.migrated.is_set():
                        self.failure = error
                        return
                    self._lost(error)
                    rest = backoff.fail()
                if stopping and not loaded:
                    return
                if not self._behind:
                    stop.wait(rest)
        finally:
            self._behind = False
            self.close()

    def load_available(self, *, unpacks: bool = True) -> bool:
        """Load what is ready now; return whether there was anything.

        Then, if the database lacks archived files, unpack the next one.
        Raises psycopg.Error or RuntimeError if the database can't be used.
        """
        self._log.scan()
        connection = self._connect()
        for name, lost in self._log.removed():
            self._meters.add("lost_log_bytes", lost)
            logger.error(
                "%s was removed with %d bytes not loaded: those events are lost", name, lost
            )
        chunks = self._log.take(MAX_LOAD_BYTES)
        self._behind = is_large(chunks)
        if self._behind:
            self._catch_up(connection, chunks)
        elif chunks:
            self._load(connection, chunks)
        elif time.monotonic() >= self._next_look:
            # an idle connection doesn't notice that its server is gone, and /stats needs it too
            self._next_look = time.monotonic() + LOOK_SECONDS
            connection.execute("select 1")
        unpacked = unpacks and not self._behind and self._unpack_next()
        return bool(chunks) or unpacked

    def close(self) -> None:
        """Close the connections."""
        for connection in (self._connection, self._second):
            if connection is not None:
                connection.close()
        self._connection = self._second = None

    def _connect(self) -> psycopg.Connection:
        if self._connection is not None:
            return self._connection
        bring_up_to_date(self._database, self._wanted_run_events)
        connection, self._run_events = open_connection(self._database, self._wanted_run_events)
        self.migrated.set()
        try:
            # lock the folder: a file compressed after the query would seem to be missing
            with tidying(self._folder):
                positions = connection.execute(
                    statement("load/positions"), {"server": self._server}
                ).fetchall()
                archived = missing_archives(
                    self._folder, {name for name, _, settled in positions if settled}
                )
        except BaseException:
            connection.close()
            raise
        known = {name: position for name, position, _ in positions}
        self._correct(self._log.restore(known, archived))
        self._connection = connection
        self._outage = False
        logger.info("the database is available, loading events")
        return connection

    def _unpack_next(self) -> bool:
        """Unpack the oldest archive that the database lacks; return whether there was one.

        One at a time, once the rest is loaded: all together might not fit on the disk.
        """
        if not self._log.archived or time.monotonic() < self._next_unpack:
            return False
        try:
            unpack_or_report(self._folder / f"{next(reversed(self._log.archived))}.gz")
        except OSError as error:
            self._next_unpack = time.monotonic() + NO_ROOM_SECONDS
            logger.error("archives are waiting to be unpacked: %s", error)
            return False
        self._correct(self._log.restore_unpacked())
        self._log.scan()
        return True

    def _correct(self, more: int) -> None:
        """Correct the meters by lines that the database has, or lost (negative), unexpectedly."""
        if more > 0:
            self._meters.add("loaded_events", more)
        else:
            self._meters.add("reloaded_events", -more)

    def _lost(self, error: Exception) -> None:
        """Start over with a new connection; log this once per outage."""
        if not self._outage:
            logger.warning("%s; events are kept in the log: %s", _failure(error), reason(error))
        self._outage = True
        self._behind = False
        self.close()
        with contextlib.suppress(OSError):
            self._measure()

    def _load(self, connection: psycopg.Connection, chunks: list[Chunk]) -> None:
        """Load chunks; if a line can't be loaded, find it and set it aside."""
        load = self._begin(connection, chunks)
        try:
            load.prepare()
            load.finish()
        except psycopg.Error as error:
            load.abandon()
            if (error.sqlstate or "")[:2] not in DATA_ERRORS:
                raise
            if load.lines == 1:
                again = self._log.read_again(chunks[0])
                if again != chunks[0]:
                    # it was read while `forget` was blanking it
                    self._load(connection, [again])
                else:
                    self._reject(connection, again, error)
                return
            for part in halves(chunks):
                self._load(connection, part)
        else:
            self._count(load)

    def _catch_up(self, connection: psycopg.Connection, chunks: list[Chunk]) -> None:
        """Load a backlog on two connections: while one load finishes, the next is prepared."""
        if self._second is None:
            self._second, _ = open_connection(self._database, self._run_events)
        connections = itertools.cycle((connection, self._second))
        load = self._begin(next(connections), chunks)
        load_prepared = self._thread.submit(load.prepare)
        following: LoadTransaction | None = load
        try:
            while following is not None:
                load, prepared = following, load_prepared
                prepared.result()
                following = None
                # a small rest of the backlog is loaded at the usual pace
                if is_large(load.chunks) and (chunks := self._log.take(MAX_LOAD_BYTES)):
                    following = self._begin(next(connections), chunks)
                    load_prepared = self._thread.submit(following.prepare)
                load.finish()
                self._count(load)
                self._measure()
        except psycopg.Error as error:
            if following is not None and following is not load:
                wait([load_prepared])
                following.abandon()
            load.abandon()
            self._log.put_back()
            if (error.sqlstate or "")[:2] not in DATA_ERRORS:
                raise
            self._load(connection, list(load.chunks))

    def _begin(self, connection: psycopg.Connection, chunks: list[Chunk]) -> LoadTransaction:
        first_kept = first_kept_day(self._clock(), self._retention_days)
        return LoadTransaction(
            connection, self._server, self._run_events, chunks, first_kept, self._max_values
        )

    def _count(self, load: LoadTransaction) -> None:
        load.count(self._meters)
        for chunk in load.chunks:
            self._log.advance(chunk)

    def _reject(self, connection: psycopg.Connection, chunk: Chunk, error: psycopg.Error) -> None:
        """Set aside a line that the database can't store."""
        why = reason(error)
        keep_rejected(self._folder, chunk, why)
        with connection.transaction():
            move_position(connection, self._server, chunk, loaded=0, rejected=1)
        self._meters.add("rejected_events")
        self._log.advance(chunk)
        logger.error("rejected the line at byte %d of %s: %s", chunk.start, chunk.name, why)

    def _measure(self) -> None:
        self.lag.measure(database_up=self._connection is not None)


def is_large(chunks: Sequence[Chunk]) -> bool:
    """Return whether this is a backlog, to be loaded without pauses on two connections."""
    return sum(len(chunk.content) for chunk in chunks) > MAX_LOAD_BYTES // 2


def _failure(error: Exception) -> str:
    """Return how the log names an error that is not a line's fault."""
    if isinstance(error, psycopg.ProgrammingError | psycopg.NotSupportedError):
        return "the database refuses to load"  # a right, a table or a feature is missing
    is_ours = isinstance(error, OSError | MigrationError)
    return "can't load the log" if is_ours else "the database is unavailable"
