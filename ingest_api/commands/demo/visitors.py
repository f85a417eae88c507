"""Draw the visitors, and the days of their visits."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from ingest_api.commands.demo import distributions as believable
from ingest_api.commands.demo.distributions import Distribution, Habit
from ingest_api.commands.demo.period import Period
from ingest_api.commands.demo.places import PLACES, Place

HARDLY_EVER = 0.001  # below this chance, a visitor is considered gone


@dataclass(frozen=True, slots=True)
class Visitor:
    """One installation of the application."""

    anon: str  # 32 hex digits
    place: Place
    os: str
    habit: Habit
    update_delay: float | None  # days from a release to the update; None: never updates
    host_delay: float
    days: tuple[int, ...]  # of visits, counted from the period's first; starts with the install


class Audience:
    """Draws the visitors of a period.

    The same seed, days and number give the same visitor, however many others are drawn.
    """

    def __init__(self, seed: int, period: Period) -> None:
        self._key = f"{seed}/{period.first}/{period.days}"
        self._days = period.days
        self._busy = [believable.WEEKDAYS[period.weekday(day)] for day in range(period.days)]
        self._install_days = Distribution(
            {
                day: believable.installs(day, period.days) * busy
                for day, busy in enumerate(self._busy)
            }
        )
        self._returns: dict[Habit, list[float]] = {}

    def random(self, purpose: object) -> random.Random:
        """Return a generator that depends only on the seed, the period's days and `purpose`."""
        return random.Random(f"{self._key}/{purpose}")

    def visitor(self, number: int) -> Visitor:
        """Return the visitor with a number, starting at 0."""
        rng = self.random(number)
        habit = believable.HABITS.draw(rng)
        installed = self._install_days.draw(rng)
        days = [installed]
        for day, chance in enumerate(self._chances(habit), installed + 1):
            if day >= self._days:
                break
            if rng.random() < chance * self._busy[day]:
                days.append(day)
        return Visitor(
            anon=f"{rng.getrandbits(128):032x}",
            place=PLACES.draw(rng),
            os=believable.OS.draw(rng),
            habit=habit,
            update_delay=_update_delay(rng),
            host_delay=_host_delay(rng),
            days=tuple(days),
        )

    def _chances(self, habit: Habit) -> list[float]:
        """Return the chances of a visit one day after the install, two days, and so on."""
        if habit not in self._returns:
            chances = [habit.returns(age) for age in range(1, self._days)]
            self._returns[habit] = [chance for chance in chances if chance >= HARDLY_EVER]
        return self._returns[habit]


def _update_delay(rng: random.Random) -> float | None:
    if rng.random() < believable.NEVER_UPDATES:
        return None
    return believable.UPDATE_DAYS * math.pow(rng.random(), 1.5)


def _host_delay(rng: random.Random) -> float:
    if rng.random() < believable.HOST_LAGGARDS:
        return rng.uniform(*believable.HOST_LAGGARD_DAYS)
    return believable.HOST_UPDATE_DAYS * rng.random()
