"""The names under which a dashboard that asks for no password may be called.

A page of the web can give its own name the address 127.0.0.1 (DNS rebinding) and then reads
whatever answers there, unless that looks at the name.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

POLICY_VIOLATION = 1008
REFUSAL = (
    "This dashboard asks for no password, so it answers as localhost or by its address only.\n"
    "To show it under a name, set DASHBOARD_PASSWORD; or DASHBOARD_OPEN=true where\n"
    "something else before it lets only the right people through.\n"
)


class LocalNames:
    """Refuses requests for any other name."""

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
    """Return whether a Host header is localhost or an address, which can't be rebound."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        if name == "localhost" or name.endswith(".localhost"):
            return True
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(address: str) -> bool:
    """Return whether only this machine can reach what listens on an address."""
    try:
        return address == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
