"""The password of the dashboard.

It is checked in front of Streamlit's server: without a ticket there is no page, file or WebSocket,
so no session starts and no data is read. The form is shown at the requested address and leads back
to it, so a shared link opens its view.
"""

from __future__ import annotations

import hashlib
import hmac
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qs, quote

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard_app.server.throttle import WINDOW_MINUTES, Throttle
from dashboard_app.server.tickets import VALID_SECONDS, Tickets

COOKIE = "telemetry_access"
LONGEST_FORM_BYTES = 4096
POLICY_VIOLATION = 1008
FORM = Template((Path(__file__).parent / "login.html").read_text())
WRONG = "Wrong password."
TOO_MANY = f"Too many wrong passwords. Try again in {WINDOW_MINUTES} minutes."


class PasswordGate:
    """Admits requests with the password or a valid ticket."""

    def __init__(self, app: ASGIApp, password: str, base_path: str) -> None:
        self._app = app
        self._digest = _digest(password)
        self._tickets = Tickets(password)
        self._throttle = Throttle()
        self._cookie_path = f"/{base_path.strip('/')}"
        self._open = {f"{self._cookie_path.rstrip('/')}/_stcore/health"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] == "lifespan" or scope["path"] in self._open or self._is_in(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            answer = await self._ask(Request(scope, receive))
            await answer(scope, receive, send)

    def _is_in(self, scope: Scope) -> bool:
        return self._tickets.is_valid(HTTPConnection(scope).cookies.get(COOKIE, ""))

    async def _ask(self, request: Request) -> Response:
        """Answer a request without a ticket."""
        if request.method == "POST":
            return await self._check(request)
        if request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", ""):
            return _form("")
        return PlainTextResponse("The dashboard requires a password.\n", 401)

    async def _check(self, request: Request) -> Response:
        address = request.client.host if request.client else ""
        given = await _password(request)
        # no await between the check and the count, or concurrent requests would bypass the limit
        if not self._throttle.allows(address):
            return _form(TOO_MANY, 429, {"Retry-After": str(WINDOW_MINUTES * 60)})
        if given is None or not hmac.compare_digest(_digest(given), self._digest):
            self._throttle.failed(address)
            return _form(WRONG)
        # 303: the browser follows with a GET
        answer = RedirectResponse(_same_place(request), 303)
        answer.set_cookie(
            COOKIE,
            self._tickets.issue(),
            max_age=VALID_SECONDS,
            path=self._cookie_path,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
        return answer


def _form(message: str, status: int = 401, headers: dict[str, str] | None = None) -> Response:
    text = FORM.substitute(message=escape(message))
    return HTMLResponse(text, status, {"Cache-Control": "no-store", **(headers or {})})


def _digest(password: str) -> bytes:
    """Return a digest to compare, of the same length for every password."""
    return hashlib.sha256(password.encode(errors="surrogatepass")).digest()


async def _password(request: Request) -> str | None:
    """Return the password in a form, None if there is none."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM_BYTES:
            return None
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True)
    except (UnicodeDecodeError, ValueError):
        return None
    return fields.get("password", [None])[0]


def _same_place(request: Request) -> str:
    """Return the requested address, relative, so that it can't lead to another host."""
    last = quote(request.scope["path"].rpartition("/")[2])
    query = request.scope["query_string"].decode("latin-1")
    return f"./{last}?{query}" if query else f"./{last}"
