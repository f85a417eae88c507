"""Horizontal bars, the first row on top, with the number at the end of each bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.conditions import value_where
from dashboard_app.charts.parts.scales import count_axis
from dashboard_app.theme import NEUTRAL, PALER

ROW_PIXELS, AXIS_PIXELS = 26, 70


def bars_chart(
    frame: pd.DataFrame,
    title: alt.TitleParams,
    label: alt.Y,
    length: alt.X,
    tooltip: Sequence[alt.Tooltip],
    colour: str | alt.Color | alt.ColorValue,
    text: str | alt.Text,
    *,
    picks: bool = False,
    pieces: tuple[pd.DataFrame, alt.X] | None = None,
    row_pixels: int = ROW_PIXELS,
) -> alt.LayerChart:
    """Draw a bar for each row of `frame`, and `text` at its end.

    Rows whose optional column `paler` is true are drawn paler; `picks` says whether bars can be
    clicked; `pieces` are the rows and lengths of stacked bars.
    """
    rows = alt.Chart(frame).encode(y=label, x=length, tooltip=list(tooltip))
    bars = rows
    if pieces is not None:
        bars = alt.Chart(pieces[0]).encode(y=label, x=pieces[1], tooltip=list(tooltip))
    mark: dict[str, Any] = {"cursor": "pointer"} if picks else {}
    channels: dict[str, Any] = {}
    if isinstance(colour, str):
        mark["color"] = colour
    else:
        channels["color"] = colour
    if "paler" in frame:
        channels["opacity"] = paler()
    return alt.LayerChart(
        layer=[
            bars.mark_bar(cornerRadiusEnd=2, **mark).encode(**channels),
            rows.mark_text(align="left", dx=5, color=NEUTRAL).encode(text=text),
        ],
        title=title,
        height=row_pixels * max(1, len(frame)) + AXIS_PIXELS,
    )


def labels(
    field: str, order: Sequence[str], title: str | None = None, limit: int = 130, **axis: Any
) -> alt.Y:
    """Return the channel of the row names, in order from the top."""
    found = alt.Axis(ticks=False, domain=False, labelLimit=limit, labelPadding=8, **axis)
    return alt.Y(f"{field}:N", sort=list(order), title=title, axis=found)


def length(
    field: str,
    title: str,
    numbers: pd.Series[Any],
    axis: alt.Axis | None = None,
    room: float = 1.2,
) -> alt.X:
    """Return the channel of the bar length, with room for the numbers at the ends."""
    longest = float(numbers.max()) if len(numbers.dropna()) else 0.0
    scale = alt.Scale(domainMin=0, domainMax=room * (longest or 1))
    return alt.X(f"{field}:Q", title=title, scale=scale, axis=axis or count_axis())


def with_shares(frame: pd.DataFrame, of: str) -> pd.DataFrame:
    """Return rows with a column `share` of the total, 0 if the total is 0."""
    total = frame[of].sum()
    return frame.assign(share=frame[of] / total if total else 0.0)


def paler() -> alt.OpacityValue:
    """Return the opacity of a mark by its column `paler`, for what is not chosen."""
    return value_where(alt.OpacityValue, "datum.paler", PALER, 1)
