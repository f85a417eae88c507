"""A chart that isn't validated again has the same spec."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest

from dashboard_app.ui.card import unchecked


def test_the_specification_is_the_same_and_is_not_checked() -> None:
    chart = alt.Chart(pd.DataFrame({"day": [1], "events": [2]})).mark_bar().encode(x="day:Q")
    assert unchecked(chart).to_dict() == chart.to_dict()
    wrong = chart.encode(y=alt.Y("events:Q", sort="ascending"))
    wrong.encoding.y.sort = "sideways and up"
    with pytest.raises(alt.utils.schemapi.SchemaValidationError):
        wrong.to_dict()
    assert unchecked(wrong).to_dict()["encoding"]["y"]["sort"] == "sideways and up"
