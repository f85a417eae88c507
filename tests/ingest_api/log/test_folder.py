"""The log as the loader sees it: only what is on disk, each byte once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ingest_api.log.folder import Chunk, LogFolder, halves, server_id
from ingest_api.log.writer import LogWriter
from ingest_api.metrics.meters import Meters


@pytest.fixture
def meters() -> Meters:
    return Meters.create(2)


@pytest.fixture
def folder(tmp_path: Path, meters: Meters) -> LogFolder:
    return LogFolder(tmp_path, meters)


@pytest.fixture
def writer(tmp_path: Path, meters: Meters) -> LogWriter:
    return LogWriter(tmp_path, 1, 10**6, time.time, Meters(meters.fd, 1))


def scanned(folder: LogFolder) -> list[bytes]:
    """Look at the folder, take what can be loaded, and return it."""
    folder.scan()
    chunks = folder.take(10**6)
    for chunk in chunks:
        folder.advance(chunk)
    return [chunk.content for chunk in chunks]


def test_what_is_appended_is_seen_once(folder: LogFolder, writer: LogWriter) -> None:
    writer.append(b"1\n")
    assert scanned(folder) == [b"1\n"]
    assert scanned(folder) == []
    writer.append(b"2\n3\n")
    assert scanned(folder) == [b"2\n3\n"]


def test_bytes_past_the_watermark_are_not_seen_while_the_writer_lives(
    folder: LogFolder, writer: LogWriter, tmp_path: Path
) -> None:
    writer.append(b"synced\n")
    (path,) = tmp_path.glob("*.jsonl")
    with path.open("ab") as file:
        file.write(b"not synced\n")
    assert scanned(folder) == [b"synced\n"]
    assert scanned(folder) == []
    writer.close()
    assert scanned(folder) == [b"not synced\n"]


def test_a_torn_last_line_is_left_out(folder: LogFolder, tmp_path: Path) -> None:
    (tmp_path / "events-0-w1-1.jsonl").write_bytes(b"whole\ntorn")
    assert scanned(folder) == [b"whole\n"]
    assert scanned(folder) == []
    assert folder.files["events-0-w1-1.jsonl"].torn == 4


def test_an_empty_file_may_still_grow(folder: LogFolder, tmp_path: Path) -> None:
    path = tmp_path / "events-0-w1-1.jsonl"
    path.touch()
    assert scanned(folder) == []
    path.write_bytes(b"late\n")
    assert scanned(folder) == [b"late\n"]


def test_loading_goes_on_from_the_restored_position(folder: LogFolder, tmp_path: Path) -> None:
    (tmp_path / "events-0-w1-1.jsonl").write_bytes(b"1\n2\n3\n")
    folder.restore({"events-0-w1-1.jsonl": 2, "events-0-w1-0.jsonl": 9})
    assert scanned(folder) == [b"2\n3\n"]


def test_a_batch_ends_at_a_line_end(folder: LogFolder, tmp_path: Path) -> None:
    (tmp_path / "events-0-w1-1.jsonl").write_bytes(b"111\n222\n333\n")
    folder.scan()
    assert [chunk.content for chunk in folder.take(9)] == [b"111\n222\n"]


def test_a_removed_file_is_reported_with_its_lost_bytes(folder: LogFolder, tmp_path: Path) -> None:
    (tmp_path / "events-0-w1-1.jsonl").write_bytes(b"1\n2\n")
    folder.scan()
    (tmp_path / "events-0-w1-1.jsonl").unlink()
    assert folder.removed() == [("events-0-w1-1.jsonl", 4)]
    assert folder.removed() == []


def test_a_removed_file_that_was_loaded_is_no_loss(folder: LogFolder, tmp_path: Path) -> None:
    (tmp_path / "events-0-w1-1.jsonl").write_bytes(b"1\n")
    scanned(folder)
    (tmp_path / "events-0-w1-1.jsonl").unlink()
    assert folder.removed() == []


def test_waiting_counts_what_is_not_loaded_and_its_age(folder: LogFolder, tmp_path: Path) -> None:
    (tmp_path / "events-0-w1-1.jsonl").write_bytes(b'{"at":5}\n{"at":6}\n')
    (tmp_path / "events-0-w1-2.jsonl").write_bytes(b'{"at":4}\nnot json\n')
    folder.scan()
    assert (folder.waiting(), folder.oldest()) == (4, 4)
    (chunk,) = folder.take(9)
    folder.advance(chunk)
    assert (folder.waiting(), folder.oldest()) == (3, 4)
    scanned(folder)
    assert (folder.waiting(), folder.oldest()) == (0, None)


def test_a_commit_that_went_unnoticed_is_counted(folder: LogFolder, tmp_path: Path) -> None:
    (tmp_path / "events-0-w1-1.jsonl").write_bytes(b"1\n2\n3\n")
    assert folder.restore({}) == 0
    folder.scan()
    assert folder.restore({"events-0-w1-1.jsonl": 4}) == 2
    assert folder.waiting() == 1
    assert scanned(folder) == [b"3\n"]


def test_a_commit_that_a_crash_undid_is_loaded_again(folder: LogFolder, tmp_path: Path) -> None:
    (tmp_path / "events-0-w1-1.jsonl").write_bytes(b"1\n2\n3\n")
    folder.restore({})
    assert scanned(folder) == [b"1\n2\n3\n"]
    assert folder.restore({"events-0-w1-1.jsonl": 2}) == -2
    assert folder.waiting() == 2
    assert scanned(folder) == [b"2\n3\n"]
    assert folder.waiting() == 0


@pytest.mark.parametrize(
    "content", [b"1\n2\n", b"long line\n2\n", b"1\nlong line\n", b"1\n2\n3\n4\n"]
)
def test_halves_are_whole_lines_and_lose_none(content: bytes) -> None:
    (first,), (second,) = halves([Chunk("f", 10, content)])
    assert first.content + second.content == content
    assert (first.start, first.end, second.end) == (10, second.start, 10 + len(content))
    assert first.content.endswith(b"\n")
    assert second.content


def test_a_folder_keeps_its_server_id(tmp_path: Path) -> None:
    assert server_id(tmp_path) == server_id(tmp_path)


def test_other_files_in_the_folder_are_left_alone(folder: LogFolder, tmp_path: Path) -> None:
    (tmp_path / "events-2025-01-01.jsonl").write_bytes(b"of another server\n")
    assert scanned(folder) == []
