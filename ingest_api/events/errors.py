"""The shape of every error: `{"error": code, "message": what to do}`."""

from __future__ import annotations

from typing import Any

from ingest_api.events.contract import ERROR_CODES


class RequestError(Exception):
    """A request that can't be answered with 200.

    `code` is one of `ERROR_CODES`. `headers` are added to the answer's headers, and `details` to
    its body.
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
        """Return the answer's body."""
        return {"error": self.code, "message": ERROR_CODES[self.code], **self.details}
