"""The roles that the parts of the product work as, with no more rights than they need.

Migrations are the work of the login that the settings name, who owns the schema. Everything else
gives that up: loading, refreshing and tidying are done as `telemetry_ingest`, the answers to
questions, the dashboard's among them, as `telemetry_reader`. What takes an owner's rights is done
by functions with `security definer`. What each role may do is said in `sql/access/grants.sql`.
"""

from __future__ import annotations

import logging
from functools import cache
from weakref import WeakSet

import psycopg
from psycopg import errors, sql

from sql.statements import statement

logger = logging.getLogger(__name__)

INGEST, READER = "telemetry_ingest", "telemetry_reader"

_limited: WeakSet[psycopg.Connection] = WeakSet()
ATTEMPTS = 10


def make_roles(connection: psycopg.Connection) -> None:
    """Make the roles where they are missing and this login may; else say so and go on.

    They belong to the whole cluster: several databases of it may make them at once.
    """
    for attempt in range(ATTEMPTS):
        try:
            with connection.transaction():
                connection.execute(statement("access/roles"))
                connection.execute(statement("access/membership"))
            return
        except errors.InsufficientPrivilege as error:
            why = error.diag.message_primary
            _tell(f"the roles {INGEST} and {READER} can't be made or given to this login: {why}")
            return
        except (errors.DuplicateObject, errors.UniqueViolation, errors.InternalError_):
            # made by another database of the cluster in this moment
            if attempt == ATTEMPTS - 1:
                raise


def grant_rights(connection: psycopg.Connection) -> None:
    """Give the roles, where there are any, their rights to tables and views that are new."""
    lacking = connection.execute(statement("access/lacking")).fetchone()
    if lacking is not None and lacking[0]:
        with connection.transaction():
            connection.execute(statement("access/grants"))
        logger.info("gave %s and %s their rights", INGEST, READER)


def work_as(role: str, connection: psycopg.Connection) -> None:
    """Give up all rights but the role's, once; where this login can't become it, say so and go on.

    `connection` must be in autocommit mode. Cheap to call before each use: before the first start
    of all there are no roles yet, and a connection from then takes its role later.
    """
    if connection in _limited:
        return
    try:
        connection.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
        _limited.add(connection)
    except errors.InvalidParameterValue as error:
        if connection.execute(statement("access/has_started")).fetchone() == (True,):
            _tell(f"can't work as {role}: {error.diag.message_primary}")
    except errors.InsufficientPrivilege as error:
        _tell(f"can't work as {role}: {error.diag.message_primary}")


@cache
def _tell(what: str) -> None:
    """Say once a process what is not as safe as it could be."""
    logger.warning("%s; going on with all rights of the login, see docs/database.md, Roles", what)
