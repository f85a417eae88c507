"""Readers who leave while Streamlit says goodbye: nothing that an operator has to read of."""

from __future__ import annotations

import logging

from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnected

logger = logging.getLogger(__name__)


class Leaving:
    """Ends a socket quietly that its reader has closed already.

    Streamlit then reads from it once more, or closes it again, which would log a traceback for
    each reader who leaves early: this stays until it answers for that itself.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        try:
            await self._app(scope, receive, send)
        except WebSocketDisconnected as error:
            logger.debug("a reader left: %s", error)
