"""A reader who leaves at any moment causes no traceback; other failures do."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from dashboard_app.server.leaving import Leaving


async def close_twice(scope: Scope, receive: Receive, send: Send) -> None:
    """Fail as Streamlit does when its reader has left."""
    socket = WebSocket(scope, receive, send)
    await socket.accept()
    await socket.close()
    await socket.close()


async def fail(scope: Scope, receive: Receive, send: Send) -> None:
    """Fail for an unrelated reason."""
    await WebSocket(scope, receive, send).accept()
    raise RuntimeError("broken")


def answer_of(app: ASGIApp) -> list[str]:
    """Return the types of messages that an application sends to a client."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    async def connect() -> None:
        await app({"type": "websocket"}, receive, send)

    # A separate thread: this one's event loop may be Playwright's.
    with ThreadPoolExecutor(max_workers=1) as threads:
        threads.submit(asyncio.run, connect()).result()
    return [message["type"] for message in sent]


def test_a_socket_that_is_closed_already_ends_quietly() -> None:
    assert answer_of(Leaving(close_twice)) == ["websocket.accept", "websocket.close"]


def test_any_other_failure_is_logged() -> None:
    with pytest.raises(RuntimeError, match="broken"):
        answer_of(Leaving(fail))
