"""Read the SQL files of this folder by name.

SQL that several statements share is a fragment, `fragments/<name>.sql`: a query or an expression. A
statement refers to it like a function in a schema `fragments`; reading the statement replaces the
reference with the fragment's text. The fragment's parameters are the statement's own, unless it
passes others:

    select count(*) from fragments.visits(first => %(first)s::date - 29) as v

So the final text shows all that a statement reads, which a database function would hide.
"""

import re
from functools import cache
from pathlib import Path
from textwrap import indent

FOLDER = Path(__file__).parent
# parentheses in an argument, nested up to three deep
_INNER = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
ARGUMENT = rf"(\w+)\s*=>\s*((?:[^(),]|{_INNER})+)"
CALL = re.compile(rf"\bfragments\.(\w+)(\(\s*{ARGUMENT}(?:,\s*{ARGUMENT})*\))?(\()?")
PARAMETER = re.compile(r"%\((\w+)\)s")


class FragmentError(ValueError):
    """A statement refers to a fragment in an invalid way."""


@cache
def statement(name: str, temporary: tuple[str, ...] = ()) -> bytes:
    """Return the statement in `<name>.sql`, such as `queries/stats/days`, with its fragments.

    Parameters are psycopg's named ones, `%(name)s`. With `temporary`, it reads and writes temporary
    tables of these names in place of the real ones. Raises FileNotFoundError or FragmentError.
    """
    text = CALL.sub(_fragment, (FOLDER / f"{name}.sql").read_text())
    if temporary:
        tables = "|".join(map(re.escape, temporary))
        text = re.sub(rf"\btelemetry\.({tables})\b", r"pg_temp.\1", text)
    return text.encode()


@cache
def names(folder: str) -> tuple[str, ...]:
    """Return the names of a folder's statements, in the order of their file names."""
    return tuple(f"{folder}/{path.stem}" for path in sorted((FOLDER / folder).glob("*.sql")))


def _fragment(call: re.Match[str]) -> str:
    """Return the text of a fragment, with its parameters replaced by the arguments."""
    name = call[1]
    try:
        text = statement(f"fragments/{name}").decode()
    except FileNotFoundError:
        raise FragmentError(f"there is no fragment {name}") from None
    if call.groups()[-1]:
        raise FragmentError(f"arguments of {name} should look like (first => %(first)s, …)")
    given = dict(re.findall(ARGUMENT, (call[2] or "")[1:-1]))
    if unknown := given.keys() - set(PARAMETER.findall(text)):
        raise FragmentError(f"{name} has no parameter {', '.join(sorted(unknown))}")

    def argument(parameter: re.Match[str]) -> str:
        value = given.get(parameter[1])
        return parameter[0] if value is None else f"({value.strip()})"

    line = call.string[call.string.rfind("\n", 0, call.start()) + 1 : call.start()]
    margin = line[: len(line) - len(line.lstrip())]
    return f"(\n{indent(PARAMETER.sub(argument, text).strip(), f'{margin}    ')}\n{margin})"
