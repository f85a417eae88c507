"""A campaign: faults injected repeatedly under load, and the figures that must be zero."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

from tests.chaos.place import Place
from tests.chaos.site import Site

Open = Callable[[Place], AbstractContextManager[Site]]


class Fault(NamedTuple):
    """One fault. `strike` returns when the cause is gone; the site then has to recover."""

    name: str
    strike: Callable[[Site], None]
    open: Open


class Campaign(NamedTuple):
    """Faults of one kind. Neighbouring campaigns with the same kind of site share one."""

    name: str
    faults: tuple[Fault, ...]
    once: bool = False  # each fault lasts long: no repeats

    def shares(self, repeats: int) -> list[int]:
        """Return how often each fault is injected, given a total."""
        return spread(0 if self.once else repeats, len(self.faults))


class Row(NamedTuple):
    """The results of a fault."""

    fault: str
    repeats: int
    acknowledged: int
    lost: int
    doubled: int
    difference: int
    unverified: int
    slowest_recovery: float  # seconds
    details: str

    def is_clean(self) -> bool:
        """Return whether the four numbers are zero."""
        return not (self.lost or self.doubled or self.difference or self.unverified)


def spread(repeats: int, faults: int) -> list[int]:
    """Distribute repeats, at least one per fault."""
    each, rest = divmod(repeats, faults)
    return [max(1, each + (place < rest)) for place in range(faults)]


def shared_out(repeats: int, campaigns: Sequence[Campaign]) -> list[int]:
    """Distribute repeats over campaigns, after one for each fault that is injected once."""
    lasting = sum(len(one.faults) for one in campaigns if one.once)
    repeated = [one for one in campaigns if not one.once]
    shares = iter(spread(max(1, repeats - lasting), len(repeated)) if repeated else ())
    return [len(one.faults) if one.once else next(shares) for one in campaigns]


def run(
    campaign: Campaign, repeats: int, place: Place, progress: Callable[[str], object]
) -> Iterator[Row]:
    """Inject the faults, `repeats` times in total; call `progress` before each."""
    shares = zip(campaign.faults, campaign.shares(repeats), strict=True)
    for opened, group in itertools.groupby(shares, key=lambda share: share[0].open):
        with opened(place) as site:
            for fault, times in group:
                yield _strike(fault, times, site, progress)


def _strike(fault: Fault, times: int, site: Site, progress: Callable[[str], object]) -> Row:
    known = len(site.sender.acknowledged)
    recoveries = []
    with site.sender as sender:
        for _ in range(times):
            progress(fault.name)
            sender.wait_for_more(site.chance.randint(20, 200))
            fault.strike(site)
            recoveries.append(site.recover())
    site.settle()
    verdict = site.judge()
    acknowledged = len(site.sender.acknowledged) - known
    return Row(
        fault.name, times, acknowledged, *verdict[:4], round(max(recoveries), 2), verdict.details
    )
