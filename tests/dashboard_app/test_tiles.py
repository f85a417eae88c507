"""The tiles' numbers."""

from __future__ import annotations

import pandas as pd

from dashboard_app.formats import NARROW_SPACE
from dashboard_app.tiles import Tile, overview_tiles

COLUMNS = ["events", "visitors", "started", "completed"]


def tiles(rows: list[list[int]], before: list[list[int]]) -> dict[str, Tile]:
    """Return the tiles of some days, of 20 visitors before and 40 now, by label."""
    found = overview_tiles(
        pd.DataFrame(rows, columns=COLUMNS), 40, pd.DataFrame(before, columns=COLUMNS), 20
    )
    return {tile.label: tile for tile in found}


def test_numbers_and_changes_are_of_the_whole_window() -> None:
    found = tiles([[7_000, 30, 40, 30], [5_408, 25, 60, 45]], [[10_000, 20, 50, 40]])
    texts = {
        label: (tile.value, (tile.change or "").replace(NARROW_SPACE, " "))
        for label, tile in found.items()
    }
    assert texts == {
        "Events": ("12.4k", "+24 %"),
        "Visitors": ("40", "+100 %"),
        "Events per visitor": ("310.2", "−38 %"),
        "Runs": ("100", "+100 %"),
        "Runs completed": (f"75{NARROW_SPACE}%", "−5 pts"),
    }


def test_trends_are_of_each_day_and_days_without_visitors_have_no_share() -> None:
    found = tiles([[100, 10, 4, 3], [0, 0, 0, 0], [30, 6, 5, 5]], [])
    assert found["Events"].trend == [100, 0, 30]
    assert found["Visitors"].trend == [10, 0, 6]
    assert found["Events per visitor"].trend == [10, 0, 5]
    assert found["Runs completed"].trend == [0.75, 0, 1]


def test_without_an_earlier_window_there_are_no_changes() -> None:
    found = overview_tiles(
        pd.DataFrame([[5, 1, 2, 1]], columns=COLUMNS), 1, pd.DataFrame(columns=COLUMNS), 0
    )
    assert {tile.change for tile in found} == {None}


def test_an_application_without_runs_has_no_share_of_them() -> None:
    assert tiles([[5, 1, 0, 0]], [[5, 1, 0, 0]])["Runs completed"].value is None
