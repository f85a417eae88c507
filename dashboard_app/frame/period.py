"""The range of days and its comparison: chosen in the sidebar, kept in the URL."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard_app.settings import LONGEST_WINDOW_DAYS
from dashboard_app.window import Window

PRESETS = (7, 28, 90, 365)
CUSTOM = "custom"
EARLIEST, LATEST = date(1970, 1, 1), date(2100, 12, 31)


def choose_window(today: date, default_days: int) -> Window | None:
    """Draw the choice; return the window, None if the chosen days are invalid.

    In the URL: `?period=28d`, or `?period=custom&from=2026-01-01&to=2026-01-31`. As for
    `GET /stats`, `from` alone goes up to today, and `to` alone ends a window of `default_days`.
    """
    default = f"{default_days}d"
    period = st.pills(
        "Period",
        [*(f"{days}d" for days in sorted({*PRESETS, default_days})), CUSTOM],
        default=default,
        required=True,
        key="period",
        bind="query-params",
        help="Days are UTC. 7d: today and the six days before.",
    )
    if period != CUSTOM:
        return Window.up_to(today, int((period or default).removesuffix("d")))
    # no default: a value equal to its default would be missing from the URL and from shared links
    first, last = _choose_day("From"), _choose_day("To")
    last = last or max(today, first or today)
    first = first or Window.up_to(last, default_days).first
    if first > last:
        st.warning("“From” is after “To”: choose an earlier “From” or a later “To”.")
        return None
    window = Window(first, last)
    if window.days > LONGEST_WINDOW_DAYS:
        st.warning(f"{window.days:,} days are too many: choose {LONGEST_WINDOW_DAYS:,} or fewer.")
        return None
    return window


def query_of(window: Window) -> list[tuple[str, str]]:
    """Return the URL parameters that set a window."""
    return [("period", CUSTOM), ("from", str(window.first)), ("to", str(window.last))]


def choose_comparison() -> bool:
    """Draw the switch; return whether to compare with the previous period."""
    return st.toggle(
        "Compare with the previous period",
        value=True,
        key="compare",
        bind="query-params",
        help="The previous period has the same number of days and ends the day before this one. "
        "Pages that can't compare say so under their title.",
    )


def reset_period(default_days: int) -> None:
    """Restore the default period and comparison: for callbacks."""
    st.session_state["period"] = f"{default_days}d"
    st.session_state["compare"] = True


def _choose_day(label: str) -> date | None:
    return st.date_input(
        label,
        value=None,
        min_value=EARLIEST,
        max_value=LATEST,
        format="YYYY-MM-DD",
        key=label.lower(),
        bind="query-params",
    )
