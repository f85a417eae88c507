"""Find the client's address, and the bucket in which its requests are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from ingest_api.networks import Networks, read_address, show_address

# IANA's special-purpose registries, without the documentation networks: those are never routed, and
# examples that use them should work.
NOT_PUBLIC: Final = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    *("172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3"),
    # everything outside 2000::/3, and within it the networks for tunnels and tests
    *("::/3", "4000::/2", "8000::/1", "2001::/23", "2002::/16"),
)
SINGLE_HEADERS: Final = ("HTTP_CF_CONNECTING_IP", "HTTP_X_REAL_IP")
# how many entries of X-Forwarded-For are read, from the right
MOST_HOPS: Final = 32
LOOPBACK: Final = bytes((127, 0, 0, 1))
NO_ADDRESS: Final = bytes(4)


class Proxies:
    """The peers whose headers on a client's address and country are trusted.

    No address is remembered: without a proxy, the peers are the clients.
    """

    def __init__(
        self,
        trusted: Iterable[str],
        note_ignored: Callable[[bytes, Mapping[str, Any]], object] = lambda *_: None,
    ) -> None:
        """Take addresses and networks, and a callback for requests of other peers.

        Raises ValueError, which names the invalid entry.
        """
        listed = tuple(trusted)
        self._note_ignored = note_ignored
        self._trusted = Networks(listed)
        self._not_clients = Networks((*NOT_PUBLIC, *listed))

    def trusts(self, peer: str) -> bool:
        """Return whether a peer is trusted. A peer on a Unix socket always is."""
        address = read_address(peer)
        return address in self._trusted if address else _is_unix_socket(peer)

    def client_address(self, environ: Mapping[str, Any]) -> str:
        """Return the address of a WSGI request's client, in its canonical form.

        That is the peer (`REMOTE_ADDR`) unless it is trusted. Otherwise, it is the first public
        address that is not a trusted proxy's, in `CF-Connecting-IP`, `X-Real-IP`, then
        `X-Forwarded-For` from the right; without one, it is the peer. A Unix socket's peer counts
        as `127.0.0.1`, an unreadable one as `0.0.0.0`.
        """
        text = environ.get("REMOTE_ADDR", "")
        peer = read_address(text)
        if peer is None:
            if not _is_unix_socket(text):
                return show_address(NO_ADDRESS)
            peer = LOOPBACK
        elif peer not in self._trusted:
            self._note_ignored(peer, environ)
            return show_address(peer)
        return show_address(self._forwarded(environ) or peer)

    def _forwarded(self, environ: Mapping[str, Any]) -> bytes | None:
        for header in SINGLE_HEADERS:
            if (text := environ.get(header)) and (address := self._client(text)):
                return address
        if hops := environ.get("HTTP_X_FORWARDED_FOR"):
            for text in reversed(hops.rsplit(",", MOST_HOPS)):
                if address := self._client(text):
                    return address
        return None

    def _client(self, text: str) -> bytes | None:
        address = read_address(text)
        return None if address is None or address in self._not_clients else address


def bucket(address: str) -> str:
    """Return the name that a client's requests are counted under: its IPv4 address or IPv6 /64.

    A single client usually has a full /64. Raises ValueError if `address` is not an address.
    """
    if ":" not in address:
        return address
    packed = read_address(address)
    if packed is None:
        raise ValueError("not an address such as client_address returns")  # which is never logged
    if len(packed) == 4:
        return show_address(packed)
    return show_address(packed[:8] + bytes(8)) + "/64"


def _is_unix_socket(peer: str) -> bool:
    # servers differ in how they name such a peer; Waitress calls it localhost
    return peer in ("", "localhost") or peer.startswith(("unix", "/", "@"))
