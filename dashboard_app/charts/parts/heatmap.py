"""Heatmaps: a cell for each pair; the higher the value, the stronger the colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.bars import paler

ROW_PIXELS, AXIS_PIXELS = 26, 150
FAINTEST: Final = 0.15


def heatmap_chart(
    frame: pd.DataFrame,
    title: alt.TitleParams,
    across: alt.X,
    down: tuple[str, Sequence[str]],
    shade: alt.Color,
    tooltip: Sequence[alt.Tooltip],
) -> alt.Chart:
    """Draw a cell for each row of `frame`; `down` is the column of the names, and their order.

    Rows whose optional column `paler` is true are drawn paler.
    """
    field, order = down
    axis = alt.Axis(
        labelOverlap=False, labelLimit=90, labelPadding=6, grid=False, ticks=False, domain=False
    )
    height = ROW_PIXELS * max(1, len(order)) + AXIS_PIXELS
    blank = alt.Chart(frame, title=title, height=height)
    drawn: alt.Chart = blank.mark_rect(cursor="pointer", cornerRadius=2).encode(
        x=across,
        y=alt.Y(f"{field}:N", sort=list(order), title=None, axis=axis),
        color=shade,
        tooltip=list(tooltip),
        **({"opacity": paler()} if "paler" in frame else {}),
    )
    return drawn


def names_across(field: str, order: Sequence[str], title: str) -> alt.X:
    """Return the channel of names from left to right."""
    axis = alt.Axis(labelAngle=-45, labelLimit=80, grid=False, ticks=False, domain=False)
    return alt.X(f"{field}:N", sort=list(order), title=title, axis=axis)


def shade(field: str, title: str, form: str, colour: str) -> alt.Color:
    """Return the colour channel, stronger for higher values on light and dark backgrounds.

    It doesn't use opacity, which shows what is chosen.
    """
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    ends = [f"rgba({red},{green},{blue},{alpha})" for alpha in (FAINTEST, 1)]
    return alt.Color(
        f"{field}:Q",
        # from zero, so that similar values look similar
        scale=alt.Scale(range=ends, domainMin=0),
        legend=alt.Legend(
            title=title, format=form, tickCount=3, orient="top", direction="horizontal",
            gradientLength=140,
        ),
    )  # fmt: skip
