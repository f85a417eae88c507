"""Waitress's private names: each is listed, used, and there in the Waitress that is installed."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from ingest_api.serving.waitress import PRIVATE_NAMES

ROOT = Path(__file__).parents[4]
ROOM = ROOT / "ingest_api" / "serving" / "waitress"
PUBLIC = {"waitress:serve", "waitress:create_server", "waitress:wasyncore"}
# whose objects our code meets
CLASSES = (
    *("adjustments:Adjustments", "buffers:OverflowableBuffer", "channel:HTTPChannel"),
    *("parser:HTTPRequestParser", "receiver:ChunkedReceiver", "receiver:FixedStreamReceiver"),
    *("server:TcpWSGIServer", "task:ErrorTask", "task:ThreadedTaskDispatcher", "task:WSGITask"),
    *("trigger:trigger", "utilities:Error", "wasyncore:dispatcher"),
)
# names that other things have too, and are asked for here
OTHERS = {"body": "RequestError's", "get": "a dict's", "recv": "a socket's", "run": "Rounds'"}


@cache
def attributes(owner: object) -> set[str]:
    """Return a class's names, those that only its objects have too; a function's parameters."""
    if not isinstance(owner, type):
        return set(inspect.signature(owner).parameters)  # type: ignore[arg-type]
    names = set(dir(owner))
    for base in owner.__mro__[:-1]:
        tree = ast.parse(textwrap.dedent(inspect.getsource(base)))
        names |= {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and ast.unparse(node.value) == "self"
        }
    return {name for name in names if not name.startswith("__")}


def exists(name: str) -> bool:
    """Return whether the installed Waitress has a name such as `waitress.task:Task.start`."""
    owner, _, attribute = name.rpartition(".") if "." in name.partition(":")[2] else ("", "", "")
    try:
        found = pkgutil.resolve_name(owner or name)
    except (ImportError, AttributeError):
        return False
    return not owner or attribute in attributes(found)


@pytest.mark.parametrize("name", PRIVATE_NAMES)
def test_the_installed_waitress_has_it(name: str) -> None:
    assert exists(name), f"needed because: {PRIVATE_NAMES[name]}"


@pytest.mark.parametrize("name", ["waitress.gone:it", "waitress.task:it", "waitress.task:Task.it"])
def test_what_is_gone_is_missed(name: str) -> None:
    assert not exists(name)


def imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield what is imported of Waitress: the name here, and the name there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] == "waitress":
                    yield alias.asname or alias.name, alias.name
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("waitress"):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}:{alias.name}"


def uses(tree: ast.AST) -> Iterator[str]:
    """Yield what a module uses of Waitress: whole names of modules' content, `.name` of objects."""
    known = set().union(*(attributes(pkgutil.resolve_name(f"waitress.{each}")) for each in CLASSES))
    names = dict(imported(tree))
    modules = {
        here: there.replace(":", ".")
        for here, there in names.items()
        if isinstance(pkgutil.resolve_name(there), ModuleType)
    }
    yield from (there for there in names.values() if ":" in there)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in modules:
            module = modules[ast.unparse(node.value)]
            yield f"{module}:{node.attr}"
        elif isinstance(node, ast.Attribute) and node.attr in known:
            yield f".{node.attr}"
        elif isinstance(node, ast.keyword) and (node.arg or "").startswith("_"):
            yield f".{node.arg}"
        elif isinstance(node, ast.ClassDef):
            yield from (f".{name}" for name in defined(node) if name in known)


def defined(node: ast.ClassDef) -> Iterator[str]:
    """Yield the names that a class's body defines."""
    for child in node.body:
        if isinstance(child, ast.FunctionDef):
            yield child.name
        elif isinstance(child, ast.Assign | ast.AnnAssign):
            targets = child.targets if isinstance(child, ast.Assign) else [child.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def is_allowed(use: str) -> bool:
    """Return whether a use of Waitress is listed, public, or of another thing."""
    if use.startswith("."):
        return use[1:] in OTHERS or any(name.endswith(use) for name in PRIVATE_NAMES)
    return use in PUBLIC or any(name == use or name.startswith(f"{use}.") for name in PRIVATE_NAMES)


def room_uses() -> dict[str, str]:
    """Return what the room uses of Waitress, and where."""
    return {
        use: path.name for path in ROOM.glob("*.py") for use in uses(ast.parse(path.read_text()))
    }


def test_no_name_is_used_that_is_not_listed() -> None:
    assert not {use: where for use, where in room_uses().items() if not is_allowed(use)}


@pytest.mark.parametrize(
    "code",
    [
        "channel.outbufs.clear()",
        "from waitress.utilities import logger",
        "from waitress import wasyncore; wasyncore.loop()",
        "waitress.create_server(app, _start=False)",
        "class Channel:\n    def send_continue(self): pass",
    ],
)
def test_another_name_would_be_found(code: str) -> None:
    assert not all(is_allowed(use) for use in uses(ast.parse(code)))


def test_every_listed_name_is_used() -> None:
    used = room_uses()
    unused = [
        name
        for name in PRIVATE_NAMES
        if name not in used and f".{name.rpartition('.')[2]}" not in used
    ]
    assert not unused


def test_no_other_room_knows_waitress() -> None:
    rooms = ("ingest_api", "sql", "dashboard_app", "bench", "tests")
    others = [
        str(path.relative_to(ROOT))
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if path.parent != ROOM and any(imported(ast.parse(path.read_text())))
    ]
    assert not others


def test_plain_uses_the_public_interface_alone() -> None:
    tree = ast.parse((ROOM / "plain.py").read_text())
    assert dict(imported(tree)) == {"waitress": "waitress"}
    assert {use for use in uses(tree) if not use.startswith(".")} == {"waitress:serve"}
    assert "ingest_api" not in (ROOM / "plain.py").read_text(), "a neighbour would bring more"
