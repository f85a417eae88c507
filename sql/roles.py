"""The roles that the parts of the product use, with no more rights than they need.

Migrations run as the login in the settings, which owns the schema. Everything else gives up its
rights: loading, refreshing and tidying run as `telemetry_ingest`, the queries of the API and the
dashboard as `telemetry_reader`. Functions with `security definer` do what takes the owner's rights.
`sql/access/grants.sql` defines what each role may do.
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
    """Create missing roles; if the login may not do that, log it and continue.

    Roles belong to the cluster, so several of its databases may create them at the same time.
    """
    for attempt in range(ATTEMPTS):
        try:
            with connection.transaction():
                connection.execute(statement("access/roles"))
                connection.execute(statement("access/membership"))
            return
        except errors.InsufficientPrivilege as error:
            why = error.diag.message_primary
            _warn(
                f"the roles {INGEST} and {READER} can't be created or granted to this login: {why}"
            )
            return
        except (errors.DuplicateObject, errors.UniqueViolation, errors.InternalError_):
            # another database of the cluster is creating them right now
            if attempt == ATTEMPTS - 1:
                raise


def grant_rights(connection: psycopg.Connection) -> None:
    """Grant the roles, if they exist, their rights on new tables and views."""
    lacking = connection.execute(statement("access/lacking")).fetchone()
    if lacking is not None and lacking[0]:
        with connection.transaction():
            connection.execute(statement("access/grants"))
        logger.info("granted %s and %s their rights", INGEST, READER)


def work_as(role: str, connection: psycopg.Connection) -> None:
    """Give up all rights except the role's, once; if that fails, log it and continue.

    `connection` must be in autocommit mode. This is cheap, so call it before each use: the roles
    don't exist before a server's first start, and a connection from then gets its role later.
    """
    if connection in _limited:
        return
    try:
        connection.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
        _limited.add(connection)
    except errors.InvalidParameterValue as error:
        if connection.execute(statement("access/has_started")).fetchone() == (True,):
            _warn(f"can't use the role {role}: {error.diag.message_primary}")
    except errors.InsufficientPrivilege as error:
        _warn(f"can't use the role {role}: {error.diag.message_primary}")


@cache
def _warn(problem: str) -> None:
    """Log once per process that the roles don't protect the database."""
    logger.warning(
        "%s; continuing with all rights of the login, see docs/database.md, Roles", problem
    )
