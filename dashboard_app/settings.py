"""The dashboard's settings. Those of the database are in sql/database.py."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

LONGEST_WINDOW_DAYS = 3660
MOST_ANONYMITY = 1_000_000
DEFAULT_WINDOW_DAYS = 7
SHORTEST_PASSWORD = 8


class SettingError(ValueError):
    """An invalid setting; the message names it and what it should be."""


class Setting(NamedTuple):
    """One setting: its environment variable, default, and what it means."""

    variable: str
    default: str
    help: str


# the Procfile's command line reads some of them; STATS_WINDOW_DAYS and K_ANONYMITY are shared with
# the API
SETTINGS = (
    Setting("DASHBOARD_PORT", "8501", "Port of the dashboard."),
    Setting("DASHBOARD_HOST", "127.0.0.1", "Address the dashboard listens on."),
    Setting("DASHBOARD_BASE_PATH", "", "Path behind a proxy, such as `dashboard`."),
    Setting(
        "API_PORT",
        "",
        "Port of the API on the dashboard's machine, which Live asks for the loader's lag. "
        "Default: `PORT`.",
    ),
    Setting("DASHBOARD_PASSWORD", "", "Password of the dashboard, 8 characters or more."),
    Setting(
        "DASHBOARD_USERS",
        "",
        "Emails and `@domains` let in after an OpenID login. Default: everyone who logs in.",
    ),
    Setting(
        "DASHBOARD_OPEN",
        "false",
        "`true`: show it to anyone who reaches it, at any address or name.",
    ),
)


def password(environ: Mapping[str, str]) -> str | None:
    """Return DASHBOARD_PASSWORD, None if unset. Raises SettingError if it is too short."""
    given = environ.get("DASHBOARD_PASSWORD") or None
    if given is not None and len(given) < SHORTEST_PASSWORD:
        raise SettingError(f"DASHBOARD_PASSWORD should have {SHORTEST_PASSWORD} characters or more")
    return given


def flag(environ: Mapping[str, str], variable: str) -> bool:
    """Return a true/false setting. Raises SettingError for any other value."""
    text = (environ.get(variable) or "false").lower()
    if text not in ("true", "1", "yes", "on", "false", "0", "no", "off"):
        raise SettingError(f"{variable} should be true or false")
    return text in ("true", "1", "yes", "on")


def window_days(environ: Mapping[str, str]) -> int:
    """Return STATS_WINDOW_DAYS: the number of days shown by default.

    Raises SettingError if it is out of range.
    """
    text = environ.get("STATS_WINDOW_DAYS") or str(DEFAULT_WINDOW_DAYS)
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= LONGEST_WINDOW_DAYS:
        raise SettingError(
            f"STATS_WINDOW_DAYS should be a whole number from 1 to {LONGEST_WINDOW_DAYS}; "
            f"it is {text!r}"
        )
    return int(text)


def k_anonymity(environ: Mapping[str, str]) -> int | None:
    """Return K_ANONYMITY: the fewest visitors of a group that is shown; None: any number.

    Raises SettingError if it is out of range.
    """
    text = environ.get("K_ANONYMITY") or ""
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,7}", text) or not 2 <= int(text) <= MOST_ANONYMITY:
        raise SettingError(
            f"K_ANONYMITY should be a whole number from 2 to {MOST_ANONYMITY}; it is {text!r}"
        )
    return int(text)
