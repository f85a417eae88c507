"""The charts of retention."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from dashboard_app.charts.retention import (
    ALL,
    FEWEST,
    MOST_WITH_NUMBERS,
    cohorts_chart,
    curves_chart,
)
from dashboard_app.theme import NEUTRAL, ORDERED
from tests.dashboard_app.charts.frames import frame, rows_of

COHORTS = "cohort since visitors returned share complete"
CURVES = "value since visitors returned share"
SOME = frame(
    COHORTS,
    ("2026-03-02", 0, 40, 40, 1.0, True),
    ("2026-03-02", 1, 40, 10, 0.25, True),
    ("2026-03-02", 2, 40, 2, 0.05, False),
    ("2026-03-09", 0, 1234, 1234, 1.0, True),
    ("2026-03-09", 1, 1234, 617, 0.5, False),
)


def triangle(weeks: int) -> Any:
    """Return the cells of so many cohorts, each a week younger than the one before."""
    return frame(
        COHORTS,
        *(
            (date(2026, 1, 5) + timedelta(weeks=row), since, 10, 5, 0.5, True)
            for row in range(weeks)
            for since in range(weeks - row)
        ),
    )


def test_a_row_is_a_cohort_with_its_size_the_newest_on_top() -> None:
    cells = cohorts_chart(SOME).to_dict()["layer"][0]["encoding"]
    assert cells["y"]["sort"] == ["9 Mar · 1,234", "2 Mar · 40"]
    assert cells["x"]["title"] == "Weeks since the first visit"


def test_the_week_of_the_first_visit_is_no_cell_but_its_cohort_is_a_row() -> None:
    spec = cohorts_chart(SOME).to_dict()
    assert sorted((row["label"], row["since"]) for row in rows_of(spec)) == [
        ("2 Mar · 40", 1),
        ("2 Mar · 40", 2),
        ("9 Mar · 1,234", 1),
    ]
    # the drawn cells; everyone visited in their first week
    assert spec["layer"][0]["encoding"]["color"]["scale"]["domain"] == [0, 0.5]


def test_a_week_that_is_not_over_is_paler_and_explained() -> None:
    spec = cohorts_chart(SOME).to_dict()
    assert [row["complete"] for row in rows_of(spec)] == [True, False, False]
    assert "not over" in spec["title"]["subtitle"]
    over = cohorts_chart(SOME[SOME["complete"]]).to_dict()
    assert "not over" not in over["title"]["subtitle"]


@pytest.mark.parametrize(("weeks", "layers"), [(MOST_WITH_NUMBERS + 1, 2), (30, 1)])
def test_cells_have_numbers_only_where_these_fit(weeks: int, layers: int) -> None:
    assert len(cohorts_chart(triangle(weeks)).to_dict()["layer"]) == layers


def test_all_visitors_are_grey_and_versions_are_ordered_the_newest_first() -> None:
    curves = frame(
        CURVES,
        (None, 1, 300, 150, 0.5),
        ("1.9.0", 1, 200, 90, 0.45),
        ("1.10.0", 1, 100, 60, 0.6),
    )
    colours = curves_chart(curves, "ext").to_dict()["layer"][0]["encoding"]["color"]["scale"]
    assert colours["domain"] == ["1.10.0", "1.9.0", ALL]
    assert colours["range"] == [*ORDERED[:2], NEUTRAL]


def test_small_groups_and_the_first_week_are_left_out() -> None:
    curves = frame(
        CURVES,
        (None, 0, 300, 300, 1.0),
        (None, 1, FEWEST, 5, 0.5),
        (None, 2, FEWEST - 1, 5, 0.5),
    )
    spec = curves_chart(curves, "country").to_dict()
    assert [row["since"] for row in rows_of(spec)] == [1]
    assert str(FEWEST) in spec["title"]["subtitle"]


def test_no_visitors_make_empty_charts() -> None:
    assert rows_of(cohorts_chart(frame(COHORTS)).to_dict()) == []
    assert rows_of(curves_chart(frame(CURVES), "os").to_dict()) == []


def test_another_group_is_refused() -> None:
    with pytest.raises(KeyError):
        curves_chart(frame(CURVES), "colour")
