"""The top of every page: its title, the days, how fresh the data is, the filter."""

from __future__ import annotations

import streamlit as st

from dashboard_app import formats
from dashboard_app.view import View


def heading(title: str, about: str, view: View) -> None:
    """Draw the top of a page; `about` says which days it shows and how fresh the data is."""
    st.title(title, anchor=False)
    st.caption(about)
    if view.k is not None:
        st.caption(
            f":material/visibility_off: Groups of fewer than {view.k:,} visitors are hidden, or "
            "counted as `other`, by `K_ANONYMITY`."
        )
    if view.filters:
        st.caption(f":material/filter_alt: Only {formats.code(str(view.filters))}")
