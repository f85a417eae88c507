"""How long releases take to spread, and which old versions are still there."""

from __future__ import annotations

from typing import Final

import altair as alt
import pandas as pd

from dashboard_app import formats
from dashboard_app.analysis.version_order import version_order
from dashboard_app.charts.parts.conditions import value_where
from dashboard_app.charts.parts.scales import bar_scale, count_axis
from dashboard_app.theme import NEUTRAL, PALER, VISITORS

UPTAKE_QUESTION: Final = "How long does a release take to reach half of the visitors?"
UPTAKE_READING: Final = (
    "Days from the one when 1 in 100 visitors had it, three at least, to the one when half had it "
    "or a newer one, looked up in the half year before the last day, without today. Grey: not "
    "there yet, with the share so far."
)
OLDEST_QUESTION: Final = "Which old versions are still in use?"
OLDEST_HOSTS_QUESTION: Final = "Which old hosts do they have?"
OLDEST_READING: Final = (
    "The oldest versions of the period on top, with their distinct visitors. A click filters."
)
MOST: Final = 12
ROW_HEIGHT, AXIS_HEIGHT = 26, 70


def uptake_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw the days that releases took to reach half of the visitors, the newest on top.

    `frame` is what `analysis.uptake.uptake` returns.
    """
    shown = frame.head(MOST).copy()
    shown["text"] = [
        days_text(days) if reached else f"{formats.percent(share, 1)} after {days_text(days)}"
        for days, reached, share in zip(
            shown["days"], shown["reached"], shown["share"], strict=True
        )
    ]
    bars = alt.Chart(shown).encode(
        y=_versions(list(shown["version"])),
        x=alt.X(
            "days:Q",
            title="Days",
            scale=bar_scale(shown["days"], room=1.4),
            axis=alt.Axis(format="d", tickMinStep=1, tickCount=5),
        ),
        tooltip=[
            alt.Tooltip("version:N", title="Version"),
            alt.Tooltip("first_day:T", timeUnit="utcyearmonthdate", format="%-d %b %Y",
                        title="Out since (UTC)"),
            alt.Tooltip("text:N", title="Half of the visitors"),
            alt.Tooltip("share:Q", title="Have it or a newer one", format=".1%"),
        ],
    )  # fmt: skip
    colour = value_where(alt.ColorValue, "datum.reached", VISITORS, NEUTRAL)
    return alt.LayerChart(
        layer=[
            bars.mark_bar(cornerRadiusEnd=2).encode(color=colour),
            bars.mark_text(align="left", dx=5, color=NEUTRAL).encode(text="text:N"),
        ],
        title=alt.Title(text=UPTAKE_QUESTION, subtitle=UPTAKE_READING),
        height=ROW_HEIGHT * max(1, len(shown)) + AXIS_HEIGHT,
    )


def oldest_chart(
    frame: pd.DataFrame, chosen: tuple[str, ...] = (), *, of_host: bool = False
) -> alt.LayerChart:
    """Draw the oldest versions, of the application or of its host, the oldest on top.

    `frame` has the columns value (the version, str), visitors, events (int64), first_day and
    last_day (datetime64, UTC); all but the `chosen` versions are paler, where there are some.
    """
    oldest = sorted(frame["value"], key=version_order)[:MOST]
    shown = frame.set_index("value").loc[oldest].reset_index()
    shown["paler"] = [bool(chosen) and version not in chosen for version in shown["value"]]
    bars = alt.Chart(shown).encode(
        y=_versions(oldest, "value"),
        x=alt.X(
            "visitors:Q",
            title="Visitors",
            scale=bar_scale(shown["visitors"]),
            axis=count_axis(),
        ),
        tooltip=[
            alt.Tooltip("value:N", title="Version"),
            alt.Tooltip("visitors:Q", title="Visitors", format=","),
            alt.Tooltip("events:Q", title="Events", format=","),
            _day("first_day", "First seen (UTC)"),
            _day("last_day", "Last seen in the period (UTC)"),
        ],
    )
    opacity = value_where(alt.OpacityValue, "datum.paler", PALER, 1)
    return alt.LayerChart(
        layer=[
            bars.mark_bar(cornerRadiusEnd=2, cursor="pointer", color=VISITORS).encode(
                opacity=opacity
            ),
            bars.mark_text(align="left", dx=5, color=NEUTRAL).encode(
                text=alt.Text("visitors:Q", format=",")
            ),
        ],
        title=alt.Title(
            text=OLDEST_HOSTS_QUESTION if of_host else OLDEST_QUESTION, subtitle=OLDEST_READING
        ),
        height=ROW_HEIGHT * max(1, len(shown)) + AXIS_HEIGHT,
    )


def days_text(days: int) -> str:
    """Return a number of days in words."""
    return f"{days} day" if days == 1 else f"{days} days"


def _versions(order: list[str], field: str = "version") -> alt.Y:
    axis = alt.Axis(ticks=False, domain=False, labelLimit=110, labelPadding=8)
    return alt.Y(f"{field}:N", sort=order, title=None, axis=axis)


def _day(field: str, title: str) -> alt.Tooltip:
    return alt.Tooltip(f"{field}:T", timeUnit="utcyearmonthdate", format="%-d %b %Y", title=title)
