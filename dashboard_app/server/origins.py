"""Which pages may open the dashboard's WebSocket: its own.

Streamlit, too, refuses those of other origins, but asks another host first for the address of this
one, to compare it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

POLICY_VIOLATION = 1008
# pages of the reader's own machine, whatever a proxy there calls us: as Streamlit has it
THIS_MACHINE = ("localhost", "127.0.0.1")


class OwnOrigin:
    """Refuses WebSockets that a page of another origin opens."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the socket, or pass on."""
        origin = Headers(scope=scope).get("origin") if scope["type"] == "websocket" else None
        if origin is not None:
            if not is_own(origin, Headers(scope=scope)):
                await send({"type": "websocket.close", "code": POLICY_VIOLATION})
                return
            # Streamlit compares them again, and knows nothing of what a proxy forwards
            scope = {**scope, "headers": list(scope["headers"])}
            MutableHeaders(scope=scope)["host"] = urlsplit(origin).netloc
        await self._app(scope, receive, send)


def is_own(origin: str, headers: Headers) -> bool:
    """Return whether an Origin is the address that the dashboard is called by.

    What a proxy says of that counts, since no page can make a browser send it.
    """
    try:
        address = urlsplit(origin)
        name = address.hostname
    except ValueError:
        return False
    forwarded = headers.get("x-forwarded-host", "").partition(",")[0].strip()
    called = (headers.get("host", "").lower(), forwarded.lower())
    return name in THIS_MACHINE or (bool(name) and address.netloc.lower() in called)
