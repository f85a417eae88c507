"""Property paths as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_app.query.property_path import MOST_KEYS, read_path, write_path

# what PostgreSQL's text can hold
KEYS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)


@given(st.lists(KEYS, min_size=1, max_size=MOST_KEYS))
def test_every_path_is_read_as_it_was_written(path: list[str]) -> None:
    assert read_path(write_path(path)) == tuple(path)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        *(("exit", ("exit",)), ("window.width", ("window", "width")), (" a b.c ", ("a b", "c"))),
        *(
            ('"a.b".c', ("a.b", "c")),
            ('x."y \\" z"', ("x", 'y " z')),
            ("errors.0", ("errors", "0")),
        ),
        ('""', ("",)),
    ],
)
def test_a_path_is_written_with_dots(text: str, path: tuple[str, ...]) -> None:
    assert read_path(text) == path


@pytest.mark.parametrize(
    "text",
    ["", " ", ".", "a.", ".a", "a..b", '"a', 'a"b"', '"a"b', '"\\x"', '"\\u0000"', '"\\ud800"'],
)
def test_an_invalid_path_has_an_example_in_its_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a property: it should look like exit"):
        read_path(text)


def test_a_path_has_an_end() -> None:
    with pytest.raises(ValueError, match="9 keys; the maximum is 8"):
        read_path(".".join("abcdefghi"))
