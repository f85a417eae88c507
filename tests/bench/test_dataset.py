"""The generated events: the same each time, as many as asked for, and what clients could send."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

from bench.dataset import DAY_MS, client_event, generate, write_requests
from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.contract import LogLine
from ingest_api.events.geo import Place
from ingest_api.events.reading import Reader

FIRST_MS = 1_700_000_000_000


def draw(count: int) -> list[LogLine]:
    """Return some events of ten days."""
    return [line for day in generate(count, 500, 10, FIRST_MS) for line in day]


def test_the_same_seed_makes_the_same_events() -> None:
    assert draw(2000) == draw(2000)


def test_there_are_as_many_as_asked_for_in_order_and_within_their_days() -> None:
    lines = draw(12_345)
    assert len(lines) == 12_345
    assert all(early.t <= late.t for early, late in pairwise(lines))
    assert lines[0].t >= FIRST_MS
    assert lines[-1].t < FIRST_MS + 10 * DAY_MS
    assert len({line.id for line in lines}) == len(lines)


def test_a_session_has_six_events_and_one_visitor_who_stays_the_same() -> None:
    lines = draw(30_000)
    sessions = {line.session_id for line in lines}
    assert 5 < len(lines) / len(sessions) < 7
    visitors = {line.anon for line in lines}
    kinds = {(line.anon, line.os, line.ext, line.vscode, line.country) for line in lines}
    assert len(kinds) == len(visitors)
    assert len({(line.session_id, line.anon) for line in lines}) == len(sessions)


def test_requests_are_accepted_whole_and_become_the_same_lines(tmp_path: Path) -> None:
    path = tmp_path / "requests"
    write_requests(path, 20, 50, 100, FIRST_MS)
    anonymiser = Anonymiser("a secret of the tests")
    reader = Reader(anonymiser, random.Random(1))
    (drawn,) = generate(20 * 50, 100, 1, FIRST_MS - DAY_MS)
    found = []
    for request in path.read_bytes().splitlines():
        reading = reader.read(request[3:], Place(None, None), FIRST_MS)
        assert not reading.skipped
        found += reading.lines
    for line, sent in zip(found, drawn, strict=True):
        assert sent.session_id
        assert line.session_id == anonymiser.session(line.anon, sent.session_id)
        line.session_id = sent.session_id
    assert [client_event(line)["m"] for line in found] == [client_event(x)["m"] for x in drawn]
