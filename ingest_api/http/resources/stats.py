"""`GET /stats`: the aggregates of a window of days."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import blake2b

import falcon

from ingest_api.events.errors import RequestError
from ingest_api.http.client_address import bucket
from ingest_api.http.dependencies import Dependencies
from ingest_api.http.resources.limit import require_allowance
from ingest_api.stats.answer import collect_stats
from ingest_api.stats.cache import StatsCache
from ingest_api.stats.database import UnreachableError

LONGEST_WINDOW = timedelta(days=3660)
STATS_SECONDS = 30


class Stats:
    """Answers as described in docs/stats.md."""

    def __init__(self, needs: Dependencies) -> None:
        self._needs = needs
        self._cache = StatsCache(
            partial(
                collect_stats,
                k_anonymity=needs.settings.k_anonymity,
                beside=needs.database.beside,
            )
        )

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer for a window. Raises RequestError if it is invalid, or without a database."""
        needs = self._needs
        require_allowance(needs, bucket(needs.proxies.client_address(req.env)))
        now = datetime.fromtimestamp(needs.clock(), UTC)
        first, last = window(req, now.date(), needs.settings.stats_window_days)
        try:
            answer = needs.database.ask(
                lambda connection: self._cache.answer(connection, first, last, now),
                timeout=STATS_SECONDS,
            )
        except UnreachableError as error:
            raise RequestError(503, "db_unavailable", headers={"Retry-After": "5"}) from error
        tag = blake2b(answer, digest_size=16).hexdigest()
        resp.etag = tag
        resp.cache_control = ["no-cache"]
        if req.if_none_match and {tag, "*"} & set(req.if_none_match):
            resp.status = 304
        else:
            resp.data = answer

    on_head = on_get


def window(req: falcon.Request, today: date, days: int) -> tuple[date, date]:
    """Return the first and last day requested. Raises RequestError for an invalid window."""
    last = read_day(req.get_param("to")) or today
    try:
        first = read_day(req.get_param("from")) or last - timedelta(days=days - 1)
    except OverflowError:
        raise RequestError(400, "bad_range") from None
    if req.has_param("from") and not req.has_param("to"):
        last = today
    if not timedelta(0) <= last - first < LONGEST_WINDOW:
        raise RequestError(400, "bad_range")
    return first, last


def read_day(text: str | None) -> date | None:
    """Return the day in `YYYY-MM-DD`, or None for None. Raises RequestError if it is not one."""
    if text is None:
        return None
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise RequestError(400, "bad_range")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RequestError(400, "bad_range") from None
