"""The chart of new and returning visitors."""

from __future__ import annotations

from dashboard_app.charts.activity import newcomers_chart
from dashboard_app.theme import NEWCOMERS, VISITORS
from tests.dashboard_app.charts.frames import frame, rows_of

COLUMNS = "day visitors new_visitors"


def test_visitors_who_are_not_new_are_returning() -> None:
    spec = newcomers_chart(frame(COLUMNS, ("2026-03-01", 10, 4), ("2026-03-02", 0, 0))).to_dict()
    found = [(row["kind"], row["count"], row["share"]) for row in rows_of(spec)]
    assert found == [("New", 4, 0.4), ("New", 0, 0), ("Returning", 6, 0.4), ("Returning", 0, 0)]
    assert spec["encoding"]["color"]["scale"]["range"] == [NEWCOMERS, VISITORS]
    assert spec["title"]["text"] == "New and returning visitors"


def test_no_days_make_an_empty_chart() -> None:
    assert rows_of(newcomers_chart(frame(COLUMNS)).to_dict()) == []
