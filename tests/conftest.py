"""Shared fixtures: one real PostgreSQL, a database per test, a whole server."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from sql.embedded import programs as embedded_programs
from sql.embedded import server as embedded
from sql.migrate import migrate
from tests.browser import browser
from tests.server import RunningServer

__all__ = ["browser"]  # a fixture for all tests

OWN_FOLDER = pytest.StashKey[Path]()
TEMPLATE = "prepared"
EMPTY = "template1"
# fixtures that start a server, a database or a browser: `make check` skips tests that use them
PROGRAMS = {"browser", "cluster", "run_app"}
numbers = itertools.count(1)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Give each run its own folder for `tmp_path`.

    pytest's default is shared by all runs of a user, and each new run closes it to other accounts,
    including the one that another run's embedded PostgreSQL uses.
    """
    if config.option.basetemp is None:
        config.option.basetemp = tempfile.mkdtemp(prefix="telemetry-tests-")
        config.stash[OWN_FOLDER] = Path(config.option.basetemp)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that start programs."""
    for item in items:
        if isinstance(item, pytest.Function) and PROGRAMS.intersection(item.fixturenames):
            item.add_marker("starts_programs")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Keep the run's folder for inspection if something failed."""
    passed = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    folder = session.config.stash.get(OWN_FOLDER, None)
    if folder is not None and passed:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The connection string of a PostgreSQL for the whole run, without fsync."""
    with tempfile.TemporaryDirectory(prefix="telemetry-") as folder:
        with pytest.MonkeyPatch.context() as settings:
            settings.setitem(embedded_programs.SETTINGS, "fsync", "off")
            server = embedded.start(Path(folder) / "data" / "postgres")
        with server:
            make_database(server.url, TEMPLATE, EMPTY)
            with psycopg.connect(server.url, dbname=TEMPLATE, autocommit=True) as connection:
                migrate(connection)
            yield server.url


def make_database(cluster: str, name: str, template: str) -> None:
    """Copy a database that has no connections."""
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(
            # the other strategy copies through the WAL: twice the work without fsync
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


@contextmanager
def own_database(cluster: str, template: str = TEMPLATE) -> Iterator[str]:
    """Create a database for the context, with our tables unless its template has none."""
    name = f"test_{next(numbers)}"
    make_database(cluster, name, template)
    yield make_conninfo(cluster, dbname=name, options="-c timezone=UTC -c jit=off")
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def empty_database(cluster: str) -> Iterator[str]:
    """The connection string of a database without tables."""
    with own_database(cluster, EMPTY) as conninfo:
        yield conninfo


@pytest.fixture
def database(cluster: str) -> Iterator[str]:
    """The connection string of a database with empty tables."""
    with own_database(cluster) as conninfo:
        yield conninfo


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    """A connection, in autocommit mode, to a database with our tables."""
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def shared_server(
    cluster: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """A server for tests that tolerate other tests' events."""
    with (
        own_database(cluster) as database,
        RunningServer(database, tmp_path_factory.mktemp("shared") / "data") as running,
    ):
        yield running


@pytest.fixture
def server(database: str, tmp_path: Path) -> Iterator[RunningServer]:
    """A whole API server on its own database."""
    with RunningServer(database, tmp_path / "data") as running:
        yield running
