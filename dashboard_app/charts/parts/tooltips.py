"""The lines of a mark's tooltip, and a chart's title."""

from __future__ import annotations

import altair as alt


def titled(title: str, caption: str) -> alt.TitleParams:
    """Return a chart's title and caption, whose second line, if any, says how to read the chart."""
    return alt.Title(text=title, subtitle=caption)


def word(field: str, title: str) -> alt.Tooltip:
    """Return a line of text."""
    return alt.Tooltip(f"{field}:N", title=title)


def count(field: str, title: str) -> alt.Tooltip:
    """Return a line with an exact count."""
    return alt.Tooltip(f"{field}:Q", title=title, format=",")


def share(field: str, title: str, digits: int = 1) -> alt.Tooltip:
    """Return a line with a share from 0 to 1, in percent."""
    return alt.Tooltip(f"{field}:Q", title=title, format=f".{digits}%")


def on_day(field: str, title: str) -> alt.Tooltip:
    """Return a line with a day, such as 3 Nov 2026."""
    return alt.Tooltip(f"{field}:T", timeUnit="utcyearmonthdate", format="%-d %b %Y", title=title)
