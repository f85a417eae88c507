"""Charts without a check of their text against the schema of Vega-Lite.

The tests have checked them: to do it again for each reader takes half of the time of a page.
"""

from __future__ import annotations

from typing import Any, cast

import altair as alt

Chart = alt.Chart | alt.LayerChart | alt.VConcatChart


def unchecked(chart: Chart) -> Chart:
    """Return what Streamlit takes for the chart: it asks for nothing but its specification."""
    return cast("Chart", _Unchecked(chart))


class _Unchecked:
    def __init__(self, chart: Chart) -> None:
        self._chart = chart

    def to_dict(self) -> dict[str, Any]:
        return self._chart.to_dict(validate=False)
