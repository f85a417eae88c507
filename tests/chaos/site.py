"""What a campaign strikes: servers on a database, under the load of a sender."""

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

from ingest_api.loading.rollups.verification import all_differences
from tests.chaos.databases import Databases
from tests.chaos.sender import Sender
from tests.chaos.twin import Twin
from tests.server import RunningServer, wait_until

SETTLE_SECONDS = 90.0


class Verdict(NamedTuple):
    """What became of the acknowledged events."""

    lost: int
    doubled: int
    difference: int  # from the rollups of the twin
    unverified: int  # rows of rollups that `verify` finds wrong
    details: str


@dataclass
class Site:
    """Servers, their sender, their database, and the twin of that."""

    folder: Path
    database: str
    servers: Sequence[RunningServer]
    sender: Sender
    twin: Twin
    databases: Databases
    backlog: int  # how many events wait for a database that is absent
    load_seconds: float  # how long a load lasts
    chance: random.Random
    destroyed: set[int] = field(default_factory=set)  # by the fault itself: nobody could keep them
    told_doubled: int = 0
    disk: Path = Path()  # the small one, where there is one
    keep_database_running: Callable[[], object] = lambda: None

    @property
    def server(self) -> RunningServer:
        """The first server, where there is but one."""
        return self.servers[0]

    def recover(self) -> float:
        """Return how many seconds it takes until an event sent from now on is in the database."""
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
        """Let nobody into the database for a while."""
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
        # what was told of one fault is not told of the next again
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
