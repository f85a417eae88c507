"""Our files next to Streamlit's: a page loads the script, the map finds its shapes."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import Message

from dashboard_app.charts.world import world_chart
from dashboard_app.server.own_files import LINK, SCRIPT, OwnFiles
from tests.dashboard_app.charts.frames import frame

PAGE = "<html><head></head><body>ü</body></html>"


def get(path: str, accept: str = "*/*") -> tuple[Headers, bytes]:
    """Return the headers and body of an answer; PAGE stands for Streamlit's answers."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    async def ask() -> None:
        headers = [(b"accept", accept.encode())]
        scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
        await OwnFiles(HTMLResponse(PAGE), "/base/")(scope, receive, send)

    # a separate thread: this one's event loop may be Playwright's
    with ThreadPoolExecutor(max_workers=1) as threads:
        threads.submit(asyncio.run, ask()).result()
    return Headers(raw=sent[0]["headers"]), b"".join(part.get("body", b"") for part in sent)


def test_a_page_loads_the_script_and_is_as_long_as_it_says() -> None:
    headers, body = get("/base/geography", accept="text/html")
    assert body.decode() == PAGE.replace("</head>", LINK.decode())
    assert int(headers["content-length"]) == len(body)
    assert get("/base/geography")[1].decode() == PAGE


def test_the_script_is_asked_for_again_with_each_page() -> None:
    headers, body = get(f"/base/static/{SCRIPT}")
    assert b"BACKEND_BASE_URL" in body
    assert headers["cache-control"] == "no-cache"
    assert get(f"/static/{SCRIPT}")[1].decode() == PAGE, "not below the base path"


def test_the_shapes_of_the_map_are_where_the_map_looks_for_them() -> None:
    spec = world_chart(frame("country name continent events visitors"), "visitors").to_dict()
    headers, body = get("/base" + spec["data"]["url"].removeprefix("."))
    assert spec["data"]["format"]["feature"] in json.loads(body)["objects"]
    assert "immutable" in headers["cache-control"]
