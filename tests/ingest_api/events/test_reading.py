"""Bodies: what is accepted, what is skipped, and with which word."""

from __future__ import annotations

import gzip
import json
import random
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.contract import ERROR_CODES, LogLine
from ingest_api.events.decoding import check
from ingest_api.events.errors import RequestError
from ingest_api.events.geo import Place
from ingest_api.events.reading import MAX_BODY_BYTES, Reader, Reading, inflate
from tests.server import event

NOW = int(time.time() * 1000)
anonymiser = Anonymiser("a secret of the tests")
reader = Reader(anonymiser, random.Random(1))


def read(body: Any) -> Reading:
    """Read a body, given as bytes or as what JSON should hold."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return reader.read(content, Place("SE", "E"), NOW)


def batch(*events: Any) -> dict[str, Any]:
    """Return a batch's body."""
    return {"schema": "jwc.v1", "batch": list(events)}


def codes(*events: Any) -> list[str]:
    """Return the codes of a batch's skipped events."""
    return [code for _, code in read(batch(*events)).skipped]


def test_the_documented_event_is_accepted() -> None:
    (line,) = read(
        {
            "schema": "jwc.v1",
            "anon": "user123",
            "evt": "app.started",
            "t": 1640995200000,
            "os": "Windows_NT",
            "ext": "1.0.0",
            "vscode": "1.74.0",
            "m": {"custom": "data"},
        }
    ).lines
    assert line.t == 1640995200000
    assert (line.evt, line.os, line.ext, line.vscode) == (
        "app.started",
        "Windows_NT",
        "1.0.0",
        "1.74.0",
    )
    assert (line.country, line.region, line.at, line.m) == ("SE", "E", NOW, {"custom": "data"})


def test_the_documented_batch_is_accepted() -> None:
    reading = read(
        batch(
            {"anon": "user123", "evt": "app.started", "t": 1640995200000},
            {"anon": "user123", "evt": "feature.used", "t": 1640995260000},
        )
    )
    assert [line.evt for line in reading.lines] == ["app.started", "feature.used"]
    assert [(line.os, line.ext, line.vscode) for line in reading.lines] == [
        ("unknown", "0.0.0", "0.0.0")
    ] * 2
    assert reading.skipped == []


def test_the_raw_user_id_is_in_no_line() -> None:
    body = batch(event(anon="alice@example.com"), event(anon="alice@example.com", id="alice-1"))
    lines = read(body).lines
    assert b"alice" not in msgspec.json.encode(lines)
    assert lines[0].anon == lines[1].anon
    assert len(bytes.fromhex(lines[0].anon)) == 16


def test_the_hash_depends_on_user_and_salt() -> None:
    hashes = {Anonymiser(salt).visitor(anon) for salt in ("1", "2") for anon in ("a", "b")}
    assert len(hashes) == 4


def test_an_id_makes_a_delivery_recognisable_and_its_absence_does_not() -> None:
    one, again, other, number, none, nor = read(
        batch(event(id="a"), event(id="a"), event(id="b"), event(id=5), event(), event())
    ).lines
    assert one.id == again.id
    assert len({one.id, other.id, number.id, none.id, nor.id}) == 5


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("anon", [None, 5, "", "a" * 129, ["a"]]),
        ("evt", [None, "", "1abc", "a" * 65, "a b", "a\n", "ä", "a/b", 7]),
        ("t", [None, "soon", -1, 1e300, True, [], {}, "9999-01-01"]),
        ("os", ["o" * 31, 5, [], True]),
        ("ext", ["1" * 31, 1.0]),
        ("vscode", ["1" * 31, {}]),
        ("m", [[], "m", 5, True]),
        ("id", ["", "i" * 129, 1.5, True, []]),
        ("sessionId", [5, "s" * 129, []]),
    ],
)
def test_a_bad_field_is_named(field: str, values: list[Any]) -> None:
    assert codes(*(event(**{field: value}) for value in values)) == [f"invalid_{field}"] * len(
        values
    )


@pytest.mark.parametrize("field", ["anon", "evt", "t"])
def test_a_missing_field_is_named(field: str) -> None:
    incomplete = event()
    del incomplete[field]
    assert codes(incomplete) == [f"invalid_{field}"]


@pytest.mark.parametrize("item", [None, 5, "event", [], True])
def test_what_is_no_object_is_no_event(item: Any) -> None:
    assert codes(item) == ["invalid_event"]


@pytest.mark.parametrize(
    "fields",
    [
        {"os": "a\0b"},
        {"anon": "\0"},
        {"m": {"deep": [{"er": "\0"}]}},
        {"m": {"\0": 1}},
        {"m": {"half": "\ud800"}},
        {"ext": "\udfff"},
        {"unknown": "\0"},
    ],
)
def test_text_that_can_not_be_stored_is_named(fields: dict[str, Any]) -> None:
    assert codes(event(**fields)) == ["invalid_text"]


def test_a_backslash_before_u0000_is_no_nul() -> None:
    (line,) = read(batch(event(m={"path": "\\u0000"}))).lines
    assert line.m == {"path": "\\u0000"}


def test_a_number_past_all_bounds_is_named() -> None:
    body = json.dumps(batch(event(m={"x": [1]}))).replace("[1]", "[1e400]").encode()
    assert [code for _, code in read(body).skipped] == ["invalid_m"]


@pytest.mark.parametrize(
    ("field", "value"), [("m", '{"x":[%s]}'), ("id", "%s"), ("t", "%s"), ("unknown", "%s")]
)
def test_a_number_of_any_length_fails_its_event_alone(field: str, value: str) -> None:
    body = json.dumps(batch(event(), event(**{field: "?"}), event()))
    for digits in (4301, 20_000):
        reading = read(body.replace('"?"', value % ("9" * digits)).encode())
        assert reading.skipped == ([] if field == "unknown" else [(1, f"invalid_{field}")])


def test_a_number_of_4300_digits_is_kept() -> None:
    (line,) = read(batch(event(m={"x": 10**4299, "exit": 10**4299}))).lines
    assert line.m == {"x": 10**4299, "exit": 10**4299}
    assert line.exit_code is None


@pytest.mark.parametrize("kind", ["list", "object", "both"])
def test_m_may_be_100_levels_deep(kind: str) -> None:
    for depth, skipped in ((100, []), (101, [(1, "invalid_m")]), (900, [(1, "invalid_m")])):
        m: Any = {"exit": 5}
        for level in range(depth - 2):
            as_list = kind == "list" or (kind == "both" and level % 2)
            m = [m, "[[[", 1] if as_list else {"]}": m, "{": "x"}
        assert read(batch(event(), event(m={"m": m}), event())).skipped == skipped


def test_a_batch_is_one_however_its_name_is_written() -> None:
    body = json.dumps({**batch(event(evt="inner")), **event(evt="outer")}).encode()
    for name in (b'"batch"', rb'"b\u0061tch"', rb'"\u0062\u0061\u0074\u0063\u0068"'):
        assert [line.evt for line in read(body.replace(b'"batch"', name)).lines] == ["inner"]


def test_a_bad_event_never_fails_its_batch() -> None:
    reading = read(batch(event(evt="first"), event(os="\ud800"), event(t="?"), event(evt="last")))
    assert [line.evt for line in reading.lines] == ["first", "last"]
    assert reading.skipped == [(1, "invalid_text"), (2, "invalid_t")]


def test_null_is_no_value_for_what_is_optional() -> None:
    optional = dict.fromkeys(("os", "ext", "vscode", "m", "id", "sessionId"))
    (line,) = read(batch(event(**optional))).lines
    assert (line.os, line.ext, line.vscode, line.m) == ("unknown", "0.0.0", "0.0.0", None)


@pytest.mark.parametrize(
    ("ahead_ms", "skipped"), [(0, []), (86_400_000, []), (86_400_001, ["future_t"])]
)
def test_an_event_may_be_a_day_ahead(ahead_ms: int, skipped: list[str]) -> None:
    assert codes(event(t=NOW + ahead_ms)) == skipped


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "invalid_json"),
        (b"{", 400, "invalid_json"),
        (b"\xff", 400, "invalid_json"),
        (b'{"schema":"jwc.v1","t":NaN}', 400, "invalid_json"),
        (b"[" * 100_000, 400, "invalid_json"),
        (b"1" * 60_000, 400, "invalid_body"),
        (b"[]", 400, "invalid_body"),
        (b"null", 400, "invalid_body"),
        (b'{"schema":"jwc.v1","batch":{}}', 400, "invalid_body"),
        (b'{"schema":"jwc.v1","batch":null}', 400, "invalid_body"),
        (b'{"batch":[]}', 400, "schema_unsupported"),
        (b'{"schema":"jwc.v2","batch":[]}', 400, "schema_unsupported"),
        (b'{"schema":null}', 400, "schema_unsupported"),
    ],
)
def test_a_body_that_can_not_be_used_is_refused(body: bytes, status: int, code: str) -> None:
    with pytest.raises(RequestError) as caught:
        read(body)
    assert (caught.value.status, caught.value.code) == (status, code)


def test_a_byte_order_mark_is_passed_over() -> None:
    assert len(read(b"\xef\xbb\xbf" + json.dumps(batch(event())).encode()).lines) == 1


def test_gzip_is_inflated_within_bounds() -> None:
    assert inflate(gzip.compress(b"x" * MAX_BODY_BYTES)) == b"x" * MAX_BODY_BYTES
    assert inflate(gzip.compress(b"")) == b""
    assert inflate(gzip.compress(b"a") + gzip.compress(b"") + gzip.compress(b"b")) == b"ab"
    for body, status in [
        (gzip.compress(b"x" * 60_000) * 2, 413),
        (gzip.compress(b"x") + b"x", 400),
        (gzip.compress(b"x") + gzip.compress(b"x")[:-1], 400),
        (gzip.compress(b"x" * (MAX_BODY_BYTES + 1)), 413),
        (gzip.compress(b"x" * 10**8), 413),
        (gzip.compress(b"x" * 100)[:-9], 400),
        (b"not gzip", 400),
        (b"", 400),
    ]:
        with pytest.raises(RequestError) as caught:
            inflate(body)
        assert caught.value.status == status


any_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None), max_size=10),
    lambda part: (
        st.lists(part, max_size=4) | st.dictionaries(st.text(max_size=5), part, max_size=4)
    ),
    max_leaves=8,
)
any_event = st.fixed_dictionaries(
    {},
    optional={
        "anon": st.text(max_size=3) | any_json,
        "evt": st.sampled_from(["java.run.started", "a"]) | any_json,
        "t": st.integers(-(10**13), 10**13) | st.datetimes().map(str) | any_json,
        "os": st.text(max_size=31) | any_json,
        "m": st.dictionaries(st.text(max_size=3), any_json, max_size=3) | any_json,
        "id": any_json,
        "sessionId": any_json,
    },
)


@settings(max_examples=500, deadline=None)
@given(st.lists(any_event | any_json, max_size=4))
def test_anything_is_accepted_or_named(events: list[Any]) -> None:
    reading = read(json.dumps(batch(*events)).encode())
    assert len(reading.lines) + len(reading.skipped) == len(events)
    assert all(code in ERROR_CODES for _, code in reading.skipped)
    for line in reading.lines:
        assert msgspec.json.decode(msgspec.json.encode(line), type=LogLine) == line


def test_looking_at_a_deep_value_does_not_go_deep_itself() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert check(event(evt=5, m={"deep": deep})) == "invalid_evt"
