"""The colours can be told apart, and are the same in the charts and around them."""

from __future__ import annotations

import tomllib
from itertools import pairwise

import pytest

from dashboard_app import theme
from tests.dashboard_app.running import ROOT

# Streamlit's backgrounds
LIGHT, DARK = "#ffffff", "#0e1117"
CONFIG = tomllib.loads((ROOT / "dashboard_app/.streamlit/config.toml").read_text())


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    "colour", [theme.EVENTS, theme.VISITORS, theme.RUNS, theme.ERRORS, theme.NEUTRAL]
)
@pytest.mark.parametrize("background", [LIGHT, DARK])
def test_each_thing_stands_out_in_the_light_and_in_the_dark(colour: str, background: str) -> None:
    assert contrast(colour, background) >= 3


def test_things_with_an_order_get_lighter_step_by_step() -> None:
    shades = [luminance(colour) for colour in theme.ORDERED]
    assert all(later > 1.3 * earlier for earlier, later in pairwise(shades))


def test_the_elements_of_streamlit_have_the_colours_of_the_charts() -> None:
    colours = CONFIG["theme"]
    assert colours["blueColor"] == theme.EVENTS
    assert colours["orangeColor"] == theme.VISITORS
    assert colours["greenColor"] == theme.RUNS
    assert colours["redColor"] == theme.ERRORS
    assert colours["grayColor"] == theme.NEUTRAL


def test_no_usage_statistics_are_sent() -> None:
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["server"]["address"] == "127.0.0.1"
