"""Rankings: the values with the most events or visitors, as bars, the longest on top."""

from __future__ import annotations

from collections.abc import Collection

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.conditions import value_where
from dashboard_app.charts.parts.scales import count_axis, percent_axis
from dashboard_app.theme import MEASURES, NEUTRAL, PALER

TOP = 10
ROW_HEIGHT, AXIS_HEIGHT = 26, 70
NO_REGION = " Country headers of proxies don't tell it."
UNKNOWN_COUNTRY = " Unknown: no country could be told from the request."


def countries_chart(
    frame: pd.DataFrame, measure: str, chosen: Collection[str] = (), *, shares: bool = False
) -> alt.LayerChart:
    """Draw the countries with the most visitors, or events.

    `frame` has the columns country (code or Unknown), name (str), events and visitors (int64), a
    row a country; `measure` is visitors or events; all but the `chosen` codes are paler, where
    there are some; `shares` has the numbers as shares of all. Raises KeyError for another measure.
    """
    question = {
        "visitors": "Which countries do the visitors come from?",
        "events": "Which countries do the events come from?",
    }[measure]
    reading = {
        "visitors": "Distinct visitors of the whole period; who travelled counts in each country.",
        "events": "All events of the period, by the country they were sent from.",
    }[measure]
    shown = _top(frame, measure, chosen, "country")
    if (shown["country"] == "Unknown").any():
        reading += UNKNOWN_COUNTRY
    return _bars(shown, measure, "name", "Country", question, reading, shares=shares)


def versions_chart(
    frame: pd.DataFrame, measure: str, chosen: Collection[str] = ()
) -> alt.LayerChart:
    """Draw the application versions with the most visitors, or events.

    `frame` has the columns version (str), events and visitors (int64), a row a version; for
    `measure` and `chosen` see countries_chart.
    """
    question = {
        "visitors": "Which versions do the visitors use?",
        "events": "Which versions do the events come from?",
    }[measure]
    reading = {
        "visitors": "Distinct visitors of the whole period; who moved on counts for each version.",
        "events": "All events of the period, by the version of the application that sent them.",
    }[measure]
    shown = _top(frame, measure, chosen, "version")
    return _bars(shown, measure, "version", "Version", question, reading)


def systems_chart(
    frame: pd.DataFrame, measure: str, chosen: Collection[str] = ()
) -> alt.LayerChart:
    """Draw the operating systems with the most visitors, or events.

    `frame` has the columns value (str), events and visitors (int64), a row a system; for `measure`
    and `chosen` see countries_chart.
    """
    question = {
        "visitors": "Which systems do the visitors have?",
        "events": "Which systems do the events come from?",
    }[measure]
    reading = {
        "visitors": "Distinct visitors of the whole period. A click filters.",
        "events": "All events of the period. A click filters.",
    }[measure]
    shown = _top(frame, measure, chosen, "value")
    return _bars(shown, measure, "value", "System", question, reading)


def events_chart(frame: pd.DataFrame, chosen: str | None = None) -> alt.LayerChart:
    """Draw the most frequent events by name.

    `frame` has the columns event (str) and events (int64), a row a name; all but the `chosen` one
    are paler, where there is one.
    """
    shown = _top(frame, "events", [chosen] if chosen else (), "event")
    question, reading = "What happens most?", "All events of the period, by their name."
    return _bars(shown, "events", "event", "Event", question, reading)


def continents_chart(
    frame: pd.DataFrame, measure: str, chosen: Collection[str] = (), *, shares: bool = False
) -> alt.LayerChart:
    """Draw the continents' visitors, or events.

    `frame` has the columns continent (code or Unknown), name (str), events and visitors (int64), a
    row a continent; for `measure`, `chosen` (codes) and `shares` see countries_chart.
    """
    question = {
        "visitors": "On which continents are the visitors?",
        "events": "From which continents do the events come?",
    }[measure]
    reading = {
        "visitors": "Distinct visitors of the whole period; who travelled counts on each. A click "
        "filters.",
        "events": "All events of the period. A click filters.",
    }[measure]
    shown = _top(frame, measure, chosen, "continent")
    return _bars(shown, measure, "name", "Continent", question, reading, shares=shares)


def regions_chart(
    frame: pd.DataFrame, country: str, measure: str, *, shares: bool = False
) -> alt.LayerChart:
    """Draw the regions of a country, by its name, with the most visitors, or events.

    `frame` has the columns name (str), events and, for that measure, visitors (int64), a row a
    region; for `measure` and `shares` see countries_chart.
    """
    question = {
        "visitors": f"Where in {country} are the visitors?",
        "events": f"Where in {country} do the events come from?",
    }[measure]
    reading = {
        "visitors": "Distinct visitors of the whole period whose region is known; who travelled "
        "counts in each.",
        "events": "Events of the period whose region is known.",
    }[measure]
    shown = _top(frame, measure, (), "name")
    return _bars(
        shown, measure, "name", "Region", question, f"{reading}{NO_REGION}", picks=False,
        shares=shares,
    )  # fmt: skip


def _top(frame: pd.DataFrame, measure: str, chosen: Collection[str], field: str) -> pd.DataFrame:
    """Return the rows to draw, and those that are chosen, with their shares of all."""
    total = frame[measure].sum()
    ranked = frame.sort_values([measure, "events"], ascending=False, kind="stable")
    is_chosen = ranked[field].isin(list(chosen))
    top = ranked[(pd.RangeIndex(len(ranked)) < TOP) | is_chosen].copy()
    top["share"] = top[measure] / total if total else 0.0
    top["paler"] = bool(chosen) & ~top[field].isin(list(chosen))
    return top


def _bars(
    top: pd.DataFrame,
    measure: str,
    label: str,
    heading: str,
    question: str,
    reading: str,
    *,
    picks: bool = True,
    shares: bool = False,
) -> alt.LayerChart:
    amount, shown = ("share", ".1%") if shares else (measure, ",")
    longest = float(top[amount].max()) if len(top) else 1.0
    counts = [name for name in ("visitors", "events") if name in top]
    bars = alt.Chart(top).encode(
        y=alt.Y(
            f"{label}:N",
            sort=list(top[label]),
            title=None,
            axis=alt.Axis(ticks=False, domain=False, labelLimit=130, labelPadding=8),
        ),
        x=alt.X(
            amount,
            type="quantitative",
            title=f"{'share of ' if shares else ''}{measure}".capitalize(),
            # room for the numbers at the ends of the bars
            scale=alt.Scale(domainMin=0, domainMax=1.2 * longest),
            axis=percent_axis(tickCount=4, tickMinStep=0.001) if shares else count_axis(),
        ),
        tooltip=[
            alt.Tooltip(f"{label}:N", title=heading),
            *(alt.Tooltip(f"{name}:Q", title=name.capitalize(), format=",") for name in counts),
            alt.Tooltip("share:Q", title=f"Share of {measure}", format=".1%"),
        ],
    )
    known = f"datum.{label} != 'Unknown'"
    drawn = bars.mark_bar(cornerRadiusEnd=2, cursor="pointer" if picks else "default").encode(
        color=value_where(alt.ColorValue, known, MEASURES[measure], NEUTRAL),
        opacity=value_where(alt.OpacityValue, "datum.paler", PALER, 1),
    )
    numbers = bars.mark_text(align="left", dx=5, color=NEUTRAL).encode(
        text=alt.Text(amount, type="quantitative", format=shown)
    )
    return alt.LayerChart(
        layer=[drawn, numbers],
        title=alt.Title(text=question, subtitle=reading),
        height=ROW_HEIGHT * max(1, len(top)) + AXIS_HEIGHT,
    )
