"""Readers who disconnect while Streamlit closes the socket: nothing to log as an error."""

from __future__ import annotations

import logging

from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnected

logger = logging.getLogger(__name__)


class Leaving:
    """Quietly ends a socket that its reader has already closed.

    Streamlit then reads from it or closes it once more, which would log a traceback for each reader
    who leaves early. Remove this when Streamlit handles it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        try:
            await self._app(scope, receive, send)
        except WebSocketDisconnected as error:
            logger.debug("a reader left: %s", error)
