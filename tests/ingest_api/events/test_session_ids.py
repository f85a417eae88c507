"""Session ids in every form that a client may send: all that is kept of them is a keyed hash."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ingest_api.events.test_reading import anonymiser, any_json, batch, read
from tests.server import event


def session(session_id: str) -> str:
    """Return the hash of a session of the visitor whom `event` means."""
    return anonymiser.session(anonymiser.visitor(event()["anon"]), session_id)


def test_a_session_may_stand_on_the_event_or_in_m() -> None:
    lines = read(batch(event(sessionId="s1"), event(m={"sessionId": "s1"}))).lines
    assert [line.session_id for line in lines] == [session("s1")] * 2
    assert lines[1].m is None


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"m": {"sessionId": 5}}, "5"),
        ({"m": {"sessionId": 2.5}}, "2.5"),
        ({"m": {"sessionId": 10**4000}}, str(10**4000)),
        ({"m": {"sessionId": "s" * 300}}, "s" * 300),
        ({"sessionId": "s1", "m": {"sessionId": "s1"}}, "s1"),
        ({"sessionId": "s1", "m": {"sessionId": "s2"}}, "s1"),
        ({"sessionId": "", "m": {"sessionId": "s2"}}, "s2"),
        ({"sessionId": None, "m": {"sessionId": ""}}, None),
        ({"m": {"sessionId": ["s1"]}}, None),
        ({"m": {"sessionId": {"id": "s1"}}}, None),
        ({"m": {"sessionId": True}}, None),
    ],
)
def test_no_form_of_a_session_id_stays_in_the_line(
    fields: dict[str, Any], text: str | None
) -> None:
    (line,) = read(batch(event(**fields))).lines
    assert line.session_id == (None if text is None else session(text))
    assert line.m is None


@given(st.text() | any_json, any_json)
def test_a_session_id_of_any_kind_leaves_nothing_but_a_hash(on_event: Any, in_m: Any) -> None:
    marked = event(sessionId=on_event, m={"sessionId": in_m, "n": 1})
    for line in read(batch(marked)).lines:
        assert line.m == {"n": 1}
        assert line.session_id is None or re.fullmatch("[0-9a-f]{32}", line.session_id)


def test_two_visitors_equal_session_ids_differ() -> None:
    first, second = read(batch(*(event(anon=anon, sessionId="s") for anon in "ab"))).lines
    assert first.session_id != second.session_id


def test_no_user_id_has_the_hash_of_a_session() -> None:
    (line,) = read(batch(event(sessionId="s"))).lines
    for start in ("", "\0"):
        found = read(batch(event(anon=f"{start}session:{line.anon}:s")))
        assert all(other.anon != line.session_id for other in found.lines)
