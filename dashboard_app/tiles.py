"""The tiles on top of a page: a number, how it changed, how it went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import streamlit as st

from dashboard_app import formats

NOTHING = "–"
TILE_PIXELS = 181  # five in a row beside the sidebar, two on a phone
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
