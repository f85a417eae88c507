"""The choice of what is counted: visitors or events."""

from __future__ import annotations

import streamlit as st

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
