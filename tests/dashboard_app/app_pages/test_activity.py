"""The activity, without a browser."""

from __future__ import annotations

from tests.dashboard_app.conftest import RunApp


def test_each_chart_has_a_title_and_hours_name_their_zone(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, page="activity", period="28d", country="Germany")
    assert not app.exception
    questions = [str(heading.value) for heading in app.main.subheader]
    assert len(questions) == len(app.get("vega_lite_chart")) == 8
    assert all(question.endswith("?") for question in questions)
    hours = [caption.value for caption in app.caption if "hour of the day" in caption.value]
    assert all("UTC" in reading for reading in hours)


def test_hours_can_be_of_events(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, page="activity", count="Events")
    assert "At what time of the day is it used?" in [h.value for h in app.main.subheader]
