"""The tiles on top of a page: a number, how it changed, how it went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import streamlit as st

NOTHING = "–"
A_ROW = 4  # two on a phone
ARROWS: dict[str, Literal["up", "down"]] = {"+": "up", "−": "down"}


class Tile(NamedTuple):
    """One tile: text as it is shown, and the values of its small chart."""

    label: str
    value: str | None  # None: there is nothing to tell
    change: str | None
    colour: Literal["blue", "orange", "yellow", "green", "red", "gray"]  # the theme's
    trend: Sequence[float]
    exactly: str


def draw_tiles(tiles: Sequence[Tile]) -> None:
    """Draw tiles side by side, as many as fit."""
    for first in range(0, len(tiles), A_ROW):
        with st.container(horizontal=True):
            for tile in tiles[first : first + A_ROW]:
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
                )
