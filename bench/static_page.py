"""A minimal Streamlit page: a number, a chart, and a choice that changes both."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

st.set_page_config(layout="wide")
factor = st.radio("Factor", [1, 2, 3, 4, 5, 6], horizontal=True)
values = pd.DataFrame({"day": range(7), "events": [factor * day + 1 for day in range(7)]})
st.metric("Events", int(values["events"].sum()))
st.altair_chart(alt.Chart(values).mark_bar().encode(x="day:O", y="events:Q"))
