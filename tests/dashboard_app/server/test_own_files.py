"""The files of ours beside Streamlit's: a page loads the script, the map finds its shapes."""

from __future__ import annotations

import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard_app.charts.world import world_chart
from dashboard_app.server.own_files import LINK, SCRIPT, OwnFiles
from tests.dashboard_app.charts.frames import frame

PAGE = "<html><head></head><body>ü</body></html>"


def page(_: Request) -> Response:
    return HTMLResponse(PAGE)


CLIENT = TestClient(OwnFiles(Starlette(routes=[Route("/base/geography", page)]), "/base/"))


def test_a_page_loads_the_script_and_is_as_long_as_it_says() -> None:
    answer = CLIENT.get("/base/geography", headers={"Accept": "text/html"})
    assert answer.text == PAGE.replace("</head>", LINK.decode())
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert CLIENT.get("/base/geography", headers={"Accept": "*/*"}).text == PAGE


def test_the_script_is_asked_for_again_with_each_page() -> None:
    assert CLIENT.get(f"/base/static/{SCRIPT}").headers["cache-control"] == "no-cache"
    assert CLIENT.get(f"/static/{SCRIPT}").status_code == 404


def test_the_shapes_of_the_map_are_where_the_map_looks_for_them() -> None:
    spec = world_chart(frame("country name continent events visitors"), "visitors").to_dict()
    answer = CLIENT.get("/base" + spec["data"]["url"].removeprefix("."))
    assert spec["data"]["format"]["feature"] in json.loads(answer.content)["objects"]
    assert "immutable" in answer.headers["cache-control"]
