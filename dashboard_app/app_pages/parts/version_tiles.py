"""The tiles of versions: the number of versions, systems and installs."""

from __future__ import annotations

import pandas as pd

from dashboard_app import formats
from dashboard_app.ui.tiles import Tile


def version_tiles(
    applications: pd.DataFrame, hosts: pd.DataFrame, systems: pd.DataFrame, installs: pd.DataFrame
) -> list[Tile]:
    """Return the tiles of a period; the frames are those of versions/used and versions/installs."""
    in_window, ever = int(installs["in_window"].iloc[0]), int(installs["ever"].iloc[0])
    return [
        _number("Application versions", applications),
        _number("Host versions", hosts),
        _number("Operating systems", systems),
        Tile(
            "Installs",
            formats.count(in_window),
            None,
            "yellow",
            [],
            f"{in_window:,} `install.created` events in the period; {ever:,} ever, without filters",
        ),
    ]


def _number(label: str, used: pd.DataFrame) -> Tile:
    number = len(used)
    exactly = f"{number:,} with events in the period"
    return Tile(label, formats.count(number), None, "gray", [], exactly)
