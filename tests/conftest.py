"""What tests share: one real PostgreSQL, a database of one's own, a whole server."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from sql import embedded
from sql.migrate import migrate
from tests.browser import browser
from tests.server import RunningServer

__all__ = ["browser"]  # a fixture for all

numbers = itertools.count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """A PostgreSQL for the whole run: its connection string."""
    with (
        tempfile.TemporaryDirectory(prefix="telemetry-") as folder,
        embedded.start(Path(folder) / "data" / "postgres") as server,
    ):
        yield server.url


@contextmanager
def own_database(cluster: str) -> Iterator[str]:
    """Make an empty database for a while."""
    name = f"test_{next(numbers)}"
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        yield make_conninfo(cluster, dbname=name, options="-c timezone=UTC -c jit=off")
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def database(cluster: str) -> Iterator[str]:
    """An empty database: its connection string."""
    with own_database(cluster) as conninfo:
        yield conninfo


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    """A connection, in autocommit mode, to a database with our tables."""
    with psycopg.connect(database, autocommit=True) as connection:
        migrate(connection)
        yield connection


@pytest.fixture(scope="session")
def shared_server(
    cluster: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """A server for tests that do not mind what others sent."""
    with (
        own_database(cluster) as database,
        RunningServer(database, tmp_path_factory.mktemp("shared") / "data") as running,
    ):
        yield running


@pytest.fixture
def server(database: str, tmp_path: Path) -> Iterator[RunningServer]:
    """A whole ingest server on a database of its own."""
    with RunningServer(database, tmp_path / "data") as running:
        yield running
