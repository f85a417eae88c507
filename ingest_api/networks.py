"""IP addresses, and sets of networks.

An address is 4 or 16 bytes in network order. That is several times faster than `ipaddress`, which
also caches the addresses it has seen.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from typing import Final

WITH_PORT: Final = re.compile(r"\[([^\[\]]+)\](?::[0-9]{1,5})?|([^:]+):[0-9]{1,5}")
MAPPED_IPV4: Final = bytes(10) + b"\xff\xff"


class Networks:
    """A set of networks with a fast membership test."""

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


def read_address(text: str) -> bytes | None:
    """Return an address as 4 or 16 bytes, or None if the text is not an address.

    The port, brackets and zone are dropped; an IPv4-mapped IPv6 address becomes IPv4.
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


def _read_network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        network = ipaddress.ip_network(text)
    except ValueError as error:
        raise ValueError(
            f"{text!r} should be an address such as 10.0.0.1 or a network such as 10.0.0.0/8: "
            f"{error}"
        ) from None
    # read_address turns IPv4-mapped peers into IPv4, so the networks must match
    first = network.network_address
    if isinstance(first, ipaddress.IPv6Address) and first.ipv4_mapped and network.prefixlen >= 96:
        return ipaddress.IPv4Network((int(first.ipv4_mapped), network.prefixlen - 96))
    return network
