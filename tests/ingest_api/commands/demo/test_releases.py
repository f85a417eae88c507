"""Versions come out regularly, roll out gradually, and the faulty one is mended soon."""

from __future__ import annotations

import random
from datetime import date
from itertools import pairwise

import pytest

from ingest_api.commands.demo.releases import Release, application_releases, host_releases, running

RELEASES = (Release("1.0.0", -3), Release("1.1.0", 11), Release("1.2.0", 25, faulty=True))
MEND = Release("1.2.1", 29, rollout=0.3)


@pytest.mark.parametrize("days", [1, 7, 14, 90, 365, 3660])
def test_something_is_out_on_the_first_day_and_versions_rise(days: int) -> None:
    for seed in range(20):
        releases = application_releases(days, random.Random(seed))
        assert releases[0].day <= 0
        assert all(earlier.day < later.day for earlier, later in pairwise(releases))
        numbers = [tuple(map(int, release.version.split("."))) for release in releases]
        assert numbers == sorted(set(numbers))


def test_one_release_is_faulty_and_the_next_mends_it_within_days() -> None:
    releases = application_releases(90, random.Random(1))
    faulty = [place for place, release in enumerate(releases) if release.faulty]
    assert len(faulty) == 1
    bad, mend = releases[faulty[0]], releases[faulty[0] + 1]
    assert 0 < mend.day - bad.day <= 4
    assert mend.rollout < bad.rollout


def test_visitors_who_wait_get_a_release_later() -> None:
    assert running(RELEASES, 11, 0.0).version == "1.1.0"
    assert running(RELEASES, 11, 0.5).version == "1.0.0"
    assert running(RELEASES, 20, 9.0).version == "1.1.0"


def test_new_installs_get_the_newest_and_may_never_update() -> None:
    assert running(RELEASES, 11, 9.0, installed_day=11).version == "1.1.0"
    assert running(RELEASES, 80, None, installed_day=11).version == "1.1.0"


def test_visitors_who_wait_long_skip_the_faulty_release() -> None:
    versions = {running((*RELEASES, MEND), day, 8.0).version for day in range(20, 60)}
    assert versions == {"1.1.0", "1.2.1"}


def test_no_release_is_an_error_that_says_so() -> None:
    with pytest.raises(LookupError, match="day 2"):
        running(RELEASES, 2, 9.0)


def test_the_host_has_a_release_a_month_and_enough_before_the_first_day() -> None:
    first = date(2026, 1, 1)
    releases = host_releases(first, 90)
    assert all(28 <= later.day - earlier.day <= 31 for earlier, later in pairwise(releases))
    assert releases[0].day < -180
    assert [release.version for release in releases if release.day >= 0] == [
        "1.108.0",
        "1.109.0",
        "1.110.0",
    ]
