"""Rankings: the values with the most events or visitors, the longest bar on top."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.bars import bars_chart, labels, length, with_shares
from dashboard_app.charts.parts.conditions import value_where
from dashboard_app.charts.parts.scales import count_axis, percent_axis
from dashboard_app.charts.parts.tooltips import count, share, titled, word
from dashboard_app.theme import MEASURES, NEUTRAL

TOP: Final = 10
NO_REGION: Final = " Country headers of proxies don't tell it."
UNKNOWN_COUNTRY: Final = " Unknown: no country could be told from the request."


def countries_chart(
    frame: pd.DataFrame, measure: str, chosen: Collection[str] = (), *, shares: bool = False
) -> alt.LayerChart:
    """Draw the countries with the most visitors, or events.

    `frame` has the columns country (code or Unknown), name (str), events and visitors (int64), a
    row a country; `measure` is visitors or events; all but the `chosen` codes are paler, where
    there are some; `shares` has the numbers as shares of all. Raises KeyError for another measure.
    """
    shown = _top(frame, measure, chosen, "country")
    unknown = UNKNOWN_COUNTRY if (shown["country"] == "Unknown").any() else ""
    question, reading = {
        "visitors": (
            "Which countries do the visitors come from?",
            "Distinct visitors of the whole period; who travelled counts in each country.",
        ),
        "events": (
            "Which countries do the events come from?",
            "All events of the period, by the country they were sent from.",
        ),
    }[measure]
    return _bars(shown, measure, ("name", "Country"), (question, reading + unknown), shares=shares)


def versions_chart(
    frame: pd.DataFrame, measure: str, chosen: Collection[str] = ()
) -> alt.LayerChart:
    """Draw the application versions with the most visitors, or events.

    `frame` has the columns version (str), events and visitors (int64), a row a version; for
    `measure` and `chosen` see countries_chart.
    """
    texts = {
        "visitors": (
            "Which versions do the visitors use?",
            "Distinct visitors of the whole period; who moved on counts for each version.",
        ),
        "events": (
            "Which versions do the events come from?",
            "All events of the period, by the version of the application that sent them.",
        ),
    }[measure]
    shown = _top(frame, measure, chosen, "version")
    return _bars(shown, measure, ("version", "Version"), texts)


def systems_chart(
    frame: pd.DataFrame, measure: str, chosen: Collection[str] = ()
) -> alt.LayerChart:
    """Draw the operating systems with the most visitors, or events.

    `frame` has the columns value (str), events and visitors (int64), a row a system; for `measure`
    and `chosen` see countries_chart.
    """
    texts = {
        "visitors": (
            "Which systems do the visitors have?",
            "Distinct visitors of the whole period. A click filters.",
        ),
        "events": (
            "Which systems do the events come from?",
            "All events of the period. A click filters.",
        ),
    }[measure]
    return _bars(_top(frame, measure, chosen, "value"), measure, ("value", "System"), texts)


def events_chart(frame: pd.DataFrame, chosen: str | None = None) -> alt.LayerChart:
    """Draw the most frequent events by name.

    `frame` has the columns event (str) and events (int64), a row a name; all but the `chosen` one
    are paler, where there is one.
    """
    shown = _top(frame, "events", [chosen] if chosen else (), "event")
    texts = "What happens most?", "All events of the period, by their name."
    return _bars(shown, "events", ("event", "Event"), texts)


def continents_chart(
    frame: pd.DataFrame, measure: str, chosen: Collection[str] = (), *, shares: bool = False
) -> alt.LayerChart:
    """Draw the continents' visitors, or events.

    `frame` has the columns continent (code or Unknown), name (str), events and visitors (int64), a
    row a continent; for `measure`, `chosen` (codes) and `shares` see countries_chart.
    """
    texts = {
        "visitors": (
            "On which continents are the visitors?",
            "Distinct visitors of the whole period; who travelled counts on each. A click filters.",
        ),
        "events": (
            "From which continents do the events come?",
            "All events of the period. A click filters.",
        ),
    }[measure]
    shown = _top(frame, measure, chosen, "continent")
    return _bars(shown, measure, ("name", "Continent"), texts, shares=shares)


def regions_chart(
    frame: pd.DataFrame, country: str, measure: str, *, shares: bool = False
) -> alt.LayerChart:
    """Draw the regions of a country, by its name, with the most visitors, or events.

    `frame` has the columns name (str), events and, for that measure, visitors (int64), a row a
    region; for `measure` and `shares` see countries_chart.
    """
    question, reading = {
        "visitors": (
            f"Where in {country} are the visitors?",
            "Distinct visitors of the whole period whose region is known; who travelled counts in "
            "each.",
        ),
        "events": (
            f"Where in {country} do the events come from?",
            "Events of the period whose region is known.",
        ),
    }[measure]
    shown = _top(frame, measure, (), "name")
    texts = question, reading + NO_REGION
    return _bars(shown, measure, ("name", "Region"), texts, picks=False, shares=shares)


def _top(frame: pd.DataFrame, measure: str, chosen: Collection[str], field: str) -> pd.DataFrame:
    """Return the rows to draw, and those that are chosen, with their shares of all."""
    ranked = with_shares(frame, measure).sort_values(
        [measure, "events"], ascending=False, kind="stable"
    )
    is_chosen = ranked[field].isin(list(chosen))
    ranked["paler"] = bool(chosen) & ~is_chosen
    return ranked[(pd.RangeIndex(len(ranked)) < TOP) | is_chosen]


def _bars(
    top: pd.DataFrame,
    measure: str,
    label: tuple[str, str],
    texts: tuple[str, str],
    *,
    picks: bool = True,
    shares: bool = False,
) -> alt.LayerChart:
    """Draw rows by their column and its heading, `label`, with a question and a reading."""
    amount, form = ("share", ".1%") if shares else (measure, ",")
    heading = f"{'share of ' if shares else ''}{measure}".capitalize()
    axis = percent_axis(tickCount=4, tickMinStep=0.001) if shares else count_axis()
    counted = [name for name in ("visitors", "events") if name in top]
    return bars_chart(
        top,
        titled(*texts),
        labels(label[0], list(top[label[0]])),
        length(amount, heading, top[amount], axis),
        [
            word(*label),
            *(count(name, name.capitalize()) for name in counted),
            share("share", f"Share of {measure}"),
        ],
        value_where(alt.ColorValue, f"datum.{label[0]} != 'Unknown'", MEASURES[measure], NEUTRAL),
        alt.Text(f"{amount}:Q", format=form),
        picks=picks,
    )
