"""Every setting of the ingest API: its name, default, meaning, and how it is read.

The settings that locate the application's folder and database are in `sql/application.py`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from ingest_api.networks import Networks
from sql.application import APPLICATION_VARIABLES

PUBLISHED_SALT = "jwc-2025-salt"
DEFAULT_TRUSTED_PROXIES: Final = ("127.0.0.0/8", "::1")
REDIS_SCHEMES: Final = ("redis://", "rediss://", "redis+unix://")
MAX_VALUES: Final = 1000
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingError(ValueError):
    """A setting is invalid; the message names it and says what it should be."""


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    """Return a function that reads whole numbers within bounds."""

    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,15}", text) or not lowest <= int(text) <= highest:
            raise ValueError(f"should be a whole number from {lowest} to {highest}")
        return int(text)

    return read


def boolean(text: str) -> bool:
    """Read true or false."""
    if text.lower() not in ("true", "1", "yes", "on", "false", "0", "no", "off"):
        raise ValueError("should be true or false")
    return text.lower() in ("true", "1", "yes", "on")


UNIT_SECONDS = {"ms": 0.001, "s": 1, "second": 1, "m": 60, "min": 60, "minute": 60}
UNIT_SECONDS |= {"h": 3600, "hour": 3600, "d": 86_400, "day": 86_400}


def duration_seconds(text: str) -> int:
    """Read `1 hour`, `15 minutes`, `30 s` or a number of ms, as whole seconds.

    `limits.parse` accepts only the first two, and takes 140 ms to import.
    """
    match = re.fullmatch(r"(\d{1,12})\s*([a-z]*)", text.strip().lower())
    unit = match and (match[2] or "ms")
    if unit and unit not in UNIT_SECONDS:
        unit = unit.removesuffix("s")
    if not match or unit not in UNIT_SECONDS or int(match[1]) == 0:
        raise ValueError("should be a time such as 1 hour, 15 minutes, 30 s or 3600000 (ms)")
    return max(1, round(int(match[1]) * UNIT_SECONDS[unit]))


def names_list(text: str) -> tuple[str, ...]:
    """Read a comma-separated list."""
    return tuple(part for part in (part.strip() for part in text.split(",")) if part)


def origins(text: str) -> tuple[str, ...]:
    """Read a list of web origins, or *."""
    listed = names_list(text)
    if listed != ("*",) and not all(
        re.fullmatch(r"https?://[^/\s*]+", origin) for origin in listed
    ):
        raise ValueError(
            "should be * or origins such as https://app.example.com, separated by commas"
        )
    return listed


def proxies(text: str) -> tuple[str, ...]:
    """Read a list of addresses and networks, or none."""
    listed = () if text.strip().lower() == "none" else names_list(text)
    try:
        Networks(listed)
    except ValueError as error:
        raise ValueError(
            f"should be none, or addresses and networks separated by commas: {error}"
        ) from None
    return listed


def event_prefix(text: str) -> str:
    """Read the first part of an event's name."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9._:-]{0,53}", text):
        raise ValueError("should be the start of an event name, such as java.run")
    return text


def log_level(text: str) -> str:
    """Read a level of the operational log."""
    if text.upper() not in LOG_LEVELS:
        raise ValueError(f"should be one of {', '.join(LOG_LEVELS)}")
    return text.upper()


def rate_limit_storage(text: str) -> str:
    """Read the URL of the storage that counts requests."""
    if text == "memory://":
        return text
    if not text.startswith(REDIS_SCHEMES):
        raise ValueError("should be memory:// or redis://host:6379")
    import redis  # imported here: it takes a third of the total import time, and few need it

    try:
        redis.ConnectionPool.from_url(text.replace("redis+unix://", "unix://", 1))
    except ValueError:
        # redis's message may show part of the password
        raise ValueError(
            "should be redis://host:6379; percent-encode special characters in the password"
        ) from None
    return text


def header_text(text: str) -> str:
    """Read a secret that clients send in a header."""
    if not re.fullmatch(r"[!-~]([ -~]*[!-~])?", text):
        raise ValueError(
            "should be ASCII without spaces at either end, so that a header can hold it"
        )
    return text


def _setting(variable: str, default: str | None, read: Callable[[str], Any], help_text: str) -> Any:
    metadata = {"variable": variable, "default": default, "read": read, "help": help_text}
    return field(metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one run. A field's metadata has its variable, default, reader and help."""

    host: str = _setting(
        "HOST", "0.0.0.0", str, "Address to listen on; `::` means all addresses, IPv4 too."
    )
    port: int = _setting("PORT", "8088", whole_number(0, 65_535), "Port to listen on.")
    log_file_mb: int = _setting(
        "LOG_FILE_MB", "64", whole_number(1, 10_000), "Size in MB at which a new log file starts."
    )
    log_retention_days: int = _setting(
        "LOG_RETENTION_DAYS", "30", whole_number(0, 36_500),
        "Log files are compressed once loaded, and deleted after this many days, or after "
        "`RETENTION_DAYS` if that is less. Files that the database lacks are kept "
        "until `RETENTION_DAYS`.",
    )  # fmt: skip
    retention_days: int | None = _setting(
        "RETENTION_DAYS", None, whole_number(1, 36_500),
        "Events, and the rollups of their days, are deleted after this many days. "
        "Default: never.",
    )  # fmt: skip
    yearly_salt: str | None = _setting(
        "YEARLY_SALT", None, str,
        "Key of the hashes that replace user ids. Default: generated once, kept in `DATA_DIR`.",
    )  # fmt: skip
    demo_mode: bool = _setting(
        "DEMO_MODE", "false", boolean, "Allow the published default salt. Never for real users."
    )
    geo_db: Path = _setting(
        "GEO_DB", "/opt/jwc-telemetry/geo/GeoLite2-City.mmdb", Path,
        "MaxMind or DB-IP city or country database; reloaded when it changes.",
    )  # fmt: skip
    trusted_proxies: tuple[str, ...] = _setting(
        "TRUSTED_PROXIES", ",".join(DEFAULT_TRUSTED_PROXIES), proxies,
        "Proxies whose forwarding and country headers are trusted, or `none`.",
    )  # fmt: skip
    cors_origins: tuple[str, ...] = _setting(
        "CORS_ORIGINS", "*", origins,
        "Web origins whose scripts may read the answers, separated by commas. It does not limit "
        "who may send.",
    )  # fmt: skip
    rate_limit_max: int = _setting(
        "RATE_LIMIT_MAX",
        "2000",
        whole_number(1, 10**9),
        "Requests that one address may send per window.",
    )
    rate_limit_events: int | None = _setting(
        "RATE_LIMIT_EVENTS",
        None,
        whole_number(1, 10**12),
        "Events that one address may send per window, skipped ones included. "
        "Default: 100 × `RATE_LIMIT_MAX`.",
    )
    rate_limit_window: int = _setting(
        "RATE_LIMIT_TIME_WINDOW", "1 hour", duration_seconds,
        "The window: `1 hour`, `15 minutes`, `30 s`, or a number of ms.",
    )  # fmt: skip
    rate_limit_storage: str = _setting(
        "RATE_LIMIT_STORAGE", "memory://", rate_limit_storage,
        "Where requests are counted: `memory://`, or `redis://host:6379` for several machines.",
    )  # fmt: skip
    stats_secret: str | None = _setting(
        "STATS_SECRET",
        None,
        header_text,
        "Key of the `/debug` endpoints, sent as `X-Stats-Key`. Unset: the endpoints return 404.",
    )
    stats_window_days: int = _setting(
        "STATS_WINDOW_DAYS", "7", whole_number(1, 3660), "Days that `/stats` covers by default."
    )
    k_anonymity: int | None = _setting(
        "K_ANONYMITY", None, whole_number(2, 10**6),
        "Groups of fewer visitors than this become `other` in `/stats` and on the dashboard. "
        "Default: all groups are shown.",
    )  # fmt: skip
    max_values: int = _setting(
        "MAX_VALUES", str(MAX_VALUES), whole_number(1, 10**6),
        "Most names per day of each of event, system, versions, exception, exit code and output "
        "size; the rest counts as `(other)`.",
    )  # fmt: skip
    run_events: str | None = _setting(
        "RUN_EVENTS", None, event_prefix,
        "Prefix of the run events' names, before `.started`, `.completed` and `.error`. The "
        "database stores it at the first start; a different one stops the start. Default: the "
        "database's; `java.run` for a new one.",
    )  # fmt: skip
    web_concurrency: int = _setting(
        "WEB_CONCURRENCY", str(min(4, os.cpu_count() or 1)), whole_number(1, 64),
        "Worker processes. Default: one per core, at most four.",
    )  # fmt: skip
    threads: int = _setting("THREADS", "8", whole_number(6, 256), "Threads per worker.")
    log_level: str = _setting(
        "LOG_LEVEL", "INFO", log_level, "Lowest level of the operational log on stderr."
    )

    given: frozenset[str] = frozenset()  # the variables that the environment sets


SETTINGS = tuple(setting for setting in fields(Settings) if setting.metadata)
VARIABLES = (*(setting.metadata["variable"] for setting in SETTINGS), *APPLICATION_VARIABLES)


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings in an environment.

    Raises SettingError, which names the invalid variable and says what it should be.
    """
    values: dict[str, Any] = {"given": frozenset(name for name in VARIABLES if environ.get(name))}
    for setting in SETTINGS:
        variable, default = setting.metadata["variable"], setting.metadata["default"]
        text = environ.get(variable) or default
        try:
            values[setting.name] = None if text is None else setting.metadata["read"](text)
        except ValueError as error:
            raise SettingError(f"{variable} {error}; it is {_shown(setting.name, text)}") from None
    settings = Settings(**values)
    if settings.yearly_salt == PUBLISHED_SALT and not settings.demo_mode:
        raise SettingError(
            f"YEARLY_SALT is {PUBLISHED_SALT}, which is public: user ids could be guessed. "
            "Choose a secret, or leave it unset to have one generated"
        )
    return settings


def _shown(name: str, text: str | None) -> str:
    return (
        "not shown here"
        if name in ("rate_limit_storage", "yearly_salt", "stats_secret")
        else repr(text)
    )
