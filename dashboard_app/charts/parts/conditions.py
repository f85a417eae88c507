"""A mark's property by whether something holds of its row."""

from __future__ import annotations

from typing import Any, TypeVar

import altair as alt

Channel = TypeVar(
    "Channel", alt.ColorValue, alt.OpacityValue, alt.StrokeValue, alt.StrokeWidthValue
)


def value_where(channel: type[Channel], test: str, value: Any, otherwise: Any) -> Channel:
    """Return a channel with `value` where the Vega expression `test` holds.

    `alt.when` says the same, but has Altair look through all its classes for the one it means: for
    each chart of each reader, as long as all else that a chart takes.
    """
    return channel(otherwise, condition=[{"test": test, "value": value}])
