"""Folders for embedded servers: empty, or with a cluster. Their servers are stopped afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sql.embedded import server as embedded
from tests.sql.clusters import end_processes


@pytest.fixture
def empty_folder() -> Iterator[Path]:
    """A folder that doesn't exist yet."""
    # not tmp_path: other runs of pytest reset its parent's mode while PostgreSQL starts
    with tempfile.TemporaryDirectory(prefix="embedded-", ignore_cleanup_errors=True) as temporary:
        yield Path(temporary) / "data" / "postgres"
        end_processes(Path(temporary))


@pytest.fixture(scope="session")
def made_folder() -> Iterator[Path]:
    """A folder with a cluster, created only once because it takes a second."""
    with tempfile.TemporaryDirectory(prefix="embedded-") as temporary:
        embedded.start(Path(temporary)).release()
        yield Path(temporary)


@pytest.fixture
def folder(made_folder: Path) -> Iterator[Path]:
    """A folder with a cluster whose server isn't running."""
    yield made_folder
    end_processes(made_folder)
