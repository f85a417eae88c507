"""The log: what append acknowledges is on disk, whole, in files of one writer each."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from ingest_api.log.writer import LogUnavailableError, LogWriter
from ingest_api.metrics.meters import Meters

NOON = 1_764_072_000.0  # 2025-11-25T12:00:00Z


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def writer(tmp_path: Path, clock: Clock) -> LogWriter:
    return LogWriter(tmp_path, 1, 1000, clock, Meters.create(1))


def contents(folder: Path) -> list[bytes]:
    """Return what each file holds, oldest first."""
    return [path.read_bytes() for path in sorted(folder.glob("*.jsonl"))]


def test_appended_lines_are_in_the_file(writer: LogWriter, tmp_path: Path) -> None:
    writer.append(b"1\n2\n")
    writer.append(b"3\n")
    assert contents(tmp_path) == [b"1\n2\n3\n"]


def test_the_watermark_is_what_is_on_disk(tmp_path: Path, clock: Clock) -> None:
    meters = Meters.create(1)
    LogWriter(tmp_path, 1, 1000, clock, meters).append(b"1\n2\n")
    assert list(meters.watermarks().values()) == [4]


def test_a_new_day_and_a_full_file_begin_a_new_file(
    writer: LogWriter, tmp_path: Path, clock: Clock
) -> None:
    writer.append(b"a" * 999 + b"\n")
    clock.now += 1
    writer.append(b"b\n")
    clock.now += 12 * 3600
    writer.append(b"c\n")
    assert contents(tmp_path) == [b"a" * 999 + b"\n", b"b\n", b"c\n"]


def test_files_are_private_and_locked_by_their_writer(writer: LogWriter, tmp_path: Path) -> None:
    writer.append(b"1\n")
    (path,) = tmp_path.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open("rb") as file:
        with pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        writer.close()
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)


def test_appends_of_many_threads_all_arrive_whole(writer: LogWriter, tmp_path: Path) -> None:
    def append(number: int) -> None:
        for count in range(50):
            writer.append(json.dumps([number, count]).encode() + b"\n")

    threads = [threading.Thread(target=append, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = [tuple(json.loads(line)) for line in b"".join(contents(tmp_path)).splitlines()]
    assert sorted(lines) == [(number, count) for number in range(8) for count in range(50)]


class SlowWriter(LogWriter):
    """A writer on a slow disk, that counts its commits."""

    commits = 0

    def _commit(self, group: Any) -> None:
        self.commits += 1
        time.sleep(0.02)
        super()._commit(group)


def test_appends_that_come_while_the_disk_is_busy_share_a_sync(
    tmp_path: Path, clock: Clock
) -> None:
    writer = SlowWriter(tmp_path, 1, 10**6, clock, Meters.create(1))
    threads = [threading.Thread(target=writer.append, args=(b"x\n",)) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert contents(tmp_path) == [b"x\n" * 40]
    assert writer.commits < 20


# a file size limit makes a real write end half-way, as a full disk does
CUT_SHORT = """
import resource, sys
from pathlib import Path
from ingest_api.log.writer import LogUnavailableError, LogWriter
from ingest_api.metrics.meters import Meters
writer = LogWriter(Path(sys.argv[1]), 1, 10**6, lambda: 1764072000.0, Meters.create(1))
writer.append(b"kept\\n")
resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
try:
    writer.append(b"lost\\n" * 50)
except LogUnavailableError:
    print("refused")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
writer.append(b"after\\n")
"""

NO_ROOM = """
import resource, sys
from pathlib import Path
from ingest_api.log.writer import LogUnavailableError, LogWriter
from ingest_api.metrics.meters import Meters
writer = LogWriter(Path(sys.argv[1]), 1, 10**6, lambda: 1764072000.0, Meters.create(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
for _ in range(5):
    try:
        writer.append(b"lost\\n")
    except LogUnavailableError:
        print("refused")
"""


def test_a_write_cut_short_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CUT_SHORT, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "refused\n"
    assert sorted(contents(tmp_path)) == [b"after\n", b"kept\n"]


def test_a_full_disk_is_not_littered_with_empty_files(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NO_ROOM, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "refused\n" * 5
    assert list(tmp_path.iterdir()) == []


# the kernel lets nobody cut a file that can only be added to
NO_CUT = """
import resource, subprocess, sys
from pathlib import Path
from ingest_api.log.writer import LogUnavailableError, LogWriter
from ingest_api.metrics.meters import Meters
meters = Meters.create(1)
writer = LogWriter(Path(sys.argv[1]), 1, 10**6, lambda: 1764072000.0, meters)
writer.append(b"kept\\n")
(path,) = Path(sys.argv[1]).iterdir()
subprocess.run(["chattr", "+a", path], check=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
for limit in (100, resource.RLIM_INFINITY):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        writer.append(b"lost\\n" * 50)
    except LogUnavailableError:
        print("refused", list(meters.watermarks().values()), path.stat().st_size)
subprocess.run(["chattr", "-a", path], check=True)
writer.append(b"after\\n") if sys.argv[2] == "goes on" else writer.close()
"""


@pytest.mark.parametrize(("way", "then"), [("goes on", [b"after\n"]), ("stops", [])])
def test_refused_lines_that_can_not_be_cut_back_are_never_loaded(
    tmp_path: Path, way: str, then: list[bytes]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NO_CUT, str(tmp_path), way],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    # they are past the watermark of a file that stays locked, and nothing comes after them
    assert done.stdout == "refused [5] 100\n" * 2
    assert sorted(contents(tmp_path)) == [*then, b"kept\n"]


@pytest.mark.parametrize("way", ["deleted", "moved"])
def test_lines_are_not_acknowledged_in_a_file_that_is_gone(
    writer: LogWriter, tmp_path: Path, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    writer.append(b"1\n")
    (path,) = tmp_path.iterdir()
    if way == "deleted":
        path.unlink()
    else:
        path.rename(tmp_path / "elsewhere")
    writer.append(b"2\n")
    writer.append(b"3\n")
    assert contents(tmp_path) == [b"2\n3\n"]
    assert f"{path.name} was removed while it was being written" in caplog.text


def test_a_folder_that_is_gone_refuses_until_it_is_back(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "logs"
    writer = LogWriter(folder, 1, 1000, clock, Meters.create(1))
    for _ in range(3):
        with pytest.raises(LogUnavailableError):
            writer.append(b"lost\n")
    folder.mkdir()
    writer.append(b"kept\n")
    assert contents(folder) == [b"kept\n"]
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_what_can_t_be_seen_in_its_folder_after_the_sync_is_refused_and_taken_out(
    tmp_path: Path, clock: Clock
) -> None:
    folder, elsewhere = tmp_path / "logs", tmp_path / "moved"
    folder.mkdir()
    meters = Meters.create(1)
    writer = LogWriter(folder, 1, 1000, clock, meters)
    writer.append(b"1\n")
    folder.rename(elsewhere)
    folder.write_text("a file, so that asking for one in it fails")
    with pytest.raises(LogUnavailableError):
        writer.append(b"refused\n")
    assert contents(elsewhere) == [b"1\n"]
    assert list(meters.watermarks().values()) == [2]
    folder.unlink()
    elsewhere.rename(folder)
    clock.now += 1
    writer.append(b"2\n")
    assert contents(folder) == [b"1\n", b"2\n"]
