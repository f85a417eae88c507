"""The charts of how releases spread, and of old versions."""

from __future__ import annotations

from dashboard_app.charts.versions import OLDEST_HOSTS_TITLE, oldest_chart, uptake_chart
from dashboard_app.formats import NARROW_SPACE
from tests.dashboard_app.charts.frames import frame, rows_of

UPTAKE = "version first_day days reached share"
OLDEST = "value visitors events first_day last_day"


def test_a_release_shows_its_days_or_its_reach() -> None:
    some = frame(
        UPTAKE, ("1.2.0", "2026-03-05", 3, False, 0.4), ("1.1.0", "2026-03-01", 1, True, 0.9)
    )
    spec = uptake_chart(some).to_dict()
    texts = {row["version"]: row["text"] for row in rows_of(spec)}
    assert texts == {"1.2.0": f"40{NARROW_SPACE}% after 3 days", "1.1.0": "1 day"}
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["1.2.0", "1.1.0"]
    assert rows_of(uptake_chart(frame(UPTAKE)).to_dict()) == []


def test_the_oldest_version_is_on_top_and_what_is_not_chosen_is_paler() -> None:
    days = ("2026-03-01", "2026-03-02")
    some = frame(OLDEST, ("1.10.0", 5, 9, *days), ("1.9.0", 2, 3, *days))
    spec = oldest_chart(some, ("1.9.0",)).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["1.9.0", "1.10.0"]
    assert {row["value"]: row["paler"] for row in rows_of(spec)} == {"1.9.0": False, "1.10.0": True}
    assert oldest_chart(some, of_host=True).to_dict()["title"]["text"] == OLDEST_HOSTS_TITLE
    assert rows_of(oldest_chart(frame(OLDEST)).to_dict()) == []
