"""Streamlit's own files: whole or packed they are the same, and a page names what it needs."""

from __future__ import annotations

import gzip
import json
import re

from dashboard_app.charts.world import world_chart
from dashboard_app.server import assets
from tests.dashboard_app.charts.frames import frame

CHART = assets.named("ArrowVegaLiteChart")[0]


def test_every_part_that_is_loaded_early_exists() -> None:
    for part in assets.PARTS:
        assert len(assets.named(part)) == 1, f"Streamlit has no script {part} any more"


def test_what_a_script_imports_is_loaded_early_too() -> None:
    needed = assets.needed()
    (drawing,) = assets.named("embed")
    assert CHART in needed
    assert drawing in needed, "it draws, and is imported by what embeds it"
    text = (assets.FOLDER / "static" / CHART).read_text()
    assert {f"js/{name}" for name in assets.IMPORTED.findall(text)} <= set(needed)


def test_nothing_is_linked_that_the_page_links_itself_or_that_is_not_there() -> None:
    page = (assets.FOLDER / "index.html").read_text()
    linked = re.findall(r'(?:href|src)="\./static/([^"]+)"', assets.links())
    assert len(linked) > len(assets.PARTS)
    assert len(set(linked)) == len(linked)
    for name in linked:
        assert name not in page
        assert name in assets.OWN or (assets.FOLDER / "static" / name).is_file()


def test_packed_it_is_the_same_file_and_smaller() -> None:
    whole = (assets.FOLDER / "static" / CHART).read_bytes()
    packed = bytes(assets.answer(CHART, packs=True).body)
    assert gzip.decompress(packed) == whole == bytes(assets.answer(CHART, packs=False).body)
    assert len(packed) < len(whole) / 2


def test_only_names_with_a_digest_are_kept_without_asking_again() -> None:
    assert "immutable" in assets.answer(CHART, packs=True).headers["cache-control"]
    assert assets.answer(assets.BACKEND, packs=True).headers["cache-control"] == "no-cache"


def test_the_shapes_of_the_map_are_where_the_map_looks_for_them() -> None:
    spec = world_chart(frame("country name continent events visitors"), "visitors").to_dict()
    name = spec["data"]["url"].removeprefix("./static/")
    shapes = json.loads(bytes(assets.answer(name, packs=False).body))
    assert spec["data"]["format"]["feature"] in shapes["objects"]
    assert "immutable" in assets.answer(name, packs=True).headers["cache-control"]
