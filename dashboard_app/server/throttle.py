"""The limit on wrong passwords."""

from __future__ import annotations

import ipaddress

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

WINDOW_MINUTES = 5
ONE_ADDRESS = RateLimitItemPerMinute(10, WINDOW_MINUTES)
# an attacker may have many addresses; logged-in readers are not affected
ALL_TOGETHER = RateLimitItemPerMinute(100, WINDOW_MINUTES)


class Throttle:
    """Counts failures per address (IPv6: per /64) and in total."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def allows(self, address: str) -> bool:
        """Return whether this address may try now."""
        return self._limiter.test(ONE_ADDRESS, _network(address)) and self._limiter.test(
            ALL_TOGETHER
        )

    def failed(self, address: str) -> None:
        """Count a failure."""
        self._limiter.hit(ONE_ADDRESS, _network(address))
        self._limiter.hit(ALL_TOGETHER)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6 and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
