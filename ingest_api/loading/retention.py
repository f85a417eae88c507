"""Drop events and rollups older than RETENTION_DAYS."""

from __future__ import annotations

import logging
from datetime import date

import psycopg
from psycopg import errors

from ingest_api.loading.transaction import LOAD_LOCK
from sql.statements import statement

logger = logging.getLogger(__name__)

# loads queue behind the lock that a drop needs, so don't wait long for it: the next round retries
LOCK_MS = 300


def drop_before(connection: psycopg.Connection, first_kept: date) -> None:
    """Drop the months of events, and delete the rollups, from before a day.

    `connection` is in autocommit mode. Don't wait for long readers: what they block is left for
    the next round. Raises psycopg.Error.
    """
    parameters = {"first_kept": first_kept}
    connection.execute("select set_config('lock_timeout', %s, false)", [str(LOCK_MS)])
    try:
        # first the visible rollups, to the day; then their events, by the month
        if connection.execute(statement("maintenance/retention/is_due"), parameters).fetchone() == (
            True,
        ):
            with connection.transaction():
                connection.execute("select pg_advisory_xact_lock(%s)", [LOAD_LOCK])
                connection.execute(statement("maintenance/retention/clear_rollups"), parameters)
                connection.execute(statement("maintenance/retention/note_first_kept"), parameters)
            logger.info("dropped the days before %s", first_kept)
        while month := _value(
            connection.execute(statement("maintenance/retention/drop_month"), parameters)
        ):
            logger.info("dropped %s", month)
        if odd := _value(
            connection.execute(statement("maintenance/retention/delete_odd"), parameters)
        ):
            logger.info("dropped %d events of odd dates", odd)
    except errors.LockNotAvailable:
        logger.info("events older than %s are in use; dropping them later", first_kept)


def _value(cursor: psycopg.Cursor) -> str | int | None:
    row = cursor.fetchone()
    return row[0] if row else None
