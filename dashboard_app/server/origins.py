"""Only the dashboard's own pages may open its WebSocket.

Streamlit also refuses other origins, but first asks another host for this machine's public address
to compare.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

POLICY_VIOLATION = 1008
# pages on the reader's own machine, whatever name a proxy there uses; Streamlit allows them too
THIS_MACHINE = ("localhost", "127.0.0.1")


class OwnOrigin:
    """Refuses WebSockets opened by pages of another origin."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the socket, or pass on."""
        origin = Headers(scope=scope).get("origin") if scope["type"] == "websocket" else None
        if origin is not None:
            if not is_own(origin, Headers(scope=scope)):
                await send({"type": "websocket.close", "code": POLICY_VIOLATION})
                return
            # Streamlit compares again, and ignores X-Forwarded-Host
            scope = {**scope, "headers": list(scope["headers"])}
            MutableHeaders(scope=scope)["host"] = urlsplit(origin).netloc
        await self._app(scope, receive, send)


def is_own(origin: str, headers: Headers) -> bool:
    """Return whether an Origin is the dashboard's own address.

    X-Forwarded-Host counts too, since no page can make a browser send it.
    """
    try:
        address = urlsplit(origin)
        name = address.hostname
    except ValueError:
        return False
    forwarded = headers.get("x-forwarded-host", "").partition(",")[0].strip()
    called = (headers.get("host", "").lower(), forwarded.lower())
    return name in THIS_MACHINE or (bool(name) and address.netloc.lower() in called)
