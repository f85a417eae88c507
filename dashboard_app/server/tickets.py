"""Login tickets: an expiry time, signed with a key derived from the password."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable

VALID_SECONDS = 7 * 24 * 3600


class Tickets:
    """Issues and checks tickets. A new password means a new key, which invalidates old tickets.

    The key is derived with scrypt, so a stolen ticket is of little use for guessing the password.
    """

    def __init__(self, password: str, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._key = hashlib.scrypt(
            password.encode(), salt=b"minigem telemetry dashboard", n=2**14, r=8, p=1, dklen=32
        )

    def issue(self) -> str:
        """Return a new ticket, valid for VALID_SECONDS."""
        expires = str(int(self._clock()) + VALID_SECONDS)
        return f"{expires}.{self._signature(expires)}"

    def is_valid(self, ticket: str) -> bool:
        """Return whether a ticket has a valid signature and is not expired."""
        expires, _, signature = ticket.partition(".")
        expected = self._signature(expires)
        return hmac.compare_digest(signature.encode(), expected.encode()) and (
            self._clock() < int(expires)
        )

    def _signature(self, expires: str) -> str:
        return hmac.new(self._key, expires.encode(), hashlib.sha256).hexdigest()
