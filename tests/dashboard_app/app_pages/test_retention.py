"""The retention page, without a browser."""

from __future__ import annotations

import json

from tests.dashboard_app.conftest import RunApp


def test_cohorts_and_curves_are_drawn(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, "retention")
    assert not app.exception
    assert app.title[0].value == "Retention"
    assert [heading.value for heading in app.main.subheader] == [
        "Weekly retention",
        "Retention by application version",
    ]
    assert len(app.get("vega_lite_chart")) == 2
    assert any("at least 12" in caption.value for caption in app.caption)


def test_curves_can_be_by_country(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, "retention", by="Country")
    spec = json.loads(app.get("vega_lite_chart")[1].proto.spec)
    assert "Germany" in spec["layer"][0]["encoding"]["color"]["scale"]["domain"]


def test_weeks_without_new_visitors_show_a_message(run_app: RunApp, filled: str) -> None:
    # all of the sample's visitors were new some weeks ago, none of them with this version
    app = run_app(filled, "retention", version="nobody has it", period="28d")
    assert not app.exception
    assert not app.get("vega_lite_chart")
    assert app.info
