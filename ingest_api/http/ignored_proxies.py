"""Warn about headers that are ignored because their peer is not a trusted proxy.

If the peer is a proxy, all its clients share one address, and so one rate limit.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ingest_api.events.geo import HEADERS
from ingest_api.http.client_address import SINGLE_HEADERS
from ingest_api.http.shared_counters import SharedCounters
from ingest_api.networks import Networks, show_address

logger = logging.getLogger(__name__)

FORWARDING: Final = frozenset(
    (*SINGLE_HEADERS, "HTTP_X_FORWARDED_FOR", *(country for country, _ in HEADERS))
)
# networks without internet clients, and how many bits of an address the warning shows
PRIVATE: Final = (
    *((Networks(["127.0.0.0/8"]), 8), (Networks(["10.0.0.0/8"]), 24)),
    *((Networks(["172.16.0.0/12"]), 16), (Networks(["192.168.0.0/16"]), 24)),
    *((Networks(["169.254.0.0/16"]), 16), (Networks(["::1"]), 128)),
    *((Networks(["fc00::/7"]), 64), (Networks(["fe80::/10"]), 64)),
)
MOST_NETWORKS: Final = 32
FOREVER_SECONDS: Final = 10 * 365 * 86_400


class IgnoredProxies:
    """Warns once per private network, and once about public addresses, across all workers.

    No address is logged or remembered, nor the network of a public one: the peer may be a client
    that forged the headers.
    """

    def __init__(self, trusted: Iterable[str], counters: SharedCounters) -> None:
        """Take `TRUSTED_PROXIES`, and the counters that the workers share."""
        self._trusted = tuple(trusted)
        self._counters = counters
        self._seen: set[str | None] = set()

    def note(self, peer: bytes, environ: Mapping[str, Any]) -> None:
        """Check a WSGI request of a peer that is not trusted."""
        if FORWARDING.isdisjoint(environ):
            return
        network = private_network(peer)
        if network in self._seen or len(self._seen) >= MOST_NETWORKS:
            return
        self._seen.add(network)
        if self._counters.add(f"ignored proxy {network}", FOREVER_SECONDS).value > 1:
            return
        if network is None:
            logger.warning(
                "ignored forwarding or country headers from a public address; "
                "if it is your proxy, add its address to TRUSTED_PROXIES"
            )
        else:
            logger.warning(
                "ignored forwarding or country headers from %s; "
                "if your proxy is there, set TRUSTED_PROXIES=%s",
                network,
                ",".join((*self._trusted, network)),
            )


def private_network(address: bytes) -> str | None:
    """Return the private network of an address, such as 10.1.2.0/24, or None if it is public."""
    for networks, bits in PRIVATE:
        if address in networks:
            rest = 8 * len(address) - bits
            first = int.from_bytes(address, "big") >> rest << rest
            return f"{show_address(first.to_bytes(len(address), 'big'))}/{bits}"
    return None
