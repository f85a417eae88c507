"""The chart of one session."""

from __future__ import annotations

import pytest

from dashboard_app.charts.sessions import COLOURS, session_chart
from dashboard_app.theme import ERRORS, NEUTRAL, RUNS
from tests.dashboard_app.charts.frames import frame, rows_of

COLUMNS = "t since_ms evt properties"
SOME = frame(
    COLUMNS,
    ("2026-03-02 10:00:00", 0.0, "app.started", "{}"),
    ("2026-03-02 10:00:01.5", 1500.0, "cli.run.started", "{}"),
    ("2026-03-02 10:00:02.25", 2250.0, "cli.run.error", '{"phase": "compile"}'),
)


def test_events_stand_in_their_order_with_their_time_and_kind() -> None:
    spec = session_chart(SOME, "cli.run").to_dict()
    assert spec["encoding"]["y"]["sort"] == ["app.started", "cli.run.started", "cli.run.error"]
    assert [row["kind"] for row in rows_of(spec)] == ["other", "run", "error"]
    assert rows_of(spec)[1]["when"] == "2026-03-02 10:00:01.500"
    assert spec["title"]["text"] == "Session timeline"


def test_errors_runs_and_the_rest_have_colours_of_their_own() -> None:
    assert COLOURS == {"run": RUNS, "error": ERRORS, "other": NEUTRAL}
    spec = session_chart(SOME, "cli.run").to_dict()
    assert spec["encoding"]["color"]["scale"] == {
        "domain": list(COLOURS),
        "range": list(COLOURS.values()),
    }


@pytest.mark.parametrize(
    ("longest", "unit", "last"),
    [
        *((0.0, "ms", 0.0), (2999.0, "ms", 2999.0), (9000.0, "seconds", 9.0)),
        *((600_000.0, "minutes", 10.0), (4 * 3.6e6, "hours", 4.0)),
    ],
)
def test_the_axis_has_the_unit_that_fits(longest: float, unit: str, last: float) -> None:
    spec = session_chart(frame(COLUMNS, ("2026-03-02", longest, "a", "{}")), "run").to_dict()
    assert f"({unit})" in spec["encoding"]["x"]["title"]
    assert rows_of(spec)[0]["since"] == last


def test_no_events_make_an_empty_chart() -> None:
    assert rows_of(session_chart(frame(COLUMNS), "run").to_dict()) == []
