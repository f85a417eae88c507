"""Login with an OpenID provider, by Streamlit, if its secrets.toml has `[auth]`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import streamlit as st


def is_configured() -> bool:
    """Return whether there is an `[auth]` section."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def is_let_in() -> bool:
    """Return whether this reader may see data; if not, draw a login or a refusal.

    Call it before anything that reads data. Readers must be logged in and, if DASHBOARD_USERS is
    set, listed there.
    """
    if not is_configured():
        return True
    if not st.user.is_logged_in:
        st.header("Minigem Telemetry", anchor=False)
        for provider in providers(st.secrets["auth"]):
            label = f"Log in with {provider}" if provider else "Log in"
            st.button(label, on_click=st.login, args=[provider], type="primary", key=label)
        return False
    if is_listed(dict(st.user), os.environ.get("DASHBOARD_USERS", "")):
        return True
    st.header("No access", anchor=False)
    st.markdown(
        "This account has no access. Ask the dashboard's operator to add it to `DASHBOARD_USERS`."
    )
    st.button("Log out", on_click=st.logout)
    return False


def providers(auth: Mapping[str, Any]) -> list[str | None]:
    """Return the names of the providers; None is the one without a name."""
    named: list[str | None] = [name for name, part in auth.items() if isinstance(part, Mapping)]
    return [None, *named] if "client_id" in auth or not named else named


def is_listed(user: Mapping[str, Any], listed: str) -> bool:
    """Return whether a user's email is in a comma-separated list of emails and @domains.

    An empty list admits everyone with a login. An email counts unless the provider marks it as
    unverified.
    """
    entries = {entry.strip().lower() for entry in listed.split(",") if entry.strip()}
    if not entries:
        return True
    email = str(user.get("email") or "").lower()
    if "@" not in email or user.get("email_verified") is False:
        return False
    return email in entries or f"@{email.rpartition('@')[2]}" in entries
