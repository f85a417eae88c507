"""The choice of what is counted, visitors or events, and how."""

from __future__ import annotations

import streamlit as st

AMOUNTS = {"counts": "Counts", "shares": "Shares"}
MEASURES = {"visitors": "Visitors", "events": "Events"}


def choose_measure() -> str:
    """Draw the choice; return visitors or events. The URL has it as `?count=Events`."""
    measure = st.segmented_control(
        "Count",
        list(MEASURES),
        default="visitors",
        required=True,
        format_func=MEASURES.__getitem__,
        key="count",
        bind="query-params",
    )
    return measure or "visitors"


def choose_shares() -> bool:
    """Draw the choice of numbers; return whether they are to be shares. In the URL `?as=Shares`."""
    amount = st.segmented_control(
        "As",
        list(AMOUNTS),
        default="counts",
        required=True,
        format_func=AMOUNTS.__getitem__,
        key="as",
        bind="query-params",
    )
    return amount == "shares"
