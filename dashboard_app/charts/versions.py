"""Versions: adoption over time, uptake of releases, oldest versions, host combinations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import altair as alt
import pandas as pd

from dashboard_app import formats
from dashboard_app.analysis.version_order import version_order
from dashboard_app.charts.parts.bars import bars_chart, labels, length
from dashboard_app.charts.parts.conditions import value_where
from dashboard_app.charts.parts.days import day_tooltip
from dashboard_app.charts.parts.heatmap import heatmap_chart, names_across, shade
from dashboard_app.charts.parts.over_time import over_time, parts_of_all
from dashboard_app.charts.parts.scales import colours
from dashboard_app.charts.parts.tooltips import count, on_day, share, titled, word
from dashboard_app.dimensions import DIMENSIONS
from dashboard_app.theme import NEUTRAL, VISITORS
from dashboard_app.window import Window

TITLES: Final = {
    "ext": "Application versions per day",
    "vscode": "Host versions per day",
    "os": "Operating systems per day",
}
CAPTIONS: Final = {
    "ext": "Share of each day's {measure} (UTC), newest version on top.",
    "vscode": "Share of each day's {measure} (UTC), newest version on top.",
    "os": "Share of each day's {measure} (UTC).",
}
REST: Final = {
    "visitors": " Grey: all others.\nA visitor seen on two in one day counts for both.",
    "events": " Grey: all others.",
}
OTHERS: Final = "others"
UPTAKE_TITLE: Final = "Days to reach half of the visitors"
UPTAKE_CAPTION: Final = (
    "Days until half of the visitors had the release or a newer one. Grey: not reached yet.\n"
    "A release counts as out when 1 in 100 visitors, at least three, had it. This chart covers the "
    "half year up to the last day, excluding today."
)
OLDEST_TITLE: Final = "Oldest versions in use"
OLDEST_HOSTS_TITLE: Final = "Oldest hosts in use"
OLDEST_CAPTION: Final = "Distinct visitors of the period, oldest version on top."
PAIRS_TITLE: Final = "Application versions by host version"
PAIRS_CAPTION: Final = (
    "Distinct visitors of the most used application versions (rows) and host versions (columns)."
)
MOST: Final = 12
HEIGHT: Final = 340


def adoption_chart(
    frame: pd.DataFrame, dimension: str, window: Window, measure: str = "visitors"
) -> alt.Chart:
    """Draw each day's visitors or events by one dimension, stacked to 100 %.

    `frame` has the columns day (datetime64, UTC), value (str, missing for all others), events and
    visitors (int64), one row per day and value; `dimension` is ext, vscode or os, `measure` is
    visitors or events. Raises KeyError for another.
    """
    caption = CAPTIONS[dimension].format(measure=measure) + REST[measure]
    of = DIMENSIONS[dimension]
    values = frame["value"].dropna().unique()
    order = sorted(values, key=version_order, reverse=True) if of.is_version else sorted(values)
    shades = dict(zip(order, of.colours, strict=False))
    if frame["value"].isna().any():
        shades[OTHERS] = NEUTRAL
    shown = frame.assign(label=frame["value"].fillna(OTHERS))
    shown["share"] = shown[measure] / shown.groupby("day")[measure].transform("sum")
    shown["place"] = [-list(shades).index(label) for label in shown["label"]]
    return over_time(
        shown,
        titled(TITLES[dimension], caption),
        parts_of_all("share", f"Share of the day's {measure}"),
        [
            day_tooltip(), word("label", "Version" if of.is_version else "System"),
            count("visitors", "Visitors"), count("events", "Events"),
            share("share", f"Share of {measure}"),
        ],
        colours("label", shades, orient="bottom", symbolType="square", labelLimit=90, columns=4),
        window=window,
        order="place",
        height=HEIGHT,
        cursor="pointer",
        width=alt.Undefined,
    )  # fmt: skip


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
    axis = alt.Axis(format="d", tickMinStep=1, tickCount=5)
    return bars_chart(
        shown,
        titled(UPTAKE_TITLE, UPTAKE_CAPTION),
        labels("version", list(shown["version"])),
        length("days", "Days", shown["days"], axis, room=1.4),
        [
            word("version", "Version"), on_day("first_day", "In use since (UTC)"),
            word("text", "Reached half"), share("share", "Share with it or a newer one"),
        ],
        value_where(alt.ColorValue, "datum.reached", VISITORS, NEUTRAL),
        "text:N",
    )  # fmt: skip


def oldest_chart(
    frame: pd.DataFrame, chosen: tuple[str, ...] = (), *, of_host: bool = False
) -> alt.LayerChart:
    """Draw the oldest versions, of the application or of its host, the oldest on top.

    `frame` has the columns value (the version, str), visitors, events (int64), first_day and
    last_day (datetime64, UTC). If any versions are `chosen`, all others are paler.
    """
    oldest = sorted(frame["value"], key=version_order)[:MOST]
    shown = frame.set_index("value").loc[oldest].reset_index()
    shown["paler"] = [bool(chosen) and version not in chosen for version in shown["value"]]
    return bars_chart(
        shown,
        titled(OLDEST_HOSTS_TITLE if of_host else OLDEST_TITLE, OLDEST_CAPTION),
        labels("value", oldest),
        length("visitors", "Visitors", shown["visitors"]),
        [
            word("value", "Version"), count("visitors", "Visitors"), count("events", "Events"),
            on_day("first_day", "First seen (UTC)"),
            on_day("last_day", "Last seen in the period (UTC)"),
        ],
        VISITORS,
        alt.Text("visitors:Q", format=","),
        picks=True,
    )  # fmt: skip


def pairs_chart(
    frame: pd.DataFrame, versions: Sequence[str] = (), hosts: Sequence[str] = ()
) -> alt.Chart:
    """Draw the visitors by application and host version, the newest on top and right.

    `frame` has the columns version, host (str) and visitors (int64). If any `versions` or `hosts`
    are chosen, all others are paler.
    """
    shown = frame.copy()
    shown["paler"] = [
        (bool(versions) and version not in versions) or (bool(hosts) and host not in hosts)
        for version, host in zip(shown["version"], shown["host"], strict=True)
    ]
    columns = sorted(frame["host"].unique(), key=version_order)
    return heatmap_chart(
        shown,
        titled(PAIRS_TITLE, PAIRS_CAPTION),
        names_across("host", columns, "Host version"),
        ("version", sorted(frame["version"].unique(), key=version_order, reverse=True)),
        shade("visitors", "Visitors", ",d", VISITORS),
        [word("version", "Application"), word("host", "Host"), count("visitors", "Visitors")],
    )


def days_text(days: int) -> str:
    """Return a number of days as text: 1 day, 2 days."""
    return f"{days} day" if days == 1 else f"{days} days"
