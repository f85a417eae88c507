"""What a browser shows to be let in again: an expiry, signed with a key made from the password."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable

VALID_SECONDS = 7 * 24 * 3600


class Tickets:
    """Makes and checks tickets. Another password makes another key: old tickets end with it.

    The key takes scrypt, so that a stolen ticket is a poor means to guess the password with.
    """

    def __init__(self, password: str, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._key = hashlib.scrypt(
            password.encode(), salt=b"minigem telemetry dashboard", n=2**14, r=8, p=1, dklen=32
        )

    def issue(self) -> str:
        """Return a ticket that is valid from now on."""
        expires = str(int(self._clock()) + VALID_SECONDS)
        return f"{expires}.{self._signature(expires)}"

    def is_valid(self, ticket: str) -> bool:
        """Return whether a ticket is one of ours, and still good."""
        expires, _, signature = ticket.partition(".")
        expected = self._signature(expires)
        return hmac.compare_digest(signature.encode(), expected.encode()) and (
            self._clock() < int(expires)
        )

    def _signature(self, expires: str) -> str:
        return hmac.new(self._key, expires.encode(), hashlib.sha256).hexdigest()
