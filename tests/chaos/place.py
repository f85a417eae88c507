"""Where sites are created: a folder, a cluster, and the size of the faults."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sql.embedded import server as embedded
from tests.chaos.databases import Databases
from tests.chaos.numbered import Numbered
from tests.chaos.sender import Sender
from tests.chaos.site import Site
from tests.chaos.twin import Twin
from tests.server import RunningServer


@dataclass
class Place:
    """Where sites are created, and the size of the faults."""

    folder: Path
    databases: Databases
    backlog: int
    load_seconds: float
    chance: random.Random
    sites: int = 0

    def new_folder(self) -> Path:
        """Create a folder for one site."""
        self.sites += 1
        folder = self.folder / f"site{self.sites}"
        folder.mkdir()
        return folder


@contextmanager
def open_site(
    place: Place,
    *,
    servers: int = 1,
    settings: Mapping[str, str] = MappingProxyType({}),
    databases: Databases | None = None,
    embedded_database: bool = False,
    arguments: Sequence[str] = (),
    **options: Any,
) -> Iterator[Site]:
    """Start servers on an empty database, with one sender for all of them.

    The database is one of `databases`, else of the place's, or the first server's own; `arguments`
    are the servers', `options` Sender's.
    """
    with ExitStack() as stack:
        folder = place.new_folder()
        databases = databases or place.databases
        database = None if embedded_database else stack.enter_context(databases.own())
        running = [
            RunningServer(
                database,
                folder / f"server{number}",
                arguments=arguments,
                **{"LOG_FILE_MB": "1", **settings},
            )
            for number in range(servers)
        ]
        if embedded_database:
            lease = stack.enter_context(embedded.start(running[0].data / "postgres"))
            database, databases = lease.url, Databases(lease.url)
        assert database
        for server in running:
            stack.callback(end, server)
        start_at_once(running)
        twin = Twin(stack.enter_context(place.databases.own()), folder / "twin")
        stack.callback(twin.close)
        sender = Sender(
            [server.url for server in running], Numbered(int(time.time() * 1000)), **options
        )
        yield Site(
            folder,
            database,
            running,
            sender,
            twin,
            databases,
            place.backlog,
            place.load_seconds,
            place.chance,
        )


def start_at_once(servers: Sequence[RunningServer]) -> None:
    """Start servers in parallel."""
    failures: list[BaseException] = []

    def start(server: RunningServer) -> None:
        try:
            server.start()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=start, args=(server,)) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def end(server: RunningServer) -> None:
    """Stop a server, running or not."""
    server.session.close()
    if server.process is not None:
        server.stop()
