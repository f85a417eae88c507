"""Drop what RETENTION_DAYS does not keep."""

from __future__ import annotations

import logging
from datetime import date

import psycopg
from psycopg import errors

from ingest_api.loading.transaction import LOAD_LOCK
from sql.statements import statement

logger = logging.getLogger(__name__)

# dropping takes a lock that loads wait behind, so it is not waited for long: the next round will do
LOCK_MS = 300


def drop_before(connection: psycopg.Connection, first_kept: date) -> None:
    """Drop the months of events and delete the rollups from before a day.

    `connection` is in autocommit mode. Somebody who reads long is not waited for: what he holds up
    is left for the next time. Raises psycopg.Error.
    """
    parameters = {"first_kept": first_kept}
    connection.execute("select set_config('lock_timeout', %s, false)", [str(LOCK_MS)])
    try:
        # what people see goes first, to the day; the events behind it follow month by month
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
        logger.info("what is older than %s is in use, it is dropped later", first_kept)


def _value(cursor: psycopg.Cursor) -> str | int | None:
    row = cursor.fetchone()
    return row[0] if row else None
