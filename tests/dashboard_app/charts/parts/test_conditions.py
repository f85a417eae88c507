"""Our conditions equal those that Altair itself writes."""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.conditions import value_where


def test_it_is_what_altair_makes_of_it() -> None:
    marks = alt.Chart(pd.DataFrame({"paler": [True]})).mark_bar()
    ours = marks.encode(opacity=value_where(alt.OpacityValue, "datum.paler", 0.35, 1))
    theirs = marks.encode(
        opacity=alt.when("datum.paler").then(alt.value(0.35)).otherwise(alt.value(1))
    )
    assert ours.to_dict() == theirs.to_dict()
