"""The client's address, and the bucket in which its requests are counted.

Addresses are handled as bytes in network order (4 or 16): that is several times faster than
`ipaddress`, which also remembers the addresses that it was asked about.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

DEFAULT_TRUSTED_PROXIES: Final = ("127.0.0.0/8", "::1")
# IANA's special-purpose registries. The documentation networks are left out: nobody routes them,
# and examples that use them should work.
NOT_PUBLIC: Final = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    *("172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3"),
    # all but 2000::/3, and of that what tunnels and tests use
    *("::/3", "4000::/2", "8000::/1", "2001::/23", "2002::/16"),
)
SINGLE_HEADERS: Final = ("HTTP_CF_CONNECTING_IP", "HTTP_X_REAL_IP")
# of X-Forwarded-For, from the right: a longer list is not read to its end
MOST_HOPS: Final = 32
WITH_PORT: Final = re.compile(r"\[([^\[\]]+)\](?::[0-9]{1,5})?|([^:]+):[0-9]{1,5}")
MAPPED_IPV4: Final = bytes(10) + b"\xff\xff"
LOOPBACK: Final = bytes((127, 0, 0, 1))
NO_ADDRESS: Final = bytes(4)


class Networks:
    """A set of networks that tells fast whether an address is in one of them."""

    def __init__(self, networks: Iterable[str]) -> None:
        """Raises ValueError naming the entry that is neither an address nor a network."""
        masks: dict[int, dict[int, set[int]]] = {4: {}, 16: {}}
        for text in networks:
            network = _read_network(text)
            of_length = masks[network.max_prefixlen // 8]
            of_length.setdefault(int(network.netmask), set()).add(int(network.network_address))
        self._masks = {length: tuple(found.items()) for length, found in masks.items()}

    def __contains__(self, address: bytes) -> bool:
        number = int.from_bytes(address, "big")
        for mask, networks in self._masks[len(address)]:  # noqa: SIM110  any() is slower
            if number & mask in networks:
                return True
        return False


class Proxies:
    """The peers whose word on a client's address and country counts.

    No address is remembered: without a proxy, the peers are the clients.
    """

    def __init__(
        self,
        trusted: Iterable[str],
        note_ignored: Callable[[bytes, Mapping[str, Any]], object] = lambda *_: None,
    ) -> None:
        """Take addresses and networks, and what gets the requests of other peers.

        Raises ValueError naming the entry that is neither.
        """
        listed = tuple(trusted)
        self._note_ignored = note_ignored
        self._trusted = Networks(listed)
        self._not_clients = Networks((*NOT_PUBLIC, *listed))

    def trusts(self, peer: str) -> bool:
        """Return whether a peer is trusted; one on a Unix socket always is."""
        address = read_address(peer)
        return address in self._trusted if address else _is_unix_socket(peer)

    def client_address(self, environ: Mapping[str, Any]) -> str:
        """Return the address of a WSGI request's client, in its canonical form.

        That is the peer (`REMOTE_ADDR`) unless it is trusted. Then it is the first public address
        that is not a trusted proxy's of `CF-Connecting-IP`, `X-Real-IP`, and `X-Forwarded-For` from
        the right; the peer, where there is none. A Unix socket's peer is `127.0.0.1`, and one that
        can't be read `0.0.0.0`.
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
    """Return what a client's requests are counted under: its IPv4 address or IPv6 /64 network.

    One client commonly has a whole /64. Raises ValueError for what is not an address.
    """
    if ":" not in address:
        return address
    packed = read_address(address)
    if packed is None:
        raise ValueError("the bucket is of an address such as client_address returns")
    if len(packed) == 4:
        return show_address(packed)
    return show_address(packed[:8] + bytes(8)) + "/64"


def read_address(text: str) -> bytes | None:
    """Return an address as 4 or 16 bytes, None for what is none.

    A port, brackets and a zone are dropped; IPv4 mapped into IPv6 is IPv4.
    """
    if ":" not in text and "[" not in text:
        return _packed(socket.AF_INET, text.strip(' \t"'))
    host = text.strip(' \t"')
    if with_port := WITH_PORT.fullmatch(host):
        host = with_port[1] or with_port[2]
    if ":" not in host:
        return _packed(socket.AF_INET, host)
    packed = _packed(socket.AF_INET6, host.partition("%")[0])
    return packed[12:] if packed and packed.startswith(MAPPED_IPV4) else packed


def show_address(packed: bytes) -> str:
    """Return an address of 4 or 16 bytes as text."""
    return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)


def _packed(family: socket.AddressFamily, text: str) -> bytes | None:
    try:
        return socket.inet_pton(family, text)
    except (OSError, ValueError):
        return None


def _is_unix_socket(peer: str) -> bool:
    # servers name such a peer in ways of their own; Waitress says localhost
    return peer in ("", "localhost") or peer.startswith(("unix", "/", "@"))


def _read_network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        network = ipaddress.ip_network(text)
    except ValueError as error:
        raise ValueError(
            f"{text!r} should be an address such as 10.0.0.1 or a network such as 10.0.0.0/8: "
            f"{error}"
        ) from None
    # peers are compared once IPv4 mapped into IPv6 is IPv4
    first = network.network_address
    if isinstance(first, ipaddress.IPv6Address) and first.ipv4_mapped and network.prefixlen >= 96:
        return ipaddress.IPv4Network((int(first.ipv4_mapped), network.prefixlen - 96))
    return network
