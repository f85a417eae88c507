"""A visitor's lines are blanked wherever they lie, everything else stays byte by byte."""

from __future__ import annotations

import gzip
import json
import os
import threading
import time
from pathlib import Path

import pytest

from ingest_api.commands.forget import log_lines
from ingest_api.commands.forget.log_lines import blank_log, blank_rejected
from ingest_api.log.archive import compress
from ingest_api.log.writer import LogWriter
from ingest_api.metrics.meters import Meters

VISITOR, OTHER = "a1" * 16, "b2" * 16
NAME = "events-20260101T000000Z-w1-000000000001.jsonl"


def line(anon: str, **fields: object) -> bytes:
    """Return a log line."""
    return json.dumps({"id": 1, "t": 5, "anon": anon, **fields}, separators=(",", ":")).encode()


def blank(whole: bytes) -> bytes:
    """Return as many spaces."""
    return b" " * len(whole)


MINE = line(VISITOR, m={"ä": "€"})
THEIRS = line(OTHER)
THEIRS_ABOUT_ME = line(OTHER, m={"seen": VISITOR})
DAMAGED = b'{"anon":"' + VISITOR.encode()
BEFORE = b"\n".join([THEIRS, MINE, THEIRS_ABOUT_ME, DAMAGED, MINE, b""])
AFTER = b"\n".join([THEIRS, blank(MINE), THEIRS_ABOUT_ME, blank(DAMAGED), blank(MINE), b""])


@pytest.fixture(params=[1 << 22, 7, len(MINE) + len(THEIRS) + 1])
def block_bytes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in blocks of several sizes."""
    monkeypatch.setattr(log_lines, "BLOCK_BYTES", request.param)


@pytest.mark.usefixtures("block_bytes")
def test_lines_are_blanked_in_place_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(BEFORE)
    os.utime(path, (1000, 1000))
    found = blank_log(tmp_path, VISITOR, dry_run=False)
    assert path.read_bytes() == AFTER
    assert (found.log, found.archived, found.ends) == (3, 0, {NAME: len(BEFORE)})
    assert path.stat().st_mtime == 1000, "it is kept from when it was written"
    assert blank_log(tmp_path, VISITOR, dry_run=False).total() == 0


@pytest.mark.usefixtures("block_bytes")
def test_archives_are_written_anew_and_only_where_needed(tmp_path: Path) -> None:
    for name, content in ((NAME, BEFORE), (NAME.replace("w1", "w2"), THEIRS + b"\n")):
        (tmp_path / name).write_bytes(content)
        os.utime(tmp_path / name, (1000, 1000))
        compress(tmp_path / name)
    path, untouched = sorted(tmp_path.glob("*.gz"))
    inode = untouched.stat().st_ino
    assert blank_log(tmp_path, VISITOR, dry_run=False).archived == 3
    assert gzip.decompress(path.read_bytes()) == AFTER
    assert path.stat().st_mtime == 1000
    assert untouched.stat().st_ino == inode
    assert sorted(tmp_path.glob("events*")) == [path, untouched]


def test_a_dry_run_counts_and_changes_nothing(tmp_path: Path) -> None:
    for name in (NAME, NAME.replace("w1", "w2")):
        (tmp_path / name).write_bytes(BEFORE)
    compress(tmp_path / NAME)
    draft = tmp_path / f"{NAME}.new"
    draft.write_bytes(MINE)
    before = {path: path.read_bytes() for path in tmp_path.glob("events*")}
    found = blank_log(tmp_path, VISITOR, dry_run=True)
    assert (found.log, found.archived, found.total()) == (3, 3, 6)
    assert {path: path.read_bytes() for path in tmp_path.glob("events*")} == before


def test_what_a_killed_process_left_half_written_goes(tmp_path: Path) -> None:
    drafts = [tmp_path / f"{NAME}.new", tmp_path / f"{NAME}.gz.new"]
    for draft in drafts:
        draft.write_bytes(MINE)
    blank_log(tmp_path, VISITOR, dry_run=False)
    assert [draft for draft in drafts if draft.exists()] == []


def test_a_torn_last_line_is_blanked_once_its_writer_is_gone(tmp_path: Path) -> None:
    meters = Meters.create(1)
    writer = LogWriter(tmp_path, 1, 10**6, time.time, meters)
    writer.append(THEIRS + b"\n")
    (path,) = tmp_path.glob("*.jsonl")
    with path.open("ab") as file:
        file.write(MINE)
    found = blank_log(tmp_path, VISITOR, dry_run=False)
    assert (found.log, path.read_bytes()) == (0, THEIRS + b"\n" + MINE), "it may be on its way"
    assert found.ends == {path.name: len(THEIRS) + 1}
    writer.close()
    assert blank_log(tmp_path, VISITOR, dry_run=False).log == 1
    assert path.read_bytes() == THEIRS + b"\n" + blank(MINE)


def test_a_writer_is_not_disturbed(tmp_path: Path) -> None:
    writer = LogWriter(tmp_path, 1, 30_000, time.time, Meters.create(1))
    written: list[bytes] = []
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set() or len(written) < 1000:
            other = line(OTHER, n=len(written))
            writer.append(MINE + b"\n" + other + b"\n")
            written.append(other)

    thread = threading.Thread(target=write)
    thread.start()
    while not blank_log(tmp_path, VISITOR, dry_run=False).total():
        pass
    for _ in range(10):
        blank_log(tmp_path, VISITOR, dry_run=False)
    stop.set()
    thread.join()
    blank_log(tmp_path, VISITOR, dry_run=False)
    kept = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("events*")))
    assert sorted(kept.replace(blank(MINE), b"").split()) == sorted(written)


def test_a_damaged_archive_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    damaged = tmp_path / f"{NAME}.gz"
    damaged.write_bytes(gzip.compress(BEFORE * 1000)[:-20])
    (tmp_path / NAME.replace("w1", "w2")).write_bytes(BEFORE)
    kept_by_upgrade = tmp_path / f"{NAME}.gz.damaged"
    kept_by_upgrade.write_bytes(b"")
    found = blank_log(tmp_path, VISITOR, dry_run=False)
    assert (found.damaged, found.log) == ([damaged, kept_by_upgrade], 3)


def test_records_of_lines_set_aside_are_blanked_whatever_was_wrong(tmp_path: Path) -> None:
    records = [json.dumps({"reason": "x", "line": text.decode()}) for text in (DAMAGED, THEIRS)]
    path = tmp_path / NAME
    path.write_text("\n".join([*records, ""]))
    assert blank_rejected(iter([path]), VISITOR, dry_run=True) == 1
    assert path.read_text() == "\n".join([*records, ""])
    assert blank_rejected(iter([path]), VISITOR, dry_run=False) == 1
    assert path.read_text() == "\n".join([" " * len(records[0]), records[1], ""])
