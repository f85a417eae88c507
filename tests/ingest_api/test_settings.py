"""Settings: the original server's names and defaults, and one clear line for a bad value."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest_api.settings import SettingError, duration_seconds, read_settings


def test_defaults_are_those_of_the_original_server() -> None:
    settings = read_settings({})
    assert settings.port == 8088
    assert settings.rate_limit_max == 2000
    assert settings.rate_limit_events is None, "it follows the number of requests"
    assert settings.rate_limit_window == 3600
    assert settings.stats_window_days == 7
    assert settings.stats_secret is None
    assert settings.geo_db == Path("/opt/jwc-telemetry/geo/GeoLite2-City.mmdb")
    assert settings.yearly_salt is None


def test_the_documented_environment_is_read() -> None:
    settings = read_settings(
        {
            "PORT": "8088",
            "GEO_DB": "/opt/geo/GeoLite2-City.mmdb",
            "YEARLY_SALT": "my-secret-salt-2025",
            "RATE_LIMIT_MAX": "5000",
            "STATS_SECRET": "admin-secret-key",
        }
    )
    assert (settings.yearly_salt, settings.stats_secret) == (
        "my-secret-salt-2025",
        "admin-secret-key",
    )
    assert "STATS_SECRET" in settings.given
    assert "RATE_LIMIT_TIME_WINDOW" not in settings.given


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("1 hour", 3600), ("15 minutes", 900), ("30 s", 30), ("3600000", 3600), ("1h", 3600)),
        *(("2 days", 172_800), ("1 Minute", 60), ("500", 1), ("90 seconds", 90), ("1500 ms", 2)),
    ],
)
def test_durations_of_every_form_are_read(text: str, seconds: int) -> None:
    assert duration_seconds(text) == seconds


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("RATE_LIMIT_MAX", "0"),
        ("RATE_LIMIT_EVENTS", "0"),
        ("RATE_LIMIT_TIME_WINDOW", "soon"),
        ("RATE_LIMIT_TIME_WINDOW", "0 s"),
        ("RATE_LIMIT_STORAGE", "postgres://x"),
        ("RATE_LIMIT_STORAGE", "redis://host:port"),
        ("STATS_WINDOW_DAYS", "9999"),
        ("STATS_SECRET", "schlüssel"),
        ("STATS_SECRET", "key "),
        ("TRUSTED_PROXIES", "10.0.0.0/8, nonsense"),
        ("CORS_ORIGINS", "app.example.com"),
        ("RUN_EVENTS", "1 run"),
        ("DEMO_MODE", "maybe"),
        ("LOG_LEVEL", "LOUD"),
        ("WEB_CONCURRENCY", "0"),
    ],
)
def test_a_bad_value_is_named_with_what_it_should_be(variable: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"^{variable} .*should"):
        read_settings({variable: value})


def test_the_published_salt_is_for_demos_only() -> None:
    known = {"YEARLY_SALT": "jwc-2025-salt"}
    with pytest.raises(SettingError, match="YEARLY_SALT"):
        read_settings(known)
    assert read_settings({**known, "DEMO_MODE": "true"}).yearly_salt == "jwc-2025-salt"


def test_trusting_no_proxy_is_allowed() -> None:
    assert read_settings({"TRUSTED_PROXIES": "none"}).trusted_proxies == ()


def test_a_secret_is_not_repeated_in_an_error() -> None:
    for variable, value in (
        ("RATE_LIMIT_STORAGE", "http://user:hunter2@host"),
        ("STATS_SECRET", "hunter2 ß"),
    ):
        with pytest.raises(SettingError) as caught:
            read_settings({variable: value})
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "uri",
    [
        *("http://:hunter2@host", "postgres://host", "redis", "memory"),
        *("redis://:hunter2/@host", "redis+cluster://:hunter2@host:6379"),
    ],
)
def test_another_storage_is_refused_without_its_password(uri: str) -> None:
    with pytest.raises(SettingError, match=r"^RATE_LIMIT_STORAGE should be") as caught:
        read_settings({"RATE_LIMIT_STORAGE": uri})
    assert "hunter2" not in str(caught.value)
