"""`minigem serve --plain`: the same over HTTP, where nothing may touch Waitress's private names."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest_api.serving import waitress
from ingest_api.serving.waitress.plain import MAX_REQUEST_BYTES
from tests.conftest import own_database
from tests.ingest_api.http.resources.test_health import test_health_and_database_health_answer
from tests.ingest_api.http.resources.test_ingest import (
    test_a_refused_body_has_status_code_and_advice,
    test_gzip_works,
    test_no_address_and_no_user_id_is_kept,
    test_skipped_events_are_named_and_the_first_twenty_only,
)
from tests.ingest_api.http.resources.test_metrics import test_meters_add_up
from tests.ingest_api.http.resources.test_ready import (
    test_a_server_that_can_log_is_ready_and_nothing_is_loaded_of_it,
)
from tests.ingest_api.http.resources.test_stats import (
    test_a_client_with_the_answer_gets_304,
    test_an_answer_changes_with_each_load_in_its_window,
)
from tests.ingest_api.http.test_app import (
    test_answers_hide_the_server_software_and_fix_their_type,
    test_any_origin_may_post_without_credentials,
    test_unknown_paths_and_methods_are_errors_of_the_one_shape,
)
from tests.ingest_api.serving.test_parent import (
    test_a_stop_loads_what_is_logged_and_leaves_nothing,
    test_a_worker_that_dies_has_a_successor,
)
from tests.ingest_api.serving.test_worker import (
    test_a_request_that_breaks_off_is_not_answered,
    test_no_address_is_in_the_operational_log_whatever_is_sent,
)
from tests.server import RunningServer, event
from tests.wire import HEALTH, Wire, length, request

# run here too, on the servers below
__all__ = [
    "test_a_client_with_the_answer_gets_304",
    "test_a_refused_body_has_status_code_and_advice",
    "test_a_request_that_breaks_off_is_not_answered",
    "test_a_server_that_can_log_is_ready_and_nothing_is_loaded_of_it",
    "test_a_stop_loads_what_is_logged_and_leaves_nothing",
    "test_a_worker_that_dies_has_a_successor",
    "test_an_answer_changes_with_each_load_in_its_window",
    "test_answers_hide_the_server_software_and_fix_their_type",
    "test_any_origin_may_post_without_credentials",
    "test_gzip_works",
    "test_health_and_database_health_answer",
    "test_meters_add_up",
    "test_no_address_and_no_user_id_is_kept",
    "test_no_address_is_in_the_operational_log_whatever_is_sent",
    "test_skipped_events_are_named_and_the_first_twenty_only",
    "test_unknown_paths_and_methods_are_errors_of_the_one_shape",
]

# found by interpreters whose PYTHONPATH leads to it
BLOCK = """
import sys

class Block:
    def find_spec(self, name, *_):
        if name in {names!r}:
            raise ImportError(f"{{name}} may not be imported")

sys.meta_path.insert(0, Block())
"""
ROOM = waitress.__name__
BLOCKED = {
    f"{ROOM}.{path.stem}"
    for path in Path(waitress.__path__[0]).glob("*.py")
    if path.stem not in ("__init__", "plain")
}


@pytest.fixture(scope="session")
def blocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH that keeps the users of Waitress's private names from being read."""
    folder = tmp_path_factory.mktemp("blocked")
    (folder / "sitecustomize.py").write_text(BLOCK.format(names=BLOCKED))
    return folder


def plain_server(database: str, data: Path, blocked: Path, **settings: str) -> RunningServer:
    return RunningServer(
        database, data, arguments=("serve", "--plain"), PYTHONPATH=str(blocked), **settings
    )


@pytest.fixture
def server(database: str, tmp_path: Path, blocked: Path) -> Iterator[RunningServer]:
    """A plain server on a database of its own."""
    with plain_server(database, tmp_path / "data", blocked) as running:
        yield running


@pytest.fixture(scope="module")
def shared_server(
    cluster: str, tmp_path_factory: pytest.TempPathFactory, blocked: Path
) -> Iterator[RunningServer]:
    """A plain server for tests that do not mind what others sent."""
    folder = tmp_path_factory.mktemp("plain")
    with own_database(cluster) as database, plain_server(database, folder / "data", blocked) as one:
        yield one


@pytest.mark.parametrize("module", sorted(BLOCKED))
def test_the_block_holds(module: str, blocked: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        env={"PYTHONPATH": str(blocked)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert f"{module} may not be imported" in done.stderr


def test_more_senders_than_threads_are_all_answered(shared_server: RunningServer) -> None:
    before = shared_server.metric("telemetry_accepted_events_total")
    senders = [
        threading.Thread(target=lambda: [shared_server.post(event()) for _ in range(10)])
        for _ in range(12)  # more than there are threads
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert shared_server.metric("telemetry_accepted_events_total") == before + 120


def test_no_part_of_a_body_comes_to_the_disk(database: str, tmp_path: Path, blocked: Path) -> None:
    settings = {"TMPDIR": str(tmp_path), "WEB_CONCURRENCY": "1"}
    with (
        plain_server(database, tmp_path / "data", blocked, **settings) as server,
        Wire(server.port) as wire,
        Wire(server.port) as other,
    ):
        large = b" " * (MAX_REQUEST_BYTES - 1)
        wire.send(request(length(large), body=large[:-1]))
        for _ in range(MAX_REQUEST_BYTES // 4096):  # turns of the loop, of at least 8 KB each
            other.send(HEALTH).answer()
        (worker,) = server.family()
        opened = [str(link.readlink()) for link in Path(f"/proc/{worker.pid}/fd").iterdir()]
        assert not [path for path in opened if path.startswith(str(tmp_path)) and "deleted" in path]
        assert wire.send(b" ").answer().status == 413
