"""One row of the old table: what becomes of it, and that its id tells it from all others."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest

from ingest_api.commands.import_events.rows import Converter, RejectedRowError
from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.contract import ERROR_CODES

anonymiser = Anonymiser("a secret of the tests")
NOW = 1_772_400_000_000  # 2026-03-01T21:20
ROW = {"t": "2026-03-01T10:00:00.5+00:00", "anon": "raw-anon", "evt": "java.run.completed"}


def session(session_id: str) -> str:
    """Return the hash of the session's id."""
    return anonymiser.session(anonymiser.visitor("raw-anon"), session_id)


LONG = "s" * 300
SESSION_B, SESSION_5, SESSION_LONG = session("b"), session("5"), session(LONG)


def convert(*rows: dict[str, Any], converter: Converter | None = None) -> list[dict[str, Any]]:
    """Return the log lines of rows."""
    converter = converter or Converter(anonymiser, NOW)
    return [json.loads(converter.line(json.dumps({**ROW, **row}).encode())) for row in rows]


def rejection(content: dict[str, Any] | bytes) -> RejectedRowError:
    """Return why a row is rejected."""
    if isinstance(content, dict):
        content = json.dumps({**ROW, **content}).encode()
    with pytest.raises(RejectedRowError) as raised:
        Converter(anonymiser, NOW).line(content)
    assert raised.value.code in ERROR_CODES
    return raised.value


def test_a_row_becomes_the_line_that_the_event_would_have_become() -> None:
    row = {
        "id": 5, "os": "linux", "ext": None, "country": "de", "region": "DE-BE",
        "duration_ms": 1200, "exit_code": 0, "session_id": "s1", "scanner_usage": True,
        "m": {"durationMs": 1200, "exit": 0, "sessionId": "s1", "jdk": 21, "phase": "compile"},
    }  # fmt: skip
    (line,) = convert(row)
    del line["id"]
    assert line == {
        "t": 1772359200500, "anon": anonymiser.visitor("raw-anon"), "evt": "java.run.completed",
        "os": "linux", "ext": "0.0.0", "vscode": "0.0.0", "at": NOW,
        "country": "DE", "region": "BE", "session_id": session("s1"), "duration_ms": 1200,
        "exit_code": 0, "scanner_usage": True, "error_phase": "compile", "m": {"jdk": 21},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("t", "expected"),
    [
        (1772359200500, 1772359200500),
        (1772359200, 1772359200000),
        (1772359200500.9, 1772359200500),
        ("1772359200500", 1772359200500),
        ("2026-03-01T10:00:00.123456+00:00", 1772359200123),
        ("2026-03-01T10:00:00", 1772359200000),
        ("2026-03-01", 1772323200000),
        ("1973-01-01T00:00:00+00:00", 94694400000),
        ("2026-03-02T21:20:00+00:00", NOW + 86_400_000),
    ],
)
def test_whatever_type_t_has_it_is_the_same_moment(t: Any, expected: int) -> None:
    (line,) = convert({"t": t})
    assert line["t"] == expected


@pytest.mark.parametrize(
    ("row", "columns", "m"),
    [
        ({"duration_ms": 2**40, "m": {"durationMs": 2**40}}, {}, {"durationMs": 2**40}),
        ({"duration_ms": -5}, {}, {"durationMs": -5}),
        ({"duration_ms": 12.6}, {"duration_ms": 13}, {"durationMs": 12.6}),
        ({"exit_code": "130"}, {}, {"exit": "130"}),
        ({"m": {"sessionId": "b"}}, {"session_id": SESSION_B}, None),
        ({"session_id": "b", "m": {"sessionId": "b", "a": 1}}, {"session_id": SESSION_B}, {"a": 1}),
        ({"session_id": "b", "m": {"sessionId": "c"}}, {"session_id": SESSION_B}, None),
        ({"session_id": "", "m": {"sessionId": "b"}}, {"session_id": SESSION_B}, None),
        ({"session_id": LONG, "m": {"sessionId": LONG}}, {"session_id": SESSION_LONG}, None),
        ({"session_id": 5}, {"session_id": SESSION_5}, None),
        ({"m": '{"sessionId": 5, "a": 1}'}, {"session_id": SESSION_5}, {"a": 1}),
        ({"session_id": "", "m": {"sessionId": {"id": "b"}, "a": 1}}, {}, {"a": 1}),
        ({"m": '{"exit": 3, "a": [1]}'}, {"exit_code": 3}, {"a": [1]}),
        ({"m": {"big": 10**30}}, {}, {"big": 10**30}),
        ({"m": {"path": "C:\\u0000 is no NUL"}}, {}, {"path": "C:\\u0000 is no NUL"}),
        ({"m": ""}, {}, None),
        ({"m": "null"}, {}, None),
    ],
)
def test_what_does_not_fit_a_column_stays_in_m(
    row: dict[str, Any], columns: dict[str, Any], m: dict[str, Any] | None
) -> None:
    (line,) = convert(row)
    typed = ("duration_ms", "exit_code", "session_id")
    assert {name: line[name] for name in typed if name in line} == columns
    assert line.get("m") == m


@pytest.mark.parametrize(
    ("row", "place", "changes"),
    [
        ({"country": "XX", "region": "BE"}, (None, None), {}),
        ({"country": "", "region": ""}, (None, None), {}),
        ({"country": None, "region": "BE"}, (None, None), {}),
        ({"country": "Germany"}, (None, None), {"country left out": 1}),
        ({"country": "US", "region": "California"}, ("US", None), {"region left out": 1}),
        ({"os": "ü" * 31}, (None, None), {"os cut to 30 characters": 1}),
    ],
)
def test_values_that_are_not_kept_as_they_stood_are_counted(
    row: dict[str, Any], place: tuple[str | None, str | None], changes: dict[str, int]
) -> None:
    converter = Converter(anonymiser, NOW)
    (line,) = convert(row, converter=converter)
    assert (line.get("country"), line.get("region")) == place
    assert line["os"] == ("ü" * 30 if "os" in row else "unknown")
    assert converter.changes == changes


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"t": None}, "invalid_t"),
        ({"t": "0001-01-01T00:00:00+00:00"}, "invalid_t"),
        ({"t": "0044-03-15T00:00:00+00:00 BC"}, "invalid_t"),
        ({"t": "infinity"}, "invalid_t"),
        ({"t": 4133980800000}, "invalid_t"),
        ({"t": "1972-12-31T23:59:59.999+00:00"}, "invalid_t"),
        ({"t": "2026-03-02T21:20:00.001+00:00"}, "future_t"),
        ({"t": True}, "invalid_t"),
        ({"evt": "naïve event"}, "invalid_evt"),
        ({"evt": "e" * 65}, "invalid_evt"),
        ({"evt": None}, "invalid_evt"),
        ({"anon": ""}, "invalid_anon"),
        ({"anon": "a" * 129}, "invalid_anon"),
        ({"anon": None}, "invalid_anon"),
        ({"m": [1]}, "invalid_m"),
        ({"m": "{not json"}, "invalid_m"),
        ({"m": "[1]"}, "invalid_m"),
        ({"m": '{"a": 1e400}'}, "invalid_m"),
        ({"m": {"a": {"b": "\0"}}}, "invalid_text"),
        ({"m": {"a": "\ud83d"}}, "invalid_text"),
        ({"os": 5}, "invalid_os"),
        ({"country": 5}, "invalid_event"),
    ],
)
def test_an_invalid_row_is_rejected_with_the_contracts_code(row: dict[str, Any], code: str) -> None:
    rejected = rejection(row)
    assert rejected.code == code
    anon = row.get("anon", ROW["anon"])
    assert rejected.row == {**ROW, **row, "anon": anonymiser.visitor(anon) if anon else None}


def test_what_is_not_even_readable_is_rejected() -> None:
    row = json.dumps({**ROW, "os": "?"}).encode()
    assert rejection(row.replace(b"?", b"\xff")).code == "invalid_text"
    nested = b'{"a":' * 5000 + b"1" + b"}" * 5000
    assert rejection(row[:-1] + b', "m": ' + nested + b"}").code == "invalid_m"


RAW = "ada@example.org"


@pytest.mark.parametrize(
    "row",
    [
        {"session_id": RAW},
        {"session_id": [RAW], "m": {"sessionId": {"of": RAW}}},
        {"m": {"sessionId": RAW, "a": 1}},
        {"m": json.dumps({"sessionId": RAW})},
        {"m": json.dumps({"sessionId": RAW})[:-1]},
        {"session_id": RAW, "m": {"sessionId": RAW}, "anon": None},
    ],
)
def test_a_rejected_row_keeps_no_session_id(row: dict[str, Any]) -> None:
    kept = rejection({"evt": "", **row}).row
    assert RAW not in json.dumps(kept)
    if isinstance(row.get("session_id"), str) and "anon" not in row:
        assert kept["session_id"] == session(RAW)


def test_equal_rows_have_ids_of_their_own_and_the_same_ones_again() -> None:
    rows: list[dict[str, Any]] = [{"os": "a"}, {"os": "b"}, {"os": "a"}, {"os": "a"}]
    ids = [line["id"] for line in convert(*rows)]
    assert len(set(ids)) == 4
    assert min(ids) >= 0
    assert max(ids) < 2**63
    # in another order, with other rows between, after another row of the old server's id
    again = convert({"os": "c"}, {"os": "b", "id": 9}, {"os": "a"}, {"os": "a"}, {"os": "a"})
    assert {line["id"] for line in again[1:]} == set(ids)


@pytest.mark.parametrize(
    "difference",
    [{"t": 1772359200500}, {"evt": "a"}, {"country": "Germany"}, {"m": {"a": 1}}, {"exit_code": 0}],
)
def test_rows_that_differ_have_different_ids(difference: dict[str, Any]) -> None:
    (one,) = convert({})
    (other,) = convert(difference)
    assert one["id"] != other["id"]


def test_a_column_that_is_missing_is_as_good_as_null() -> None:
    (missing,) = convert({})
    (null,) = convert({"region": None, "m": None, "id": 3, "unheard_of": "x"})
    assert missing["id"] == null["id"]


def test_what_is_remembered_does_not_grow_with_the_table() -> None:
    converter = Converter(anonymiser, NOW)
    convert({"t": 1772359200500}, converter=converter)
    tracemalloc.start()
    try:
        for ms in range(5000):
            convert({"t": 1772359300500 + ms}, converter=converter)
        remembered, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert remembered < 100_000


def test_without_the_salt_an_id_does_not_reveal_the_session() -> None:
    other = Anonymiser("another secret")
    # as if the visitor's hash were known: all but the salt is the same
    other.visitor = anonymiser.visitor  # type: ignore[method-assign]
    mine, theirs = (convert({"session_id": "s"}, converter=Converter(each, NOW))[0]
                    for each in (anonymiser, other))  # fmt: skip
    assert mine["anon"] == theirs["anon"]
    assert mine["id"] != theirs["id"]
