"""What stands on top of every page: its name, the days, how fresh they are, the filter."""

from __future__ import annotations

import os

import streamlit as st

from dashboard_app import states
from dashboard_app.settings import k_anonymity
from dashboard_app.view import View


def heading(title: str, days: str, view: View) -> None:
    """Draw the top of a page; `days` are those it is about, in words."""
    st.title(title, anchor=False)
    st.caption(f"{days} · {states.freshness_line(view.fresh)}")
    k = k_anonymity(os.environ)
    if k is not None:
        st.caption(
            f":material/visibility_off: Groups of fewer than {k:,} visitors are `other`, or left "
            "out: `K_ANONYMITY` is set."
        )
    if view.filters:
        # a code span, so that nothing a visitor sent is read as markdown
        st.caption(f":material/filter_alt: Only `{str(view.filters).replace('`', '')}`")
