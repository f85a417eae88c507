"""The one shape of every error: `{"error": code, "message": what to do}`."""

from __future__ import annotations

from typing import Any

from ingest_api.events.contract import ERROR_CODES


class RequestError(Exception):
    """A request that can't be answered with 200.

    `code` is a word of `ERROR_CODES`; `headers` go into the answer's headers and `details` beside
    the code and the message.
    """

    def __init__(
        self, status: int, code: str, *, headers: dict[str, str] | None = None, **details: Any
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.headers = headers or {}
        self.details = details

    def body(self) -> dict[str, Any]:
        """Return what the answer's body says."""
        return {"error": self.code, "message": ERROR_CODES[self.code], **self.details}
