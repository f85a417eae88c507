"""The target of a campaign: servers on a database, under a sender's load."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import psycopg

from tests.chaos.databases import Databases
from tests.chaos.sender import Sender
from tests.chaos.twin import Twin
from tests.rollups import all_differences
from tests.server import RunningServer, wait_until

SETTLE_SECONDS = 90.0


class Verdict(NamedTuple):
    """What happened to the acknowledged events."""

    lost: int
    doubled: int
    difference: int  # compared with the twin's rollups
    unverified: int  # rows of rollups that `verify` finds wrong
    details: str


@dataclass
class Site:
    """Servers, their sender, their database, and its twin."""

    folder: Path
    database: str
    servers: Sequence[RunningServer]
    sender: Sender
    twin: Twin
    databases: Databases
    backlog: int  # events that wait for an unavailable database
    load_seconds: float  # how long a load lasts
    chance: random.Random
    destroyed: set[int] = field(default_factory=set)  # by the fault itself: not lost by us
    told_doubled: int = 0
    disk: Path = Path()  # the small one, if any
    keep_database_running: Callable[[], object] = lambda: None

    @property
    def server(self) -> RunningServer:
        """The only server."""
        return self.servers[0]

    def recover(self) -> float:
        """Return the seconds until an event sent now is in the database."""
        began = time.monotonic()
        (number,) = self.sender.take(1)
        server = self.server

        def is_accepted() -> bool:
            with contextlib.suppress(OSError):
                answer = server.post(self.sender.numbered.event(number))
                return bool(answer.ok and answer.json()["accepted"] == 1)
            return False

        wait_until(is_accepted, f"an answer; stderr: {server.log_text()[-3000:]}", SETTLE_SECONDS)
        self.sender.acknowledge([number])
        wait_until(
            lambda: self._is_stored(number),
            f"event {number} in the database; stderr: {server.log_text()[-3000:]}",
            SETTLE_SECONDS,
        )
        return time.monotonic() - began

    def settle(self) -> None:
        """Wait until every server has loaded what it logged."""
        for server in self.servers:
            server.settle()

    def absent_database(self) -> AbstractContextManager[None]:
        """Refuse connections to the database for the context."""
        return self.databases.shut(self.database)

    def judge(self) -> Verdict:
        """Compare what was acknowledged with the events, and the events with the rollups, twice."""
        with psycopg.connect(self.database) as connection:
            stored = self.twin.numbers(connection)
            different = self.twin.differences(connection)
        with psycopg.connect(self.database, autocommit=True) as connection:
            wrong = all_differences(connection)
        lost = self.sender.acknowledged - set(stored) - self.destroyed
        doubled = len(stored) - len(set(stored)) - self.told_doubled
        # the next fault doesn't count these again
        self.destroyed |= lost
        self.told_doubled += doubled
        details = ""
        if lost or different or wrong:
            details = f"lost {sorted(lost)[:20]}, rollups {different}, verify {[*map(str, wrong)]}"
        unverified = sum(difference.rows() for difference in wrong)
        return Verdict(len(lost), doubled, sum(different.values()), unverified, details)

    def _is_stored(self, number: int) -> bool:
        moment = self.sender.numbered.milliseconds(number)
        query = "select from telemetry.events where t = to_timestamp(%s::bigint / 1000.0)"
        with (
            contextlib.suppress(psycopg.Error),
            psycopg.connect(self.database, connect_timeout=2) as connection,
        ):
            return connection.execute(query, [moment]).fetchone() is not None
        return False
