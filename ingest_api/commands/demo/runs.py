"""Draw a run of a Java program: how it ends, and how long it takes."""

from __future__ import annotations

import random
from math import log
from typing import Any, NamedTuple

from ingest_api.commands.demo import distributions as believable
from ingest_api.commands.demo.releases import Release
from ingest_api.commands.demo.visitors import Visitor


class Run(NamedTuple):
    """A run that started: its two events are `java.run.started` and `outcome`."""

    outcome: str
    length_ms: int  # from one to the other
    started: dict[str, Any]
    ended: dict[str, Any]


def draw_run(
    visitor: Visitor, release: Release, day: int, longest_ms: int, rng: random.Random
) -> Run:
    """Return a run of at most `longest_ms`. Each run has its own `sessionId`."""
    session_id = f"{rng.getrandbits(64):016x}"
    started: dict[str, Any] = {
        "sessionId": session_id,
        "trigger": believable.TRIGGERS.draw(rng),
    }
    chance = rng.random()
    uncompiled = believable.compile_errors(day - visitor.days[0])
    failing = believable.RUNTIME_ERRORS_OF_FAULTY if release.faulty else believable.RUNTIME_ERRORS
    if chance < uncompiled:
        exception = believable.COMPILE_EXCEPTIONS.draw(rng)
        length_ms = min(rng.randint(250, 1800), longest_ms)
        return Run("java.run.error", length_ms, started, _error("compile", exception, session_id))
    length_ms = _computing_ms(visitor, release, rng)
    if chance < uncompiled + failing:
        exception = _runtime_exception(release, rng)
        length_ms = min(length_ms, longest_ms)
        return Run("java.run.error", length_ms, started, _error("runtime", exception, session_id))
    exits = believable.EXITS_OF_FAULTY if release.faulty else believable.EXITS
    exit_code = exits.draw(rng)
    interactive = rng.random() < believable.INTERACTIVE
    wait_ms = 0
    if interactive:
        wait_ms = int(rng.lognormvariate(log(believable.WAIT_MS), believable.WAIT_SPREAD))
        wait_ms = min(wait_ms, longest_ms // 2)
    length_ms = int(length_ms * believable.EXIT_SLOWNESS[exit_code]) + wait_ms
    length_ms = min(length_ms, longest_ms)
    bucket = believable.OUTPUT_BUCKETS.draw(rng)
    ended: dict[str, Any] = {
        "sessionId": session_id,
        "durationMs": length_ms,
        "waitMsTotal": wait_ms,
        "exit": exit_code,
        "cumulativeBytesBucket": bucket,
        "scannerUsage": interactive,
        "truncatedOutput": rng.random() < believable.TRUNCATED.get(bucket, 0.0),
    }
    return Run("java.run.completed", length_ms, started, ended)


def _computing_ms(visitor: Visitor, release: Release, rng: random.Random) -> int:
    median = believable.RUN_MS * believable.OS_SLOWNESS[visitor.os]
    if release.faulty:
        median *= believable.FAULTY_SLOWNESS
    return max(40, int(rng.lognormvariate(log(median), believable.RUN_SPREAD)))


def _runtime_exception(release: Release, rng: random.Random) -> str:
    if release.faulty and rng.random() < believable.NEW_EXCEPTION_OF_FAULTY:
        return believable.NEW_EXCEPTION
    return believable.RUNTIME_EXCEPTIONS.draw(rng)


def _error(phase: str, exception: str, session_id: str) -> dict[str, Any]:
    return {"sessionId": session_id, "phase": phase, "exceptionHash": exception}
