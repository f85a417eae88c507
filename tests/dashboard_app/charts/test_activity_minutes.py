"""The charts of the last minutes."""

from __future__ import annotations

import pytest

from dashboard_app.charts.activity import minutes_chart
from dashboard_app.theme import MEASURES
from tests.dashboard_app.charts.frames import frame, rows_of

COLUMNS = "minute events visitors"


@pytest.mark.parametrize("measure", ["events", "visitors"])
def test_each_minute_has_a_bar_and_quiet_ones_have_a_scale(measure: str) -> None:
    quiet = frame(COLUMNS, ("2026-03-01T10:00", 0, 0))
    spec = minutes_chart(quiet, measure).to_dict()
    assert spec["encoding"]["y"]["scale"]["domain"] == [0, 1]
    assert spec["encoding"]["y"]["field"] == measure
    assert spec["mark"]["color"] == MEASURES[measure]
    busy = frame(COLUMNS, ("2026-03-01T10:00", 7, 7))
    assert minutes_chart(busy, measure).to_dict()["encoding"]["y"]["scale"]["domain"] == [0, 7]


def test_no_minutes_make_an_empty_chart() -> None:
    assert rows_of(minutes_chart(frame(COLUMNS), "events").to_dict()) == []
