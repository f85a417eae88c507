"""The tiles on top of a page: a number, how it changed, how it went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import pandas as pd
import streamlit as st

from dashboard_app import formats

TILE_PIXELS = 181  # five in a row beside the sidebar, two on a phone
NOTHING = "–"
ARROWS: dict[str, Literal["up", "down"]] = {"+": "up", formats.MINUS: "down"}


class Tile(NamedTuple):
    """One tile: text as it is shown, and the values of its small chart."""

    label: str
    value: str | None  # None: there is nothing to tell
    change: str | None
    colour: Literal["blue", "orange", "green", "gray"]  # the theme's: events, visitors, runs, rest
    trend: Sequence[float]
    exactly: str


def overview_tiles(
    activity: pd.DataFrame, visitors: int, before: pd.DataFrame, visitors_before: int
) -> list[Tile]:
    """Return the overview's tiles.

    `activity` and `before` have a row a day with events, visitors, started and completed, for the
    window and for what it is compared with; `before` may be empty. Visitors are distinct.
    """
    events, started, completed = _sums(activity)
    events_before, started_before, completed_before = _sums(before)
    done, done_before = _share(completed, started), _share(completed_before, started_before)
    counts = activity[["events", "visitors", "started", "completed"]]
    each_day = counts.where(counts > 0)  # no shares of nothing
    return [
        Tile(
            "Events",
            formats.count(events),
            formats.change(events, events_before),
            "blue",
            activity["events"].tolist(),
            f"{events:,} events",
        ),
        Tile(
            "Visitors",
            formats.count(visitors),
            formats.change(visitors, visitors_before),
            "orange",
            activity["visitors"].tolist(),
            f"{visitors:,} distinct visitors of the whole period; the line shows each day's",
        ),
        Tile(
            "Events per visitor",
            formats.ratio(events, visitors),
            formats.change(_share(events, visitors), _share(events_before, visitors_before)),
            "gray",
            (each_day["events"] / each_day["visitors"]).fillna(0).tolist(),
            f"{events:,} events of {visitors:,} visitors; the line shows each day's",
        ),
        Tile(
            "Runs",
            formats.count(started),
            formats.change(started, started_before),
            "green",
            activity["started"].tolist(),
            f"{started:,} runs were started",
        ),
        Tile(
            "Runs completed",
            formats.percent(completed, started),
            formats.points(done, done_before) if started and started_before else None,
            "green",
            (each_day["completed"] / each_day["started"]).fillna(0).tolist(),
            f"{completed:,} of {started:,} runs; the line shows each day's share",
        ),
    ]


def draw_tiles(tiles: Sequence[Tile]) -> None:
    """Draw tiles side by side, as many as fit."""
    with st.container(horizontal=True):
        for tile in tiles:
            change = tile.change or NOTHING
            st.metric(
                tile.label,
                tile.value,
                change,
                delta_color=tile.colour,
                delta_arrow=ARROWS.get(change[0], "off"),
                chart_data=tile.trend,
                chart_type="area",
                border=True,
                help=tile.exactly,
                width=TILE_PIXELS,
            )


def _sums(activity: pd.DataFrame) -> tuple[int, int, int]:
    events, started, completed = (
        int(activity[column].sum()) for column in ("events", "started", "completed")
    )
    return events, started, completed


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
