"""Choices on a page, kept in the URL: what is counted, and how it is shown."""

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
    """Draw a choice of one option by label; return it. The default is the first.

    The URL has its label as `key`.
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
    """Draw the choice; return visitors or events. In the URL: `?count=Events`."""
    return choose_one("Count", MEASURES, "count")


def choose_shares() -> bool:
    """Draw the choice; return whether to show shares. In the URL: `?as=Shares`."""
    return choose_one("As", AMOUNTS, "as") == "shares"
