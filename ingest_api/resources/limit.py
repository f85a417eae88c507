"""The rate limit, for the resources that it holds."""

from __future__ import annotations

import math

from ingest_api.dependencies import Dependencies
from ingest_api.errors import RequestError


def require_allowance(needs: Dependencies, client: str) -> None:
    """Count a request. Raises RequestError 429 where its client had too many."""
    decision = needs.limiter.hit(client)
    if decision.allowed:
        return
    needs.meters.add("rate_limited_requests")
    wait = str(math.ceil(decision.reset_seconds))
    raise RequestError(
        429,
        "rate_limited",
        headers={
            "Retry-After": wait,
            "X-RateLimit-Limit": str(decision.limit),
            "X-RateLimit-Remaining": str(decision.remaining),
            "X-RateLimit-Reset": wait,
        },
    )
