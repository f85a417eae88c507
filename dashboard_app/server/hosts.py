"""The host names that a dashboard without a password answers to.

A website can point its own name to 127.0.0.1 (DNS rebinding) and then read whatever answers there,
unless the server checks the name.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

POLICY_VIOLATION = 1008
REFUSAL = (
    "This dashboard has no password, so it only answers to localhost and IP addresses.\n"
    "To use another host name, set DASHBOARD_PASSWORD, or DASHBOARD_OPEN=true if a network or\n"
    "proxy admits only the right people.\n"
)


class LocalNames:
    """Refuses requests to any other host name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] == "lifespan" or is_local_name(Headers(scope=scope).get("host", "")):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            await PlainTextResponse(REFUSAL, 403)(scope, receive, send)


def is_local_name(host: str) -> bool:
    """Return whether a Host header is localhost or an IP address, which can't be rebound."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        if name == "localhost" or name.endswith(".localhost"):
            return True
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(address: str) -> bool:
    """Return whether an address can only be reached from this machine."""
    try:
        return address == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
