"""Where it runs: the folder, the database, and the servers, started on first use."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

import psycopg

from bench import obvious_way
from bench.databases import Databases
from bench.dataset import write_requests
from bench.scale import Scale
from bench.servers import IngestServer, Server, YardstickServer, started
from bench.stored import Stored
from ingest_api.settings import read_settings

NOOP = "no-op route"
OBVIOUS = "obvious way"
SINGLE_REQUESTS = 10_000
BATCH_REQUESTS = 400
BATCH = 50


class Site:
    """What the measures share. `tell` reports a step."""

    def __init__(
        self,
        folder: Path,
        scale: Scale,
        databases: Databases,
        stack: ExitStack,
        tell: Callable[[str], object],
    ) -> None:
        self.folder = folder
        self.scale = scale
        self.databases = databases
        self.stored = Stored(databases, folder, scale.visitors)
        self.settings = read_settings(os.environ)
        self.tell = tell
        self._stack = stack

    @cached_property
    def noop(self) -> Server:
        """The limit of HTTP, running."""
        return self.run(self.new_noop())

    @cached_property
    def ours(self) -> IngestServer:
        """Our server, running on an empty database."""
        server = self.new_ours(self.databases.empty("ours"))
        self.run(server)
        return server

    @cached_property
    def obvious(self) -> Server:
        """The obvious way's server, running on an empty table."""
        database = self.databases.create("scratch_obvious")
        with psycopg.connect(database) as connection:
            obvious_way.create_table(connection)
            obvious_way.create_indexes(connection)
        return self.run(self.new_obvious(database))

    @cached_property
    def single_requests(self) -> Path:
        """A file of requests, one event each."""
        return self._requests("single", SINGLE_REQUESTS, 1)

    @cached_property
    def batch_requests(self) -> Path:
        """A file of requests, one batch each."""
        return self._requests("batches", BATCH_REQUESTS, BATCH)

    def new_noop(self) -> YardstickServer:
        """Return the limit of HTTP, not started."""
        return YardstickServer("noop_server", NOOP, self.settings, self.folder)

    def new_ours(self, database: str) -> IngestServer:
        """Return our server on a database, not started."""
        return IngestServer(self.settings, self.folder, database)

    def new_obvious(self, database: str) -> YardstickServer:
        """Return the obvious way's server on a database, not started."""
        return YardstickServer("obvious_way", OBVIOUS, self.settings, self.folder, database)

    def run(self, server: Server) -> Server:
        """Start a server; it is stopped at the end."""
        self._stack.callback(server.stop)
        started(server)
        return server

    def _requests(self, name: str, count: int, batch: int) -> Path:
        path = self.folder / f"{name}.requests"
        write_requests(path, count, batch, self.scale.visitors, int(time.time() * 1000))
        return path
