"""Numbers as people read them, and tables that are safe to open."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from dashboard_app import formats


@pytest.mark.parametrize(
    ("number", "text"),
    [
        *((0, "0"), (7, "7"), (999, "999"), (1234, "1,234"), (9999, "9,999"), (10_000, "10k")),
        *((12_408, "12.4k"), (99_949, "99.9k"), (99_950, "100k"), (123_456, "123k")),
        *((999_499, "999k"), (999_500, "1M"), (1_234_567, "1.23M"), (10_000_000, "10M")),
        *((100_000_000, "100M"), (2_500_000_000, "2.5G"), (7e12, "7,000G")),
    ],
)
def test_counts_have_three_figures_where_they_are_long(number: float, text: str) -> None:
    assert formats.count(number) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        *((0, 10, "0 %"), (41, 100, "41 %"), (10, 10, "100 %"), (1, 1000, "<1 %")),
        *((999, 1000, ">99 %"), (0, 0, None)),
    ],
)
def test_only_zero_is_0_percent_and_only_all_is_100(
    part: int, whole: int, text: str | None
) -> None:
    found = formats.percent(part, whole)
    assert (found and found.replace(formats.NARROW_SPACE, " ")) == text


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        *((112, 100, "+12 %"), (88, 100, "−12 %"), (100, 100, "0 %"), (1001, 1000, "0 %")),
        *((0, 5, "−100 %"), (5, 0, None), (1300, 100, "+1,200 %")),
    ],
)
def test_a_change_has_a_sign_and_none_is_from_nothing(
    now: int, before: int, text: str | None
) -> None:
    found = formats.change(now, before)
    assert (found and found.replace(formats.NARROW_SPACE, " ")) == text


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        *((0, "0 ms"), (420.4, "420 ms"), (999.6, "1 s"), (3210, "3.2 s"), (9960, "10 s")),
        *((41_300, "41 s"), (99_600, "1.7 min"), (720_000, "12 min"), (9_000_000, "2.5 h")),
        *((47 * 3_600_000, "47 h"), (3.1 * 86_400_000, "3.1 d")),
    ],
)
def test_a_duration_has_the_unit_people_would_use(ms: float, text: str) -> None:
    assert formats.duration(ms).replace(formats.NARROW_SPACE, " ") == text


def test_a_change_of_shares_is_in_points() -> None:
    assert formats.points(0.84, 0.8).replace(formats.NARROW_SPACE, " ") == "+4 pts"
    assert formats.points(0.8, 0.84).replace(formats.NARROW_SPACE, " ") == "−4 pts"
    assert formats.points(0.8, 0.801).replace(formats.NARROW_SPACE, " ") == "0 pts"


def test_a_csv_comes_back_as_it_was() -> None:
    days = pd.to_datetime(["2026-03-01", "2026-03-02"], utc=True)
    table = pd.DataFrame({"day": days, "version": ["1.0", None], "visitors": [5, 7]})
    text = formats.csv(table).decode()
    assert text.splitlines() == ["day,version,visitors", "2026-03-01,1.0,5", "2026-03-02,,7"]


def test_times_have_milliseconds_and_days_have_no_time() -> None:
    times = pd.to_datetime(["2026-03-01 00:00:00.000", "2026-03-02 13:05:07.250"], utc=True)
    table = pd.DataFrame({"t": times, "day": times.normalize()})
    assert formats.csv(table).decode().splitlines() == [
        "t,day",
        "2026-03-01 00:00:00.000,2026-03-01",
        "2026-03-02 13:05:07.250,2026-03-02",
    ]


@pytest.mark.parametrize("start", formats.FORMULA_STARTS)
def test_what_a_visitor_sent_never_runs_in_a_spreadsheet(start: str) -> None:
    table = pd.DataFrame({"version": [f"{start}1+1", "1.0"], "change": [-5, 5]})
    read = pd.read_csv(io.BytesIO(formats.csv(table)), lineterminator="\n")
    assert read["version"].tolist() == [f"'{start}1+1", "1.0"]
    assert read["change"].tolist() == [-5, 5]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.03125, "0.0312"), (3.14159, "3.14"), (999, "999"), (-12.5, "-12.5"), (12_408, "12.4k")],
)
def test_a_number_has_three_figures(value: float, text: str) -> None:
    assert formats.number(value) == text


def test_a_parquet_file_comes_back_with_its_types() -> None:
    times = pd.to_datetime(["2026-03-02 13:05:07.250"], utc=True).as_unit("us")
    table = pd.DataFrame({"t": times, "value": ["=1"], "number": [0.5], "events": [3]})
    read = pd.read_parquet(io.BytesIO(formats.parquet(table)))
    pd.testing.assert_frame_equal(read, table)
