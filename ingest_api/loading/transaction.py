"""Load some log lines into PostgreSQL, with their rollups, in one transaction."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import psycopg
from psycopg import errors
from psycopg.types.json import Json

from ingest_api.log.folder import Chunk
from ingest_api.metrics.meters import Meters
from sql.statements import names, statement

logger = logging.getLogger(__name__)

# only one loader at a time writes rollups, so that the loaders of two servers can't deadlock
LOAD_LOCK = 7305_2027
# parsed per statement, which holds the text in memory three times
PIECE_BYTES = 1 << 20
MOST_MISPLACED = 5
# a line of a forgotten visitor
BLANK_LINE = re.compile(rb"^ +\n", re.MULTILINE)


class RefusedNames(NamedTuple):
    """The number of events in a load whose names count as `(other)`: the day's list is full."""

    dimension: str
    day: date
    events: int
    is_news: bool  # the first for this day and dimension


class LoadTransaction:
    """A load in two halves: `prepare` may run while a load on another connection finishes.

    Events before `first_kept` are left out; None keeps all. For `max_values`, see add_rollups.
    """

    def __init__(
        self,
        connection: psycopg.Connection,
        server: uuid.UUID,
        run_events: str,
        chunks: Sequence[Chunk],
        first_kept: date | None,
        max_values: int,
    ) -> None:
        self.chunks = chunks
        self.lines = sum(chunk.lines() for chunk in chunks)
        self._connection = connection
        self._server = server
        self._parameters = {"run_events": run_events}
        self._first_kept = first_kept
        self._max_values = max_values
        self.expired = 0
        self.refused: list[RefusedNames] = []

    def prepare(self) -> None:
        """Begin, and insert the events. Raises psycopg.Error."""
        months = self._read()
        if months:
            # on a cluster, a transaction can't use a table that it created with the owner's rights
            self._connection.rollback()
            self._make_partitions(months)
            self._read()
        self.events = self._insert()

    def finish(self) -> None:
        """Add to the rollups, move the positions, and commit. Raises psycopg.Error."""
        execute = self._connection.execute
        with self._connection.pipeline():
            self.refused = add_rollups(self._connection, self._max_values)
            for chunk in self.chunks:
                move_position(
                    self._connection, self._server, chunk, loaded=chunk.lines(), rejected=0
                )
            execute("commit")

    def count(self, meters: Meters) -> None:
        """Count the outcome of the lines; log once per day if a dimension has too many names."""
        meters.add("loaded_events", self.lines)
        meters.add("duplicate_events", self.parsed - self.expired - self.events)
        meters.add("expired_events", self.expired)
        meters.add("forgotten_events", self.lines - self.parsed)
        for refused in self.refused:
            meters.add(f"other:{refused.dimension}", refused.events)
            if refused.is_news:
                logger.warning(
                    "%s has more new names on %s than MAX_VALUES=%d: the rest counts as (other)",
                    refused.dimension, refused.day, self._max_values,
                )  # fmt: skip

    def abandon(self) -> None:
        """Roll back, if the connection is still open."""
        if not self._connection.closed:
            self._connection.rollback()

    def _read(self) -> list[date]:
        """Begin, and parse the lines; return the months that need a partition."""
        execute = self._connection.execute
        execute("begin")
        self.parsed = sum(self._parse(piece) for chunk in self.chunks for piece in pieces(chunk))
        if self._first_kept is not None:
            expire = statement("load/expire")
            self.expired = execute(expire, {"first_kept": self._first_kept}).rowcount
        return [month for (month,) in execute(statement("load/months"))]

    def _parse(self, lines: bytes) -> int:
        """Parse whole lines; return their number without those of forgotten visitors."""
        if b" \n" in lines:
            lines = BLANK_LINE.sub(b"", lines)
        array = Json(lines[:-1].replace(b"\n", b","), dumps=b"[%b]".__mod__)
        parsed = self._connection.execute(
            statement("load/parse"), {"lines": array, **self._parameters}
        ).rowcount
        if parsed != lines.count(b"\n"):
            raise errors.InvalidTextRepresentation("a line is not one JSON object")
        return parsed

    def _make_partitions(self, months: Sequence[date]) -> None:
        """Create the partitions of new months, but don't wait for long readers.

        Otherwise a database dump would block loads until it is done. Meanwhile, the events go to
        the partition of odd dates, and move when their own is created.
        """
        try:
            for month in months:
                with self._connection.transaction():
                    self._connection.execute("set local lock_timeout = '1s'")
                    self._connection.execute(statement("load/partition"), {"month": month})
        except (errors.LockNotAvailable, errors.CheckViolation):
            logger.info("creating a month's partition must wait: other queries hold the table")

    def _insert(self) -> int:
        misplaced = 0
        while True:
            try:
                with self._connection.transaction():
                    return self._connection.execute(statement("load/events")).rowcount
            except errors.UniqueViolation:
                self._connection.execute(statement("load/stored"), prepare=False)
                self._connection.execute(statement("load/deduplicate"))
            except errors.CheckViolation:
                # while this waited, another server created the partition that its events belong to
                misplaced += 1
                if misplaced > MOST_MISPLACED:
                    raise


def add_rollups(
    connection: psycopg.Connection, max_values: int | None, temporary: tuple[str, ...] = ()
) -> list[RefusedNames]:
    """Add the events in the temporary table `fresh` to the rollups, in the current transaction.

    A day accepts `max_values` names per dimension (None: any number) until its list is closed; the
    rest counts as `(other)`. With `temporary`, temporary tables of these names are used in place of
    the real ones, and nothing waits for other loaders. Raises psycopg.Error.
    """
    # before the turn, which others wait for; in this half, so that both take about equally long
    for name in names("load/groups"):
        connection.execute(statement(name))
    if not temporary:
        take_turn(connection)
    admit = statement("load/admit", temporary)
    found = connection.execute(admit, {"max_values": max_values}).fetchall()
    if found:
        for name in names("load/refused"):
            connection.execute(statement(name))
    # planned each time: a plan from when the table was small would read all of it
    connection.execute(statement("load/known", temporary), prepare=False)
    for name in names("load/rollups"):
        connection.execute(statement(name, temporary))
    return [RefusedNames(*row) for row in found]


def take_turn(connection: psycopg.Connection) -> None:
    """Wait for the other loaders' current transactions, to see what they counted."""
    connection.execute("select pg_advisory_xact_lock(%s)", [LOAD_LOCK])


def pieces(chunk: Chunk) -> Iterator[bytes]:
    """Split a chunk at line ends."""
    start = 0
    while start < len(chunk.content):
        end = chunk.content.find(b"\n", start + PIECE_BYTES) + 1 or len(chunk.content)
        yield chunk.content[start:end]
        start = end


def move_position(
    connection: psycopg.Connection, server: uuid.UUID, chunk: Chunk, loaded: int, rejected: int
) -> None:
    """Record that a chunk is done, and its loaded and rejected lines. Doesn't commit."""
    parameters = {
        "server": server,
        "name": chunk.name,
        "position": chunk.end,
        "loaded": loaded,
        "rejected": rejected,
    }
    connection.execute(statement("load/move_position"), parameters)
