"""The event contract: times, and which values find room in a column."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest_api.events.contract import (
    COLUMNS,
    ERROR_CODES,
    Event,
    LogLine,
    milliseconds,
    move_to_columns,
    session_text,
)

NEW_YEAR_2022 = 1_640_995_200_000
FIRST = 94_694_400_000  # 1973


def line_of(m: dict[str, Any]) -> LogLine:
    """Return the log line of an event with `m`."""
    line = LogLine(1, 0, "a" * 32, "app.started", "unknown", "0.0.0", "0.0.0", 0)
    move_to_columns(m, line)
    return line


@pytest.mark.parametrize(
    ("t", "expected"),
    [
        (NEW_YEAR_2022, NEW_YEAR_2022),
        (NEW_YEAR_2022 // 1000, NEW_YEAR_2022),
        (1640995200.123, NEW_YEAR_2022 + 123),
        (1640995200123.9, NEW_YEAR_2022 + 123),
        ("1640995200000", NEW_YEAR_2022),
        ("1640995200.5", NEW_YEAR_2022 + 500),
        ("2022-01-01T00:00:00Z", NEW_YEAR_2022),
        ("2022-01-01T00:00:00.007Z", NEW_YEAR_2022 + 7),
        ("2022-01-01", NEW_YEAR_2022),
        ("2022-01-01T05:30:00+05:30", NEW_YEAR_2022),
        ("2021-12-31 19:00:00-05:00", NEW_YEAR_2022),
        ("2022-01-01T00:00:00", NEW_YEAR_2022),
        ("20220101", NEW_YEAR_2022),
        ("20220101T00", NEW_YEAR_2022),
        (FIRST // 1000, FIRST),
        (FIRST, FIRST),
        (str(FIRST // 1000) + ".5", FIRST + 500),
        ("1973-01-01T00:00:00Z", FIRST),
        ("19730101", FIRST),
        (4_133_980_799, 4_133_980_799_000),
        ("2100-12-31T23:59:59.999Z", 4_133_980_799_999),
        (4_133_980_799_999, 4_133_980_799_999),
    ],
)
def test_times_of_every_form_become_ms(t: int | float | str, expected: int) -> None:
    assert milliseconds(t) == expected


@pytest.mark.parametrize(
    "t",
    [
        *(-1, -0.5, 0, 1, FIRST - 1, FIRST // 1000 - 1, FIRST / 1000 - 0.001, 20_220_101),
        *("20221301", "99999999", "00000000", "94694399", "+9469439", "20220101.0"),
        *("1970-01-01T00:00:00Z", "1972-12-31T23:59:59.999Z", "19721231", 4_133_980_800),
        *(4_133_980_800_000, 1e300, True, "", "yesterday", "1e12", "2022-13-01"),
        *("1969-12-31T23:59:59Z", "2101-01-01", "٢٠٢٢-01-01", "１６４０９９５２００", "1_0"),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
    ],
)
def test_times_out_of_bounds_are_none(t: int | float | str) -> None:
    assert milliseconds(t) is None


def test_every_second_of_the_contract_is_a_time() -> None:
    for year in range(1973, 2101):
        second = int(datetime(year, 6, 1, tzinfo=UTC).timestamp())
        assert milliseconds(second) == second * 1000


def test_run_values_move_to_their_columns() -> None:
    line = line_of(
        {
            "durationMs": 1500,
            "waitMsTotal": 20.0,
            "exit": -1,
            "cumulativeBytesBucket": "1-10KB",
            "scannerUsage": True,
            "truncatedOutput": False,
            "phase": "compile",
            "exceptionHash": "0badcafe",
            "seq": 7,
        }
    )
    assert line.m == {"seq": 7}
    found = {key: getattr(line, column) for key, (column, _) in COLUMNS.items()}
    assert found == {
        "durationMs": 1500,
        "waitMsTotal": 20,
        "exit": -1,
        "cumulativeBytesBucket": "1-10KB",
        "scannerUsage": True,
        "truncatedOutput": False,
        "phase": "compile",
        "exceptionHash": "0badcafe",
    }


@pytest.mark.parametrize(
    "m",
    [
        {"durationMs": "1500"},
        {"durationMs": -1},
        {"durationMs": 2**31},
        {"durationMs": 1e308},
        {"durationMs": 10**400},
        {"waitMsTotal": math.inf},
        {"exit": -(10**400)},
        {"exit": 2**31 - 0.5},
        {"durationMs": True},
        {"exit": 2**40},
        {"exit": None},
        {"scannerUsage": 1},
        {"truncatedOutput": "true"},
        {"phase": ["compile"]},
        {"exceptionHash": ""},
    ],
)
def test_values_without_room_stay_in_m(m: dict[str, Any]) -> None:
    line = line_of(dict(m))
    (key,) = m
    assert line.m == m
    assert getattr(line, COLUMNS[key][0]) is None


def test_a_fraction_is_rounded_in_the_column_and_kept_in_m() -> None:
    line = line_of({"durationMs": 12.6})
    assert (line.duration_ms, line.m) == (13, {"durationMs": 12.6})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *(("s1", "s1"), ("s" * 300, "s" * 300), (5, "5"), (-7, "-7"), (2.5, "2.5")),
        *((10**30, "1" + "0" * 30), ("", None), (None, None), (True, None), ([1], None)),
        ({"id": 1}, None),
    ],
)
def test_a_session_id_is_text_or_a_number(value: Any, text: str | None) -> None:
    assert session_text(value) == text


def test_every_field_has_an_error_of_its_own() -> None:
    assert {f"invalid_{name}" for name in Event.__struct_fields__} <= set(ERROR_CODES)
