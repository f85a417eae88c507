"""Keyed hashes in the place of what a client says of its user."""

import hmac

UUID_BYTES = 16


class Anonymiser:
    """HMAC-SHA256 under the yearly salt: without it, a hash can't be traced to a user id."""

    def __init__(self, salt: str) -> None:
        self._key = salt.encode()

    def visitor(self, anon: str) -> str:
        """Return the visitor's id: 128 bits of HMAC-SHA256(salt, anon) as 32 hex digits, a uuid."""
        return hmac.digest(self._key, anon.encode(), "sha256")[:UUID_BYTES].hex()

    def session(self, visitor: str, session_id: str) -> str:
        """Return the hash of a visitor's session id, of the same form as the visitor's own.

        Two visitors' equal ids have different hashes. NUL can't stand in a user id, so no user's
        hash is ever a session's.
        """
        message = f"\0session:{visitor}:{session_id}".encode()
        return hmac.digest(self._key, message, "sha256")[:UUID_BYTES].hex()

    def delivery(self, client_id: str | int) -> int:
        """Return 63 bits of a client's event id, which may name its user too."""
        kind = "n" if isinstance(client_id, int) else "s"
        digest = hmac.digest(self._key, f"id:{kind}:{client_id}".encode(), "sha256")
        return int.from_bytes(digest[:8]) >> 1

    def row(self, content: bytes) -> bytes:
        """Return a digest of a row of the old table, whose ids could be guessed otherwise."""
        return hmac.digest(self._key, b"\0row:" + content, "sha256")
