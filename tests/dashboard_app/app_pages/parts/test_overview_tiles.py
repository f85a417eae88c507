"""The overview's tiles: their numbers, changes and trends."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboard_app.app_pages.parts.overview_tiles import Period, overview_tiles
from dashboard_app.formats import NARROW_SPACE
from dashboard_app.ui.tiles import Tile

DAYS = pd.to_datetime(["2026-03-01", "2026-03-02", "2026-03-03"], utc=True)
ACTIVITY = ["events", "visitors", "new_visitors", "started", "errors"]


def period(
    activity: list[list[int]], sessions: list[int], runs: list[tuple[int, int, int, float | None]]
) -> Period:
    """Return a period of up to three days; the last of `sessions` and `runs` covers all of it."""
    days = DAYS[: len(activity)]

    def of_days(rows: int) -> list[Any]:
        return [*days[: rows - 1], pd.NaT] if rows else []

    return Period(
        pd.DataFrame(activity, columns=ACTIVITY).assign(day=days),
        40,
        pd.DataFrame({"day": of_days(len(sessions)), "sessions": sessions}),
        pd.DataFrame(runs, columns=["completed", "reported", "succeeded", "median"])
        .assign(day=of_days(len(runs)))
        .astype({"median": "float64"}),
    )


NOW = period(
    [[7000, 30, 5, 40, 4], [0, 0, 0, 0, 0], [5408, 25, 7, 60, 6]],
    [30, 40, 65],
    [(32, 30, 27, 900.0), (8, 0, 0, None), (90, 75, 57, 1500.0)],
)
BEFORE = period(
    [[10_000, 20, 6, 50, 20], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]], [50, 50], [(44, 40, 40, 750.0)] * 2
)


def tiles(now: Period, before: Period | None) -> dict[str, Tile]:
    return {tile.label: tile for tile in overview_tiles(now, before)}


def test_numbers_and_changes_are_of_the_whole_period() -> None:
    texts = {
        label: tuple((text or "").replace(NARROW_SPACE, " ") for text in (tile.value, tile.change))
        for label, tile in tiles(NOW, BEFORE).items()
    }
    assert texts == {
        "Events": ("12.4k", "+24 %"),
        "Visitors": ("40", "0 %"),
        "New visitors": ("12", "+100 %"),
        "Sessions": ("65", "+30 %"),
        "Runs": ("100", "+100 %"),
        "Success rate": ("76 %", "−24 pts"),
        "Error rate": ("10 %", "−30 pts"),
        "Median duration": ("1.5 s", "+100 %"),
    }


def test_trends_have_a_value_for_each_day() -> None:
    found = tiles(NOW, None)
    assert found["Events"].trend == [7000, 0, 5408]
    assert found["Sessions"].trend == [30, 40, 0]
    # a day without exit codes is left out: it doesn't mean that no run succeeded
    assert found["Success rate"].trend == [0.9]
    assert found["Error rate"].trend == [0.1, 0.1]
    assert found["Median duration"].trend == [900]


def test_counts_are_compared_without_a_day_that_is_not_over() -> None:
    before = period([[1000, 9, 4, 5, 1]] * 3, [20, 30, 99, 149], [(1, 1, 1, 1.0)])
    labels = {tile.label: tile for tile in overview_tiles(NOW, before, None, (30, 15))}
    changes = {
        label: (labels[label].change or "").replace(NARROW_SPACE, " ")
        for label in ("Events", "Visitors", "New visitors", "Sessions", "Runs")
    }
    # 7000 to 2000, 5 to 8, 30 + 40 to 20 + 30, 40 to 10
    assert changes == {
        "Events": "+250 %", "Visitors": "+100 %", "New visitors": "−38 %", "Sessions": "+40 %",
        "Runs": "+300 %",
    }  # fmt: skip
    assert labels["Events"].value == tiles(NOW, before)["Events"].value


def test_runs_without_an_exit_code_are_not_in_the_success_rate() -> None:
    success = tiles(NOW, None)["Success rate"]
    assert success.exactly == "57 of 75 exit codes were 0; 15 completed runs reported none"
    unreported = period([[5, 1, 0, 3, 0]], [1, 1], [(3, 0, 0, 1.0)] * 2)
    assert tiles(unreported, unreported)["Success rate"].value is None


def test_without_a_period_before_there_are_no_changes() -> None:
    assert {tile.change for tile in overview_tiles(NOW, None)} == {None}


def test_an_application_without_runs_has_no_shares_and_no_durations() -> None:
    nothing = period([[5, 1, 0, 0, 0]], [], [])
    found = tiles(nothing, nothing)
    for label in ("Success rate", "Error rate", "Median duration"):
        assert found[label].value is None
        assert not found[label].change
    assert found["Sessions"].value == "0"


def test_under_an_event_filter_there_is_no_error_rate() -> None:
    labels = {tile.label: tile for tile in overview_tiles(NOW, BEFORE, "java.run.started")}
    assert labels["Error rate"].value is None
    assert labels["Runs"] == tiles(NOW, BEFORE)["Runs"]


def test_k_anonymity_hides_the_number_of_runs_without_an_exit_code() -> None:
    labels = {tile.label: tile for tile in overview_tiles(NOW, None, shows_all=False)}
    assert "none" not in labels["Success rate"].exactly
