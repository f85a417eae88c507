"""Streamlit's own files: from memory, packed once, and asked for before they are missed.

Streamlit reads each file anew for each reader, unpacked, and a browser learns of the parts that
draw a chart only when the first one is to be drawn. Both together take longer than all queries.
"""

from __future__ import annotations

import gzip
import mimetypes
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard_app.charts.world import shapes_name, shapes_of_world

FOLDER: Final = Path(streamlit.__file__).parent / "static"
# the parts that every page draws; what they import follows from their text
PARTS: Final = (
    "ArrowVegaLiteChart", "Metric", "loadVegaEmbed", "ButtonGroup", "DateInput", "Checkbox",
    "Multiselect", "Selectbox", "Button", "remark-emoji",
)  # fmt: skip
ICONS: Final = "MaterialSymbols-Rounded"
IMPORTED: Final = re.compile(r"""(?:from|import)\s*["']\./([^"']+\.js)["']""")
# where the server is, and what else Streamlit's page would ask it before it connects; without this
# it looks for the server below the path of the page at first, and fails
BACKEND: Final = "js/backend.js"
BACKEND_TEXT: Final = b"""window.__streamlit = {
  BACKEND_BASE_URL: new URL("../..", document.currentScript.src).href,
  HOST_CONFIG: {allowedOrigins: [location.origin], useExternalAuthToken: false},
};
"""
# ours beside Streamlit's
OWN: Final = {BACKEND: BACKEND_TEXT, shapes_name(): shapes_of_world()}
LASTING: Final = "public, immutable, max-age=31536000"
FEWEST_BYTES: Final = 500
PACKED: Final = (".js", ".css", ".json", ".svg")
LEVEL: Final = 6


class Assets:
    """Answers for `static/` below the base path, and tells pages what they are going to need."""

    def __init__(self, app: ASGIApp, base_path: str = "") -> None:
        self._app = app
        base = base_path.strip("/")
        self._start = f"/{base}/static/" if base else "/static/"
        self._names = frozenset(
            path.relative_to(FOLDER / "static").as_posix()
            for path in (FOLDER / "static").rglob("*")
            if path.is_file()
        ) | set(OWN)
        self._links = links().encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        name = scope["path"].removeprefix(self._start)
        headers = Headers(scope=scope)
        if name in self._names:
            packs = "gzip" in headers.get("accept-encoding", "") and "range" not in headers
            await answer(name, packs=packs)(scope, receive, send)
        elif scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
            plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
            await self._app({**scope, "headers": plain}, receive, self._linking(send))
        else:
            await self._app(scope, receive, send)

    def _linking(self, send: Send) -> Send:
        """Return a way to send that adds the links to a page."""
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
                    page = page.replace(b"</head>", self._links + b"</head>", 1)
                    MutableHeaders(scope=start)["content-length"] = str(len(page))
                    await send(start)
                    await send({"type": "http.response.body", "body": page})

        return send_linked


def is_page(start: Message) -> bool:
    """Return whether an answer is a page."""
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return bool(start["status"] == 200 and kind.startswith("text/html"))


def answer(name: str, *, packs: bool) -> Response:
    """Return a file of the folder `static`, packed where that makes it smaller."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    whole, packed = contents(name)
    lasting = name != BACKEND  # the others have a digest in their names
    headers = {"Cache-Control": LASTING if lasting else "no-cache"}
    if packed is None:
        return Response(whole, media_type=kind, headers=headers)
    headers["Vary"] = "Accept-Encoding"
    if packs:
        headers["Content-Encoding"] = "gzip"
    return Response(packed if packs else whole, media_type=kind, headers=headers)


@cache
def contents(name: str) -> tuple[bytes, bytes | None]:
    """Return what is in a file, and the same packed: None where that would not help."""
    whole = OWN.get(name) or (FOLDER / "static" / name).read_bytes()
    if len(whole) < FEWEST_BYTES or not name.endswith(PACKED):
        return whole, None
    return whole, gzip.compress(whole, LEVEL, mtime=0)


def pack() -> None:
    """Have in memory what the first reader is going to ask for."""
    for name in {*imported(named("index")), *needed()}:
        contents(name)


def links() -> str:
    """Return what has a browser find the server, and load what a page is going to need."""
    known = (FOLDER / "index.html").read_text()
    modules = (name for name in needed() if name not in known)
    fonts = (f"media/{path.name}" for path in (FOLDER / "static" / "media").glob(f"{ICONS}.*"))
    # of low priority: not before what Streamlit's page itself asks for
    return "".join(
        (
            f'<script src="./static/{BACKEND}"></script>',
            *(link("modulepreload", name) for name in modules),
            *(link("preload", name, 'as="font" crossorigin') for name in fonts),
        )
    )


def link(relation: str, name: str, more: str = "") -> str:
    """Return a link to a file of the folder `static`."""
    return f'<link rel="{relation}" href="./static/{name}" fetchpriority="low" {more}>'


@cache
def needed() -> tuple[str, ...]:
    """Return the scripts that draw the parts of a page."""
    return imported(name for part in PARTS for name in named(part))


def named(part: str) -> list[str]:
    """Return the scripts of a name: behind it comes a digest."""
    found = (FOLDER / "static" / "js").glob(f"{part}.*.js")
    return sorted(f"js/{path.name}" for path in found)


def imported(names: Iterable[str]) -> tuple[str, ...]:
    """Return scripts and all that they import, and these in turn."""
    found: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            text = (FOLDER / "static" / name).read_text()
            waiting += [f"js/{other}" for other in IMPORTED.findall(text)]
    return tuple(found)
