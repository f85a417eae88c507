"""Where sites are made: a folder, a cluster, and how large the faults are."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.chaos.databases import Databases
from tests.chaos.numbered import Numbered
from tests.chaos.sender import Sender
from tests.chaos.site import Site
from tests.chaos.twin import Twin
from tests.server import RunningServer


@dataclass
class Place:
    """Where sites are made, and how large the faults are."""

    folder: Path
    databases: Databases
    backlog: int
    chance: random.Random
    sites: int = 0

    def new_folder(self) -> Path:
        """Make a folder for one site."""
        self.sites += 1
        folder = self.folder / f"site{self.sites}"
        folder.mkdir()
        return folder


@contextmanager
def open_site(
    place: Place, *, servers: int = 1, database: str | None = None, **options: Any
) -> Iterator[Site]:
    """Start servers on an empty database of the place's, and a sender for all of them.

    `options`: `settings` of the servers, and what else Sender takes.
    """
    settings: dict[str, str] = {"LOG_FILE_MB": "1", **options.pop("settings", {})}
    with ExitStack() as stack:
        folder = place.new_folder()
        shared = database or stack.enter_context(place.databases.own())
        peaceful = stack.enter_context(place.databases.own())
        running = [
            RunningServer(shared, folder / f"server{number}", **settings)
            for number in range(servers)
        ]
        for server in running:
            stack.callback(end, server)
        start_at_once(running)
        twin = Twin(peaceful, folder / "twin")
        stack.callback(twin.close)
        numbered = Numbered(int(time.time() * 1000))
        sender = Sender([server.url for server in running], numbered, **options)
        yield Site(
            folder, shared, running, sender, twin, place.databases, place.backlog, place.chance
        )


def end(server: RunningServer) -> None:
    """Stop a server, running or not."""
    server.session.close()
    if server.process is not None:
        server.stop()


def start_at_once(servers: Sequence[RunningServer]) -> None:
    """Start servers side by side."""
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
