"""Bars, stacked bars or lines over days or minutes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.days import day_axis
from dashboard_app.charts.parts.scales import count_axis, percent_axis
from dashboard_app.window import Window

HEIGHT: Final = 260
MARKS: Final[dict[str, dict[str, Any]]] = {
    "bar": {"binSpacing": 0, "width": {"band": 0.8}},
    "line": {"strokeWidth": 2, "point": {"filled": True, "size": 30}},
}


def over_time(
    frame: pd.DataFrame,
    title: alt.TitleParams,
    y: alt.Y,
    tooltip: Sequence[alt.Tooltip],
    colour: str | alt.Color,
    *,
    mark: Literal["bar", "line"] = "bar",
    window: Window | None = None,
    x: alt.X | None = None,
    order: str | None = None,
    height: int = HEIGHT,
    **options: Any,
) -> alt.Chart:
    """Draw a mark for each row of `frame`, by its column day (datetime64, UTC).

    The axis covers all days of `window`, or else those of the frame; `order` is the column by which
    bars are stacked; `options` are passed to the mark.
    """
    channels: dict[str, Any] = {} if isinstance(colour, str) else {"color": colour}
    if order is not None:
        channels["order"] = alt.Order(f"{order}:Q")
    found = {**MARKS[mark], **options, **({"color": colour} if isinstance(colour, str) else {})}
    blank = alt.Chart(frame, title=title, height=height)
    marked = blank.mark_bar(**found) if mark == "bar" else blank.mark_line(**found)
    drawn: alt.Chart = marked.encode(
        x=x or day_axis(frame, window), y=y, tooltip=list(tooltip), **channels
    )
    return drawn


def counts(field: str, title: str, **options: Any) -> alt.Y:
    """Return the channel of counts."""
    return alt.Y(f"{field}:Q", title=title, axis=count_axis(), **options)


def rates(field: str, title: str) -> alt.Y:
    """Return the channel of shares, scaled to the highest."""
    return alt.Y(f"{field}:Q", title=title, scale=alt.Scale(domainMin=0), axis=percent_axis())


def parts_of_all(field: str, title: str) -> alt.Y:
    """Return the channel of shares that add up to 100 % on each day."""
    scale = alt.Scale(domain=[0, 1])
    return alt.Y(f"{field}:Q", stack="zero", title=title, scale=scale, axis=percent_axis())
