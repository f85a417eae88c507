"""What `minigem verify` finds, in one list."""

from __future__ import annotations

import psycopg

from ingest_api.loading.rollups.difference import Difference
from ingest_api.loading.rollups.verification import Verification


def all_differences(connection: psycopg.Connection) -> list[Difference]:
    """Return the differences of all days and visitors, on a connection in autocommit mode."""
    verification = Verification(connection)
    found = [found for day in verification.days() for found in verification.of_day(day)]
    return found + verification.of_visitors()
