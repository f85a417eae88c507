"""The numbers of a realistic population: shares, rhythms and curves.

Shares need not add up to anything: a value is drawn in proportion to its share.
"""

from __future__ import annotations

import hashlib
import random
from bisect import bisect
from collections.abc import Mapping
from itertools import accumulate
from math import exp
from typing import Final, Generic, NamedTuple, TypeVar

Value = TypeVar("Value")


class Distribution(Generic[Value]):
    """Values, each with a share."""

    def __init__(self, shares: Mapping[Value, float]) -> None:
        self._values = tuple(shares)
        self._upto = tuple(accumulate(shares.values()))

    def draw(self, rng: random.Random) -> Value:
        """Return one of the values."""
        return self._values[bisect(self._upto, rng.random() * self._upto[-1])]


class Habit(NamedTuple):
    """How often a kind of visitor comes back.

    The chance on the day `age` after the install is `chance * exp(-age / fading_days)`, times the
    weekday factor.
    """

    chance: float
    fading_days: float
    sessions: Distribution[int]  # on a day with a visit

    def returns(self, age: int) -> float:
        """Return the chance of a visit `age` days after the install, on the busiest weekday."""
        return self.chance * exp(-age / self.fading_days)


# Of all new visitors, about 25 % come back the next day, 12 % after a week, 7 % after a month.
HABITS: Final = Distribution(
    {
        Habit(0.45, 2.0, Distribution({1: 85, 2: 15})): 55,  # tries it and leaves
        Habit(0.24, 30.0, Distribution({1: 75, 2: 20, 3: 5})): 34,  # when homework is due
        Habit(0.62, 250.0, Distribution({1: 50, 2: 32, 3: 18})): 11,  # stays
    }
)

WEEKDAYS: Final = (0.97, 1.0, 1.0, 0.98, 0.88, 0.42, 0.48)  # Monday to Sunday

# By the hour of the visitor's clock: work, lunch, homework in the evening, few at night.
LOCAL_HOURS: Final = Distribution(
    dict(
        enumerate(
            (
                *(6, 3, 2, 1, 1, 2, 6, 18, 45, 80, 95, 92),
                *(60, 78, 95, 92, 82, 66, 50, 52, 58, 52, 34, 15),
            )
        )
    )
)

OS: Final = Distribution({"Windows_NT": 61, "Darwin": 25, "Linux": 14})

UPDATE_DAYS: Final = 10.0  # from a release until the last visitor who updates at all has it
NEVER_UPDATES: Final = 0.07
HOST_UPDATE_DAYS: Final = 8.0
HOST_LAGGARDS: Final = 0.12  # managed machines: months behind
HOST_LAGGARD_DAYS: Final = (30.0, 180.0)

RUNS: Final = Distribution(dict(enumerate((12, 28, 24, 15, 9, 6, 4, 2))))  # per session
FEATURES: Final = Distribution({0: 45, 1: 30, 2: 17, 3: 8})
SESSION_MINUTES: Final = 22.0  # the median
SESSION_SPREAD: Final = 0.8  # sigma of its logarithm
FEATURE_EVENTS: Final = Distribution(
    {
        "feature.console.opened": 38,
        "feature.format": 22,
        "feature.debug": 15,
        "feature.snippet": 11,
        "feature.theme.changed": 9,
        "feature.export": 5,
    }
)
SETTING_KEYS: Final = Distribution(
    {"console.fontSize": 30, "theme": 30, "run.onSave": 20, "jdk.path": 12, "console.limit": 8}
)
CHANGES_SETTING: Final = 0.05
CHANGES_SETTING_AT_FIRST: Final = 0.45

TRIGGERS: Final = Distribution({"keyboard": 52, "button": 40, "menu": 8})
RUN_MS: Final = 850.0  # the median
RUN_SPREAD: Final = 1.1
OS_SLOWNESS: Final = {"Windows_NT": 1.25, "Darwin": 0.8, "Linux": 1.0}
INTERACTIVE: Final = 0.22
WAIT_MS: Final = 7_000.0  # the median wait for input of an interactive run
WAIT_SPREAD: Final = 0.9
OUTPUT_BUCKETS: Final = Distribution(
    {"0": 6, "1-1K": 52, "1K-10K": 27, "10K-100K": 10, "100K-1M": 4, ">1M": 1}
)
TRUNCATED: Final = {"100K-1M": 0.5, ">1M": 1.0}

EXITS: Final = Distribution({0: 89, 1: 5, 130: 4.5, 143: 1.5})
EXITS_OF_FAULTY: Final = Distribution({0: 78, 1: 16, 130: 4.5, 143: 1.5})
EXIT_SLOWNESS: Final = {0: 1.0, 1: 1.0, 130: 5.0, 143: 20.0}  # users stop runs that take long
RUNTIME_ERRORS: Final = 0.035
RUNTIME_ERRORS_OF_FAULTY: Final = 0.2
FAULTY_SLOWNESS: Final = 2.2
NEW_EXCEPTION_OF_FAULTY: Final = 0.8  # share of its runtime errors


def compile_errors(age: int) -> float:
    """Return the share of runs that don't compile, `age` days after the install: people learn."""
    return 0.08 + 0.09 * exp(-age / 12)


def hashed(name: str) -> str:
    """Return an exception's hash of 8 hex digits."""
    return hashlib.sha256(name.encode()).hexdigest()[:8]


COMPILE_EXCEPTIONS: Final = Distribution(
    {
        hashed("cannot find symbol"): 38,
        hashed("';' expected"): 24,
        hashed("incompatible types"): 17,
        hashed("missing return statement"): 9,
        hashed("class X is public, should be declared in a file named"): 7,
        hashed("unreported exception"): 5,
    }
)
RUNTIME_EXCEPTIONS: Final = Distribution(
    {
        hashed("java.lang.NullPointerException"): 30,
        hashed("java.lang.ArrayIndexOutOfBoundsException"): 22,
        hashed("java.util.InputMismatchException"): 14,
        hashed("java.lang.StackOverflowError"): 9,
        hashed("java.lang.ArithmeticException"): 8,
        hashed("java.util.NoSuchElementException"): 7,
        hashed("java.lang.NumberFormatException"): 5,
        hashed("java.lang.ClassCastException"): 3,
        hashed("java.lang.OutOfMemoryError"): 2,
    }
)
NEW_EXCEPTION: Final = hashed("java.lang.UnsupportedClassVersionError")


def installs(day: int, days: int) -> float:
    """Return the weight of `day` of `days` in all installs: growth, and a spike at the launch."""
    growth = 0.6 + 1.4 * day / days
    launch = days // 12
    return growth + (7.0 * exp((launch - day) / 2.5) if day >= launch else 0.0)
