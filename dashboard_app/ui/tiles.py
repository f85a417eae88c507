"""The tiles on top of a page: a number, how it changed, how it went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import streamlit as st

from dashboard_app import formats

NOTHING = "–"
A_ROW = 4  # beside the sidebar; two on a phone, where Streamlit would have one
STYLE = '<style>[class*="st-key-tiles-"] > * {flex: 1 1 150px; min-width: 150px}</style>'
ARROWS: dict[str, Literal["up", "down"]] = {"+": "up", formats.MINUS: "down"}


class Tile(NamedTuple):
    """One tile: text as it is shown, and the values of its small chart."""

    label: str
    value: str | None  # None: there is nothing to tell
    change: str | None
    colour: Literal["blue", "orange", "yellow", "green", "red", "gray"]  # the theme's
    trend: Sequence[float]
    exactly: str


def draw_tiles(tiles: Sequence[Tile]) -> None:
    """Draw tiles side by side, in rows that are full."""
    st.html(STYLE)
    for start in range(0, len(tiles), A_ROW):
        row = tiles[start : start + A_ROW]
        # or the tiles of a row would not be of one height
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
