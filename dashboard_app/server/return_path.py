"""The way back from an OpenID provider to the view of a shared link.

After a login, Streamlit redirects to its first page. This keeps the address requested before the
login in a cookie, and redirects there instead.
"""

from __future__ import annotations

from http.cookies import SimpleCookie
from urllib.parse import quote, unquote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "telemetry_view"
VALID_SECONDS = 900  # time for the provider's forms
LONGEST_VIEW = 2000  # browsers keep cookies up to 4 KiB
NOT_PAGES = ("_stcore/", "static/", "media/", "component/", "auth/", "oauth2callback")


class ReturnPath:
    """Remembers the requested page, and redirects there after a login."""

    def __init__(self, app: ASGIApp, base_path: str) -> None:
        self._app = app
        self._base = f"/{base_path.strip('/')}/".replace("//", "/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; set the cookie or follow it."""
        if scope["type"] != "http" or not scope["path"].startswith(self._base):
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(self._base)
        is_page = "text/html" in Headers(scope=scope).get("accept", "")

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if path == "oauth2callback":
                    self._lead_back(scope, headers)
                elif is_page and message["status"] == 200 and not path.startswith(NOT_PAGES):
                    view = quote(path) + "?" + scope["query_string"].decode("latin-1")
                    headers.append("Set-Cookie", self._cookie(view[:LONGEST_VIEW], VALID_SECONDS))
            await send(message)

        await self._app(scope, receive, send_on)

    def _lead_back(self, scope: Scope, headers: MutableHeaders) -> None:
        # relative to our own path, so that a cookie can't lead to another host
        view = unquote(HTTPConnection(scope).cookies.get(COOKIE, "")).lstrip("/\\")
        if headers.get("location", "").rstrip("/") + "/" == self._base and view:
            headers["location"] = self._base + quote(view, safe="/?&=%+,.:~-_*'()!@$;")
            headers.append("Set-Cookie", self._cookie("", 0))

    def _cookie(self, view: str, seconds: int) -> str:
        cookie: SimpleCookie = SimpleCookie()
        cookie[COOKIE] = quote(view, safe="")
        cookie[COOKIE]["path"] = self._base
        cookie[COOKIE]["max-age"] = str(seconds)
        cookie[COOKIE]["httponly"] = True
        cookie[COOKIE]["samesite"] = "lax"
        return cookie[COOKIE].OutputString()
