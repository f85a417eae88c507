"""What a body costs: never much more than the dearest valid one, whatever is wrong with it."""

from __future__ import annotations

import gzip
import random
import time
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given, settings, target
from hypothesis import strategies as st

from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.decoding import MOST_EXAMINED
from ingest_api.events.errors import RequestError
from ingest_api.events.geo import Place
from ingest_api.events.reading import MAX_BODY_BYTES, Reader, inflate
from ingest_api.metrics.meters import Meters

NOW = 1_764_000_000_000
# the promise is 3; a busy machine must not fail this
MOST_TIMES = 30
TRIES = 3
EVENT = b'{"anon":"a","evt":"a","t":1764000000'
NOBODY = EVENT.replace(b'"anon":"a"', b'"anon":""')
reader = Reader(Anonymiser("a secret of the tests"), random.Random(1))
meters = Meters.create(1)


def batch(item: bytes, last: bytes = b"0", name: bytes = b"batch") -> bytes:
    """Return a batch of 64 KiB: an item again and again, and one at the end."""
    head, end = b'{"schema":"jwc.v1","%b":[' % name, last + b"]}"
    return (
        head + (item + b",") * max(1, (MAX_BODY_BYTES - len(head + end)) // (len(item) + 1)) + end
    )


def single(value: bytes, fields: bytes = EVENT) -> bytes:
    """Return the body of an event with something in `m`."""
    return fields + b',"schema":"jwc.v1","m":{"x":' + value + b"}}"


def filled(part: bytes) -> bytes:
    """Return a list of 64,000 bytes of some JSON text."""
    return b"[" + b",".join([part] * (64_000 // (len(part) + 1))) + b"]"


def nested(levels: int, left: bytes = b"[", right: bytes = b"]") -> bytes:
    """Return lists, or what else has two ends, in each other."""
    return left * levels + right * levels


def process(body: bytes, *, gzipped: bool = False) -> list[str]:
    """Do with a body what a request does but for the disk; return what was skipped."""
    reading = reader.read(inflate(body) if gzipped else body, Place("SE", "E"), NOW)
    reasons = [skip.error for skip in reading.skipped]
    msgspec.json.Encoder().encode_lines(reading.lines)
    meters.count_ingest(len(reading.lines), reasons)
    return reasons


def cost(body: bytes, *, gzipped: bool = False) -> float:
    """Return how many seconds of the processor a body takes, whether it is refused or not."""
    began = time.process_time()
    with suppress(RequestError):
        process(body, gzipped=gzipped)
    return time.process_time() - began


VALID = (
    batch(EVENT + b"}", last=EVENT + b"}"),
    single(filled(nested(97))),
    single(filled(b"2.2250738585072011e-308")),
)


def dearest() -> float:
    """Return what the dearest valid body costs."""
    assert not any(process(body) for body in VALID)
    return max(min(cost(body) for _ in range(TRIES)) for body in VALID)


values = st.sampled_from(
    [
        *(b"null", b"true", b"0", b"-1", b"1e400", b"1.5", b'""', b'"a"', b"{}", b"[]", b'"now"'),
        *(rb'"\u0000"', rb'"\ud800"', rb'"\\u0000"', rb'"\ud83d\ude00"', b'"\xed\xa0\x80"'),
        *(rb'"\\\\\\"', b'"\xc3\xa9"', b'"\xff"', b"9" * 20, b"9" * 4300, b"9" * 4301, b"nonsense"),
        *(nested(50), nested(101), nested(900), nested(60, b'{"":', b"}").replace(b":}", b":0}")),
        *(filled(b"0")[:400] + b"]", filled(b'"%"')[:402] + b"]", b'"' + b"a" * 500 + b'"'),
    ]
)
keys = st.sampled_from(
    [b"anon", b"evt", b"t", b"os", b"m", b"id", b"sessionId", b"x", rb"\u0061non", rb"\ud800"]
)
objects = st.lists(st.tuples(keys, values), max_size=4).map(
    lambda pairs: b"{" + b",".join(b'"%b":%b' % pair for pair in pairs) + b"}"
)
items = (
    values
    | objects
    | st.tuples(keys, values).map(lambda pair: EVENT + b',"%b":%b}' % pair)
    | objects.map(lambda m: EVENT + b',"m":%b}' % m)
)
bodies = (
    st.builds(batch, items, items, st.sampled_from([b"batch", rb"b\u0061tch"]))
    | st.builds(lambda part, fields: single(filled(part), fields), values | objects,
                st.sampled_from([EVENT, NOBODY, b'{"anon":"a","evt":1']))
    | st.builds(lambda item, cut: batch(item)[:cut], items, st.integers(0, MAX_BODY_BYTES))
)  # fmt: skip


def test_no_body_costs_much_more_than_the_dearest_valid_one() -> None:
    bound = MOST_TIMES * dearest()

    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(bodies, st.booleans(), st.sampled_from([b"", b"\xef\xbb\xbf"]))
    def search(body: bytes, gzipped: bool, mark: bytes) -> None:
        content = mark + body[: MAX_BODY_BYTES - len(mark)]
        sent = gzip.compress(content, 1) if gzipped else content
        found = cost(sent, gzipped=gzipped)
        for _ in range(TRIES - 1):
            if found < bound:
                break
            found = min(found, cost(sent, gzipped=gzipped))
        target(found)
        assert found < bound, (found / bound * MOST_TIMES, content[:200])

    search()


@pytest.mark.parametrize(
    "body",
    [
        batch(b"{}"),
        batch(EVENT + b',"m":[]}'),
        batch(b'{"anon":null}'),
        batch(b'{"anon":"a","evt":"a","tt":1}'),
        batch(EVENT + b',"m":{"x":1e400}}'),
        batch(b'{"anon":5,"anon":"a","evt":"a","t":1764000000}'),
        batch(EVENT + b"}", last=rb'{"x":"\u0000"}'),
        batch(EVENT + rb',"os":"\ud800"}', last=b"{}"),
    ],
)
def test_the_dearest_bad_bodies_cost_little_more_than_the_dearest_valid_one(body: bytes) -> None:
    assert min(cost(body) for _ in range(TRIES)) < MOST_TIMES * dearest()


@pytest.mark.parametrize("member", [b"", b" "])
def test_gzip_in_many_members_costs_no_more(member: bytes) -> None:
    part = gzip.compress(member)
    body = part * (MAX_BODY_BYTES // len(part))
    assert min(cost(body, gzipped=True) for _ in range(TRIES)) < MOST_TIMES * dearest()


def test_a_hundred_events_of_a_body_are_examined() -> None:
    reasons = process(batch(b"{}"))
    examined, rest = reasons[:MOST_EXAMINED], reasons[MOST_EXAMINED:-1]
    assert set(examined) == {"invalid_anon"}
    assert set(rest) == {"unexamined"}
    assert len(rest) > 20_000


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (b"0", "invalid_event"),
        (EVENT + b',"t":"?"}', "invalid_t"),
        (EVENT + rb',"os":"\u0000"}', "invalid_text"),
        (EVENT + rb',"os":"\ud800"}', "invalid_text"),
        (EVENT + b',"m":{"x":' + nested(200) + b"}}", "invalid_m"),
    ],
)
def test_what_is_seen_without_examination_is_named_however_often(item: bytes, reason: str) -> None:
    assert set(process(batch(item, last=item))) == {reason}


def test_good_events_behind_many_bad_ones_are_accepted() -> None:
    good = EVENT + b"}"
    body = b'{"schema":"jwc.v1","batch":[' + b"{},%b," % good * 2000 + good + b"]}"
    reading = reader.read(body, Place(None, None), NOW)
    assert len(reading.lines) == 2001
    assert [skip.position for skip in reading.skipped] == list(range(0, 4000, 2))
    assert [skip.error for skip in reading.skipped].count("unexamined") == 2000 - MOST_EXAMINED
