"""Bodies as they come in: the same however they are cut, and never more of one than needed."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from ingest_api.events.reading import MAX_BODY_BYTES
from ingest_api.serving.waitress.body import Body, ChunkedBody
from tests.wire import chunks

FOLLOWING = b"GET /health HTTP/1.1\r\n"


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=6), st.data())
def test_a_body_is_the_same_however_it_is_cut(parts: list[bytes], data: st.DataObject) -> None:
    content = chunks(*parts) + FOLLOWING
    places = data.draw(st.lists(st.integers(0, len(content)), max_size=8).map(sorted))
    body, taken = ChunkedBody(), 0
    for start, end in itertools.pairwise([0, *places, len(content)]):
        if not body.completed:
            assert taken == start, "all of each cut but the last belongs to the body"
            taken += body.received(content[start:end])
    assert body.completed
    assert body.error is None
    assert body.getfile().read() == b"".join(parts)
    assert content[taken:] == FOLLOWING


@given(st.binary(max_size=60), st.integers(1, 60))
def test_whatever_comes_in_ends_or_goes_on_and_never_fails(content: bytes, cut: int) -> None:
    body = ChunkedBody()
    whole = ChunkedBody()
    whole.received(content)
    for start in range(0, len(content), cut):
        if not body.completed and body.error is None:
            body.received(content[start : start + cut])
    assert (body.completed, body.error is None) == (whole.completed, whole.error is None)
    assert body.getfile().read() == whole.getfile().read()


def test_no_more_of_a_body_is_kept_than_is_needed_to_refuse_it() -> None:
    body = Body()
    for _ in range(50):
        body.append(b"x" * 10_000)
    assert len(body) == MAX_BODY_BYTES + 1
    assert len(body.getfile().read()) == MAX_BODY_BYTES + 1


def test_a_line_without_end_is_refused_before_it_fills_the_memory() -> None:
    body = ChunkedBody()
    body.received(b"5;" + b"a" * 2000)
    assert body.error is not None
