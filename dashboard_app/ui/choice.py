"""Choices on a page that are kept in the URL: what is counted, and how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

AMOUNTS: Final = {"counts": "Counts", "shares": "Shares"}
MEASURES: Final = {"visitors": "Visitors", "events": "Events"}


def choose_one(
    label: str,
    options: Mapping[str, str],
    key: str,
    *,
    help: str | None = None,  # noqa: A002 - as Streamlit has it
    hides_label: bool = False,
) -> str:
    """Draw the choice of one of the options, by their labels; return it, the first at first.

    The URL has its label under `key`.
    """
    first = next(iter(options))
    chosen = st.segmented_control(
        label,
        list(options),
        default=first,
        required=True,
        format_func=options.__getitem__,
        key=key,
        bind="query-params",
        help=help,
        label_visibility="collapsed" if hides_label else "visible",
    )
    return chosen or first


def choose_measure() -> str:
    """Draw the choice; return visitors or events. The URL has it as `?count=Events`."""
    return choose_one("Count", MEASURES, "count")


def choose_shares() -> bool:
    """Draw the choice of numbers; return whether they are to be shares. In the URL `?as=Shares`."""
    return choose_one("As", AMOUNTS, "as") == "shares"
