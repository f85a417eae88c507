"""The activity page, without a browser."""

from __future__ import annotations

from tests.dashboard_app.conftest import RunApp


def test_each_chart_has_a_title_and_hours_name_their_zone(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, page="activity", period="28d", country="Germany")
    assert not app.exception
    titles = [str(heading.value) for heading in app.main.subheader]
    assert len(titles) == len(app.get("vega_lite_chart")) == 8
    assert not any(title.endswith("?") for title in titles)
    hours = [caption.value for caption in app.caption if "in that hour" in caption.value]
    assert len(hours) == 2
    assert all("UTC" in caption for caption in hours)


def test_hours_can_be_of_events(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, page="activity", count="Events")
    assert "Events by hour of day" in [h.value for h in app.main.subheader]
