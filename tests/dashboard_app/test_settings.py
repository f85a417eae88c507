"""The dashboard's settings."""

from __future__ import annotations

import pytest

from dashboard_app.settings import SETTINGS, SettingError, window_days
from tests.dashboard_app.running import procfile_command


def test_the_window_is_that_of_the_api() -> None:
    assert window_days({}) == 7
    assert window_days({"STATS_WINDOW_DAYS": ""}) == 7
    assert window_days({"STATS_WINDOW_DAYS": "3660"}) == 3660


@pytest.mark.parametrize("value", ["0", "3661", "-1", "1.5", "week", "٧"])
def test_a_bad_window_is_named_with_what_it_should_be(value: str) -> None:
    with pytest.raises(SettingError, match=r"^STATS_WINDOW_DAYS should be .* from 1 to 3660"):
        window_days({"STATS_WINDOW_DAYS": value})


def test_the_command_in_the_procfile_has_the_documented_defaults() -> None:
    command = procfile_command("dashboard")
    defaults = {setting.variable: setting.default for setting in SETTINGS}
    for variable in ("DASHBOARD_PORT", "DASHBOARD_HOST", "DASHBOARD_BASE_PATH"):
        assert f"${{{variable}:-{defaults[variable]}}}" in command
