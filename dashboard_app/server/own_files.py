"""Two extra files: a script with the server's address, and the map's shapes.

Without the script, a page opened by its own address first looks for the server below that address,
and that request fails.
"""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard_app.charts.world import shapes_name, shapes_of_world

SCRIPT: Final = "backend.js"
SCRIPT_TEXT: Final = b"""window.__streamlit = {
  BACKEND_BASE_URL: new URL("..", document.currentScript.src).href,
  HOST_CONFIG: {allowedOrigins: [location.origin], useExternalAuthToken: false},
};
"""
LINK: Final = f'<script src="./static/{SCRIPT}"></script></head>'.encode()
LASTING: Final = "public, immutable, max-age=31536000"


class OwnFiles:
    """Serves the two files below `static/`, and adds the script to each page."""

    def __init__(self, app: ASGIApp, base_path: str = "") -> None:
        self._app = app
        start = f"/{base_path.strip('/')}/static/".replace("//", "/")
        self._answers = {
            f"{start}{SCRIPT}": Response(
                SCRIPT_TEXT, media_type="text/javascript", headers={"Cache-Control": "no-cache"}
            ),
            # its name includes a digest
            f"{start}{shapes_name()}": Response(
                shapes_of_world(),
                media_type="application/json",
                headers={"Cache-Control": LASTING},
            ),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            if answer := self._answers.get(scope["path"]):
                await answer(scope, receive, send)
                return
            if scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", ""):
                plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
                scope, send = {**scope, "headers": plain}, linking(send)
        await self._app(scope, receive, send)


def linking(send: Send) -> Send:
    """Return a `send` that adds the script to a page."""
    start: Message | None = None
    page = b""

    async def send_linked(message: Message) -> None:
        nonlocal start, page
        if message["type"] == "http.response.start" and is_page(message):
            start = message
        elif start is None:
            await send(message)
        else:
            page += message.get("body", b"")
            if not message.get("more_body", False):
                page = page.replace(b"</head>", LINK, 1)
                MutableHeaders(scope=start)["content-length"] = str(len(page))
                await send(start)
                await send({"type": "http.response.body", "body": page})

    return send_linked


def is_page(start: Message) -> bool:
    """Return whether a response is a page."""
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return bool(start["status"] == 200 and kind.startswith("text/html"))
