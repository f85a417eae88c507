"""The tiles at the top of a page: a number, its change and its trend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import pandas as pd
import streamlit as st

from dashboard_app import formats

NOTHING = "–"
A_ROW = 4  # next to the sidebar; two on a phone, where Streamlit's default is one
STYLE = '<style>[class*="st-key-tiles-"] > * {flex: 1 1 150px; min-width: 150px}</style>'
ARROWS: dict[str, Literal["up", "down"]] = {"+": "up", formats.MINUS: "down"}


Colour = Literal["blue", "orange", "yellow", "green", "red", "gray"]  # the theme's


class Tile(NamedTuple):
    """One tile: its text, and the values of its sparkline."""

    label: str
    value: str | None  # None: no data
    change: str | None
    colour: Colour
    trend: Sequence[float]
    exactly: str


def count_tile(
    label: str,
    colour: Colour,
    now: pd.Series[Any],
    before: pd.Series[Any] | None,
    what: str,
    *,
    growing: bool = False,
) -> Tile:
    """Return the tile of a sum, with its change; `now` and `before` are daily counts.

    If the last day is not over (`growing`), the change excludes it.
    """
    count, compared = int(now.sum()), slice(None, -1) if growing else slice(None)
    change = None
    if before is not None:
        change = formats.change(int(now[compared].sum()), int(before[compared].sum()))
    return Tile(label, formats.count(count), change, colour, now.tolist(), f"{count:,} {what}")


def share_tile(
    label: str,
    colour: Colour,
    now: tuple[float, float],
    before: tuple[float, float] | None,
    trend: Sequence[float],
    exactly: str,
) -> Tile:
    """Return the tile of a share, given as (part, whole), with its change in points."""
    change = None
    if before is not None and now[1] and before[1]:
        change = formats.points(now[0] / now[1], before[0] / before[1])
    return Tile(label, formats.percent(*now), change, colour, trend, exactly)


def duration_tile(
    label: str,
    colour: Colour,
    now: float | None,
    before: float | None,
    trend: Sequence[float],
    exactly: str,
) -> Tile:
    """Return the tile of a duration in ms, with its change; None: no data."""
    change = None if before is None else formats.change(now or 0.0, before)
    value = None if now is None else formats.duration(now)
    return Tile(label, value, change, colour, trend, exactly)


def draw_tiles(tiles: Sequence[Tile]) -> None:
    """Draw tiles side by side, in full rows."""
    st.html(STYLE)
    for start in range(0, len(tiles), A_ROW):
        row = tiles[start : start + A_ROW]
        # keeps the tiles of a row equally high
        nothing = NOTHING if any(tile.trend or tile.change for tile in row) else None
        with st.container(horizontal=True, key=f"tiles-{start}"):
            for tile in row:
                _draw(tile, tile.change or nothing)


def _draw(tile: Tile, change: str | None) -> None:
    st.metric(
        tile.label,
        tile.value,
        change,
        delta_color=tile.colour,
        delta_arrow=ARROWS.get((change or NOTHING)[0], "off"),
        chart_data=tile.trend,
        chart_type="area",
        border=True,
        help=tile.exactly,
    )
