"""Places are real ones, with shares like those of the world's programmers."""

from __future__ import annotations

import random
from collections import Counter

from ingest_api.commands.demo.places import COUNTRIES, PLACES, REGIONS, shares
from sql.countries import countries


def test_every_country_exists() -> None:
    assert set(COUNTRIES) <= {country.code for country in countries()}
    assert len(COUNTRIES) >= 40


def test_regions_share_out_their_country() -> None:
    places = shares()
    for country in REGIONS:
        total = sum(share for place, share in places.items() if place.country == country)
        assert round(total, 6) == COUNTRIES[country][0]


def test_us_comes_first_india_second_and_some_places_are_unknown() -> None:
    rng = random.Random(1)
    drawn = Counter(PLACES.draw(rng).country for _ in range(20_000))
    assert [country for country, _ in drawn.most_common(2)] == ["US", "IN"]
    assert 0.01 < drawn[None] / 20_000 < 0.05
