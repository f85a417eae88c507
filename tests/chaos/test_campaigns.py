"""What is acknowledged is stored once and counted once, whatever happens."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.campaign import Campaign, run, shared_out
from tests.chaos.campaigns import CAMPAIGNS
from tests.chaos.databases import Databases
from tests.chaos.disks import filled
from tests.chaos.place import Place

BACKLOG = 20_000
LOAD_SECONDS = 60.0


@pytest.fixture
def place(cluster: str) -> Iterator[Place]:
    """A place outside pytest's folders, which another run may close to PostgreSQL's user."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        yield Place(Path(folder), Databases(cluster), BACKLOG, LOAD_SECONDS, random.Random())


@pytest.mark.parametrize("campaign", CAMPAIGNS, ids=[campaign.name for campaign in CAMPAIGNS])
def test_nothing_is_lost_or_duplicated(campaign: Campaign, place: Place) -> None:
    for row in run(campaign, len(campaign.faults), place, print):
        assert row.acknowledged > 20, "a campaign without load shows nothing"
        assert row.is_clean(), row


def test_all_repeats_are_distributed() -> None:
    shares = shared_out(200, CAMPAIGNS)
    struck = [sum(one.shares(share)) for one, share in zip(CAMPAIGNS, shares, strict=True)]
    assert sum(struck) == 200
    assert min(struck) >= 3


def test_only_small_disks_are_filled(tmp_path: Path) -> None:
    for folder in (tmp_path, Path("/")):
        with pytest.raises(ValueError, match="not a small disk"), filled(folder):
            pass
