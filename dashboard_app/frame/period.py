"""The range of days, and what it is compared with: chosen in the sidebar, kept in the URL."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard_app.settings import LONGEST_WINDOW_DAYS
from dashboard_app.window import Window

PRESETS = (7, 28, 90, 365)
CUSTOM = "custom"
EARLIEST, LATEST = date(1970, 1, 1), date(2100, 12, 31)


def choose_window(today: date, default_days: int) -> Window | None:
    """Draw the filter; return the window that is chosen, None where it can't be one.

    The URL has it as `?period=28d`, or as `?period=custom&from=2026-01-01&to=2026-01-31`. As for
    `GET /stats`, `from` alone goes on to today, `to` alone is where `default_days` end.
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
    # without a default: what equals its default would be missing in the URL, and in a shared link
    first, last = _choose_day("From"), _choose_day("To")
    last = last or max(today, first or today)
    first = first or Window.up_to(last, default_days).first
    if first > last:
        st.warning("“From” is after “To”: choose an earlier day above or a later one below.")
        return None
    window = Window(first, last)
    if window.days > LONGEST_WINDOW_DAYS:
        st.warning(f"These are {window.days:,} days; {LONGEST_WINDOW_DAYS:,} is the most.")
        return None
    return window


def query_of(window: Window) -> list[tuple[str, str]]:
    """Return the pairs of a URL that choose a window."""
    return [("period", CUSTOM), ("from", str(window.first)), ("to", str(window.last))]


def choose_comparison() -> bool:
    """Draw the switch; return whether to compare with the period before."""
    return st.toggle(
        "Compare with the period before",
        value=True,
        key="compare",
        bind="query-params",
        help="The days of the same number that end where the period begins. Pages that say so "
        "under their title do not compare: they tell of states, releases or single sessions.",
    )


def reset_period(default_days: int) -> None:
    """Choose what is chosen at first: for callbacks."""
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
