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
UNKNOWN_COUNTRY: Final = " Unknown: no country could be told from the request."


class Ranking(NamedTuple):
    """What is ranked: the frame's columns with what is chosen and what is shown, and the texts."""

    field: str
    label: str
    heading: str
    texts: Mapping[str, tuple[str, str]]  # question and reading, by what is counted
    picks: bool = True


COUNTRIES: Final = Ranking("country", "name", "Country", {
    "visitors": (
        "Which countries do the visitors come from?",
        "Distinct visitors of the whole period; who travelled counts in each country.",
    ),
    "events": (
        "Which countries do the events come from?",
        "All events of the period, by the country they were sent from.",
    ),
})  # fmt: skip
VERSIONS: Final = Ranking("version", "version", "Version", {
    "visitors": (
        "Which versions do the visitors use?",
        "Distinct visitors of the whole period; who moved on counts for each version.",
    ),
    "events": (
        "Which versions do the events come from?",
        "All events of the period, by the version of the application that sent them.",
    ),
})  # fmt: skip
SYSTEMS: Final = Ranking("value", "value", "System", {
    "visitors": (
        "Which systems do the visitors have?",
        "Distinct visitors of the whole period. A click filters.",
    ),
    "events": (
        "Which systems do the events come from?",
        "All events of the period. A click filters.",
    ),
})  # fmt: skip
EVENTS: Final = Ranking("event", "event", "Event", {
    "events": ("What happens most?", "All events of the period, by their name."),
})  # fmt: skip
CONTINENTS: Final = Ranking("continent", "name", "Continent", {
    "visitors": (
        "On which continents are the visitors?",
        "Distinct visitors of the whole period; who travelled counts on each. A click filters.",
    ),
    "events": (
        "From which continents do the events come?",
        "All events of the period. A click filters.",
    ),
})  # fmt: skip
REGIONS: Final = Ranking("name", "name", "Region", {
    "visitors": (
        "Where in {country} are the visitors?",
        "Distinct visitors of the whole period whose region is known; who travelled counts in each."
        " Country headers of proxies don't tell it.",
    ),
    "events": (
        "Where in {country} do the events come from?",
        "Events of the period whose region is known. Country headers of proxies don't tell it.",
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
    """Draw the values with the most visitors, or events.

    `frame` has the ranking's columns (str), events and, for that measure, visitors (int64), a row a
    value; `measure` is visitors or events; all but the `chosen` values are paler, where there are
    some; `shares` has the numbers as shares of all. `country` is the name of that with the REGIONS.
    Raises KeyError for another measure.
    """
    question, reading = of.texts[measure]
    ranked = with_shares(frame, measure).sort_values(
        [measure, "events"], ascending=False, kind="stable"
    )
    is_chosen = ranked[of.field].isin(list(chosen))
    ranked["paler"] = bool(chosen) & ~is_chosen
    top = ranked[(pd.RangeIndex(len(ranked)) < TOP) | is_chosen]
    if of is COUNTRIES and (top["country"] == "Unknown").any():
        reading += UNKNOWN_COUNTRY
    amount, form = ("share", ".1%") if shares else (measure, ",")
    heading = f"{'share of ' if shares else ''}{measure}".capitalize()
    axis = percent_axis(tickCount=4, tickMinStep=0.001) if shares else count_axis()
    counted = [name for name in ("visitors", "events") if name in top]
    return bars_chart(
        top,
        titled(question.format(country=country), reading),
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
