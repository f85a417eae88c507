"""What stands on top of every page: its name, the days, how fresh they are, the filter."""

from __future__ import annotations

import streamlit as st

from dashboard_app import formats
from dashboard_app.view import View


def heading(title: str, about: str, view: View) -> None:
    """Draw the top of a page; `about` says in words which days it is about, and how fresh it is."""
    st.title(title, anchor=False)
    st.caption(about)
    if view.k is not None:
        st.caption(
            f":material/visibility_off: Groups of fewer than {view.k:,} visitors are `other`, or "
            "left out: `K_ANONYMITY` is set."
        )
    if view.filters:
        st.caption(f":material/filter_alt: Only {formats.code(str(view.filters))}")
