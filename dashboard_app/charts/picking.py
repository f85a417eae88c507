"""Marks that can be clicked, to filter by what they show."""

from __future__ import annotations

from typing import Final, TypeVar

import altair as alt

# the name by which the page hears of it
PICK: Final = "pick"

Drawn = TypeVar("Drawn", alt.Chart, alt.LayerChart)


def pickable(chart: Drawn, *fields: str) -> Drawn:
    """Return the chart with marks that can be clicked; `fields` of their data are then told."""
    return chart.add_params(alt.selection_point(name=PICK, fields=list(fields)))
