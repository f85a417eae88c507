"""The run queries match the raw events, under any filter."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import psycopg
import pytest

from dashboard_app.filters import Filters
from tests.dashboard_app.query.sql.raw import FILTERS, WINDOWS, asked, counted, told, window

DURATIONS = """
    select day, ext, duration_ms from seen
    where evt = 'java.run.completed' and duration_ms is not null
"""
PERCENTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}


def nearest_rank(durations: list[int], share: float) -> int:
    """Return the smallest duration that at least this share of durations does not exceed."""
    return sorted(durations)[math.ceil(share * len(durations)) - 1]


def check_percentiles(row: pd.Series[Any], durations: list[int]) -> None:
    for name, share in PERCENTILES.items():
        assert row[name] == pytest.approx(nearest_rank(durations, share), rel=0.01), name


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("days", WINDOWS)
def test_the_runs_of_a_day_are_those_of_its_events(
    filled: str, filters: Filters, days: tuple[int, int]
) -> None:
    shown = window(*days)
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "runs/days", shown, filters).frame
        rows = counted(
            connection,
            """
            select * from (
                select day,
                    count(*) filter (where evt = 'java.run.started'),
                    count(*) filter (where evt = 'java.run.completed') as completed,
                    count(*) filter (where evt = 'java.run.error' and error_phase = 'compile'),
                    count(*) filter (where evt = 'java.run.error' and error_phase <> 'compile'),
                    count(*) filter (where scanner_usage), count(*) filter (where truncated_output),
                    count(duration_ms), count(wait_ms_total),
                    coalesce(sum(wait_ms_total), 0)::bigint
                from seen where evt like 'java.run.%%' group by day
            ) as runs order by day
            """,
            shown, filters,
        )  # fmt: skip
    assert len(frame) == days[1]
    found = frame[frame[["started", "completed", "compile_errors", "runtime_errors"]].any(axis=1)]
    assert told(found) == rows


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_values_are_those_of_completed_runs(filled: str, filters: Filters) -> None:
    values = {
        "exit": "coalesce(exit_code::text, '-')",
        "output": "coalesce(out_bytes_bucket, '-')",
        "duration": "(duration_ms >= 500)::int + (duration_ms >= 1000)::int"
        " + (duration_ms >= 3000)::int + (duration_ms >= 10000)::int + (duration_ms >= 30000)::int"
        " + (duration_ms >= 60000)::int + (duration_ms >= 120000)::int",
    }
    shown = window(0, 40)
    with psycopg.connect(filled) as connection:
        for dimension, value in values.items():
            frame = asked(connection, "runs/by_value", shown, filters, dimension=dimension).frame
            rows = counted(
                connection,
                f"select day, ({value})::text, count(*) from seen"
                " where evt = 'java.run.completed' group by 1, 2",
                shown, filters,
            )  # fmt: skip
            assert set(told(frame)) == set(rows), dimension


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("days", WINDOWS)
def test_percentiles_are_within_one_percent(
    filled: str, filters: Filters, days: tuple[int, int]
) -> None:
    shown = window(*days)
    with psycopg.connect(filled) as connection:
        runs = counted(connection, DURATIONS, shown, filters)
        by_day = asked(connection, "runs/percentiles", shown, filters).frame
        of_all = asked(connection, "runs/duration", shown, filters).frame.iloc[0]
        by_version = asked(connection, "releases/durations", shown, filters).frame
    assert len(by_day) == days[1]
    assert of_all["runs"] == by_day["runs"].sum() == by_version["durations"].sum() == len(runs)
    if runs:
        check_percentiles(of_all, [ms for _, _, ms in runs])
    for _, row in by_day.iterrows():
        durations = [ms for day, _, ms in runs if day == row["day"].date()]
        assert row["runs"] == len(durations)
        if durations:
            check_percentiles(row, durations)
        else:
            assert row[list(PERCENTILES)].isna().all()
    assert set(by_version["version"]) == {version for _, version, _ in runs}
    for _, row in by_version.iterrows():
        check_percentiles(row, [ms for _, version, ms in runs if version == row["version"]])


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_the_histogram_s_classes_hold_what_lies_between_their_ends(
    filled: str, filters: Filters
) -> None:
    shown = window(0, 40)
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "runs/histogram", shown, filters).frame
        durations = [ms for _, _, ms in counted(connection, DURATIONS, shown, filters)]
    assert frame["runs"].sum() == len(durations)
    assert frame["share"].sum() == pytest.approx(1 if durations else 0)
    for from_ms, to_ms, count in told(frame, "from_ms", "to_ms", "runs"):
        assert count == len([ms for ms in durations if from_ms < ms <= to_ms])
        assert to_ms / from_ms == pytest.approx(1.02**12)


def test_a_run_that_took_no_time_is_in_the_lowest_class(connection: psycopg.Connection) -> None:
    connection.execute(
        "insert into telemetry.day_histograms values ('2026-01-05', '{-1, 0}', '{3, 4}')"
    )
    days = {"first": pd.Timestamp("2026-01-01").date(), "last": pd.Timestamp("2026-01-09").date()}
    frame = asked(connection, "runs/histogram", days, Filters()).frame
    assert frame["runs"].tolist() == [7]
    assert frame["to_ms"].tolist() == [1]
    assert asked(connection, "runs/duration", days, Filters()).frame["p50"].tolist() == [1]


def test_without_a_filter_no_version_s_durations_are_read(filled: str) -> None:
    """Nor any events: a query reads only what it needs, even with twenty million events."""
    cases = {
        ("runs/percentiles", Filters()): "day_histograms",
        ("runs/percentiles", Filters(versions=("1.9.0",))): "day_version_histograms",
        ("releases/durations", Filters()): "day_version_histograms",
        ("errors/exceptions", Filters(systems=("Linux",))): "day_exceptions",
    }
    with psycopg.connect(filled) as connection:
        for (name, filters), table in cases.items():
            answer = asked(connection, name, window(0, 7), filters)
            plan = connection.execute(f"explain {answer.sql}".encode()).fetchall()
            lines = [line for (line,) in plan if " Scan " in line and " on " in line]
            read = {line.partition(" on ")[2].split()[0] for line in lines}
            assert read & {"day_histograms", "day_version_histograms", "day_exceptions"} == {table}
            assert not any(name.startswith("events") for name in read), read
