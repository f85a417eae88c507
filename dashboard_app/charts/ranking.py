"""Rankings: the values with the most events or visitors, the longest bar on top."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.bars import bars_chart, labels, length, with_shares
from dashboard_app.charts.parts.conditions import value_where
from dashboard_app.charts.parts.scales import count_axis, percent_axis
from dashboard_app.charts.parts.tooltips import count, share, titled, word
from dashboard_app.theme import MEASURES, NEUTRAL

TOP: Final = 10
UNKNOWN_COUNTRY: Final = " Unknown: the request had no known country."
CLICK_CONTINENT: Final = "Click a continent to filter by its countries."
REGIONS_NEED: Final = "Country headers of proxies don't include the region."


class Ranking(NamedTuple):
    """What is ranked: the columns of the values and their labels, and the texts."""

    field: str
    label: str
    heading: str
    texts: Mapping[str, tuple[str, str]]  # title and caption, by what is counted
    picks: bool = True


COUNTRIES: Final = Ranking("country", "name", "Country", {
    "visitors": (
        "Visitors by country",
        "Distinct visitors of the period. Someone seen in two countries counts in both.",
    ),
    "events": (
        "Events by country",
        "All events of the period.",
    ),
})  # fmt: skip
VERSIONS: Final = Ranking("version", "version", "Version", {
    "visitors": (
        "Visitors by version",
        "Distinct visitors of the period. Someone seen on two versions counts for both.",
    ),
    "events": (
        "Events by version",
        "All events of the period, by application version.",
    ),
})  # fmt: skip
SYSTEMS: Final = Ranking("value", "value", "System", {
    "visitors": (
        "Visitors by operating system",
        "Distinct visitors of the period. Someone seen on two systems counts for both.",
    ),
    "events": (
        "Events by operating system",
        "All events of the period.",
    ),
})  # fmt: skip
EVENTS: Final = Ranking("event", "event", "Event", {
    "events": ("Events by name", "All events of the period."),
})  # fmt: skip
CONTINENTS: Final = Ranking("continent", "name", "Continent", {
    "visitors": (
        "Visitors by continent",
        "Distinct visitors of the period. Someone seen on two continents counts on both."
        f"\n{CLICK_CONTINENT}",
    ),
    "events": (
        "Events by continent",
        f"All events of the period.\n{CLICK_CONTINENT}",
    ),
})  # fmt: skip
REGIONS: Final = Ranking("name", "name", "Region", {
    "visitors": (
        "Visitors in {country} by region",
        "Distinct visitors whose region is known. Someone seen in two regions counts in both."
        f"\n{REGIONS_NEED}",
    ),
    "events": (
        "Events in {country} by region",
        f"Events whose region is known.\n{REGIONS_NEED}",
    ),
}, picks=False)  # fmt: skip


def ranking_chart(
    frame: pd.DataFrame,
    of: Ranking,
    measure: str,
    chosen: Collection[str] = (),
    *,
    shares: bool = False,
    country: str = "",
) -> alt.LayerChart:
    """Draw the values with the most visitors or events.

    `frame` has the ranking's columns (str), events and, for that measure, visitors (int64), one row
    per value; `measure` is visitors or events. If any values are `chosen`, all others are paler.
    `shares` shows shares of the total. `country` is the name of the REGIONS' country. Raises
    KeyError for another measure.
    """
    title, caption = of.texts[measure]
    ranked = with_shares(frame, measure).sort_values(
        [measure, "events"], ascending=False, kind="stable"
    )
    is_chosen = ranked[of.field].isin(list(chosen))
    ranked["paler"] = bool(chosen) & ~is_chosen
    top = ranked[(pd.RangeIndex(len(ranked)) < TOP) | is_chosen]
    if of is COUNTRIES and (top["country"] == "Unknown").any():
        caption += UNKNOWN_COUNTRY
    amount, form = ("share", ".1%") if shares else (measure, ",")
    heading = f"{'share of ' if shares else ''}{measure}".capitalize()
    axis = percent_axis(tickCount=4, tickMinStep=0.001) if shares else count_axis()
    counted = [name for name in ("visitors", "events") if name in top]
    return bars_chart(
        top,
        titled(title.format(country=country), caption),
        labels(of.label, list(top[of.label])),
        length(amount, heading, top[amount], axis),
        [
            word(of.label, of.heading),
            *(count(name, name.capitalize()) for name in counted),
            share("share", f"Share of {measure}"),
        ],
        value_where(alt.ColorValue, f"datum.{of.label} != 'Unknown'", MEASURES[measure], NEUTRAL),
        alt.Text(f"{amount}:Q", format=form),
        picks=of.picks,
    )
