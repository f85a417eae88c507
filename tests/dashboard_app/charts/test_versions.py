"""The chart of versions in use."""

from __future__ import annotations

import pytest

from dashboard_app.charts.versions import OTHERS, adoption_chart
from dashboard_app.theme import NEUTRAL, ORDERED
from tests.dashboard_app.charts.frames import DAYS, frame, rows_of

COLUMNS = "day value events visitors"
SOME = frame(
    COLUMNS,
    ("2026-03-01", "1.9.0", 10, 5),
    ("2026-03-01", "1.10.0", 30, 3),
    ("2026-03-01", None, 40, 2),
)


def test_the_newest_is_on_top_and_the_rest_is_grey() -> None:
    spec = adoption_chart(SOME, "ext", DAYS).to_dict()
    scale = spec["encoding"]["color"]["scale"]
    assert scale["domain"] == ["1.10.0", "1.9.0", OTHERS]
    assert scale["range"] == [*ORDERED[:2], NEUTRAL]
    heights = {row["label"]: row["place"] for row in rows_of(spec)}
    assert heights["1.10.0"] > heights["1.9.0"] > heights[OTHERS]


@pytest.mark.parametrize(("measure", "share"), [("visitors", 0.3), ("events", 0.375)])
def test_shares_are_of_what_is_counted(measure: str, share: float) -> None:
    spec = adoption_chart(SOME, "ext", DAYS, measure).to_dict()
    shares = {row["label"]: row["share"] for row in rows_of(spec)}
    assert shares["1.10.0"] == share
    assert spec["encoding"]["y"]["title"] == f"Share of the day's {measure}"


def test_the_scale_is_all_of_a_day() -> None:
    y = adoption_chart(SOME, "ext", DAYS).to_dict()["encoding"]["y"]
    assert y["scale"]["domain"] == [0, 1]
    assert "%" in y["axis"]["labelExpr"]


def test_no_versions_make_an_empty_chart() -> None:
    spec = adoption_chart(frame(COLUMNS), "ext", DAYS).to_dict()
    assert rows_of(spec) == []
    assert spec["encoding"]["color"]["scale"] == {"domain": [], "range": []}
