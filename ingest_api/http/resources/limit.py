"""Apply the rate limit to the resources that have one."""

from __future__ import annotations

from ingest_api.events.errors import RequestError
from ingest_api.http.dependencies import Dependencies
from ingest_api.http.rate_limit import Decision


def require_allowance(needs: Dependencies, client: str) -> None:
    """Count a request. Raises RequestError 429 if its client has none left."""
    decision = needs.limiter.hit(client)
    if not decision.allowed:
        needs.meters.add("rate_limited_requests")
        raise _refusal(decision)


def require_events_allowance(needs: Dependencies, client: str, events: int) -> None:
    """Count a body's events. Raises RequestError 429 if its client has too few left."""
    decision = needs.limiter.hit_events(client, events)
    if not decision.allowed:
        needs.meters.add("rate_limited_requests")
        needs.meters.add("rate_limited_events", events)
        raise _refusal(decision)


def _refusal(decision: Decision) -> RequestError:
    wait = str(decision.reset_seconds)
    return RequestError(
        429,
        "rate_limited",
        headers={
            "Retry-After": wait,
            "X-RateLimit-Limit": str(decision.limit),
            "X-RateLimit-Remaining": str(decision.remaining),
            "X-RateLimit-Reset": wait,
        },
    )
