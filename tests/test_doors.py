"""Architecture: the direction of imports, and the size of folders and files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# imports go downward only; rooms on the same floor don't import each other
FLOORS = (
    ("ingest_api/commands", "ingest_api/__main__.py"),
    ("ingest_api/serving",),
    ("ingest_api/http",),
    ("ingest_api/loading", "ingest_api/stats"),
    ("ingest_api/log",),
    ("ingest_api/metrics",),
    ("ingest_api/events",),
    (
        "ingest_api/backoff.py",
        "ingest_api/durable_files.py",
        "ingest_api/failure.py",
        "ingest_api/settings.py",
        "ingest_api/shared_question.py",
        "ingest_api/version.py",
    ),
    ("ingest_api/networks.py",),
    ("dashboard_app/streamlit_app.py", "dashboard_app/notebook.py"),
    ("dashboard_app/app_pages",),
    ("dashboard_app/server", "dashboard_app/frame"),
    ("dashboard_app/ui",),
    ("dashboard_app/charts",),
    ("dashboard_app/query", "dashboard_app/analysis"),
    ("dashboard_app/view.py",),
    ("dashboard_app/filters.py",),
    ("dashboard_app/dimensions.py",),
    ("dashboard_app/theme.py",),
    (
        "dashboard_app/formats.py",
        "dashboard_app/places.py",
        "dashboard_app/settings.py",
        "dashboard_app/window.py",
    ),
    ("sql",),
)
NEVER = {
    "sql": {"ingest_api", "dashboard_app", "streamlit", "pandas", "altair"},
    "ingest_api": {"dashboard_app", "streamlit", "pandas", "altair", "numpy"},
    "dashboard_app": {"ingest_api"},
    "dashboard_app/charts": {"ingest_api", "streamlit", "psycopg", "psycopg_pool", "sql"},
}
MOST_FILES = 12
APPS = {Path("ingest_api/__init__.py"), Path("dashboard_app/__init__.py")}


def modules(room: str) -> list[Path]:
    """Return the modules of a room, relative to the root."""
    files = [path.relative_to(ROOT) for path in (ROOT / room).rglob("*.py")]
    assert files
    return files


def imported(path: Path) -> Iterator[str]:
    """Yield the full names of what a file imports."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                as_module = Path(*node.module.split("."), f"{alias.name}.py")
                is_module = (ROOT / as_module).exists()
                yield f"{node.module}.{alias.name}" if is_module else node.module


def own_imports(path: Path) -> set[Path]:
    """Return our modules that a file imports."""
    found = set()
    for name in imported(path):
        module = Path(*name.split("."))
        for file in (module.with_suffix(".py"), module / "__init__.py"):
            if (ROOT / file).exists():
                found.add(file)
    return found


def room_of(path: Path) -> tuple[int, str]:
    """Return a module's floor, from the top, and its room. Raises AssertionError if it has none."""
    for floor, rooms in enumerate(FLOORS):
        for room in rooms:
            if path.is_relative_to(room):
                return floor, room
    raise AssertionError(f"{path} has no room: see FLOORS")


@pytest.mark.parametrize("room", NEVER)
def test_a_room_imports_nothing_forbidden(room: str) -> None:
    wrong = {
        str(path): bad
        for path in modules(room)
        if (bad := {name.partition(".")[0] for name in imported(path)} & NEVER[room])
    }
    assert not wrong


def test_imports_run_downward_only() -> None:
    wrong = []
    for path in (*modules("ingest_api"), *modules("dashboard_app"), *modules("sql")):
        if path in APPS:
            continue
        floor, room = room_of(path)
        for other in own_imports(path) - APPS:
            other_floor, other_room = room_of(other)
            if other_floor < floor or (other_floor == floor and other_room != room):
                wrong.append(f"{path} imports {other}")
    assert not wrong


@pytest.mark.parametrize("room", ["ingest_api", "sql", "dashboard_app"])
def test_no_imports_run_in_a_circle(room: str) -> None:
    graph = {path: own_imports(path) for path in modules(room)}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' -> '.join(map(str, error.args[1]))}")


@pytest.mark.parametrize("room", ["ingest_api", "dashboard_app", "sql"])
def test_no_folder_is_too_full(room: str) -> None:
    folders = [ROOT / room, *(path for path in (ROOT / room).rglob("*") if path.is_dir())]
    sizes = {
        str(folder.relative_to(ROOT)): len([*folder.glob("*.py"), *folder.glob("*.sql")])
        for folder in folders
        if folder.name != "migrations"
    }
    assert {folder: size for folder, size in sizes.items() if size > MOST_FILES + 1} == {}


def test_no_file_is_past_300_lines() -> None:
    code = [
        path
        for room in ("sql", "ingest_api", "dashboard_app", "tests")
        for path in (ROOT / room).rglob("*")
    ]
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in code
        if path.suffix in (".py", ".sql")
    }
    assert not {name: length for name, length in lengths.items() if length > 300}


def test_sql_uses_named_parameters() -> None:
    for path in (ROOT / "sql").rglob("*.sql"):
        statement = path.read_text()
        assert "%s" not in statement, f"{path.name}: parameters have names"
        assert "{" not in statement, f"{path.name}: SQL is not a template"


def test_the_environment_is_read_at_the_edge_only() -> None:
    edge = {
        "ingest_api/__main__.py",
        "ingest_api/serving/worker.py",
        "ingest_api/commands/welcome.py",
    }
    readers = {
        str(path)
        for path in (*modules("ingest_api"), *modules("sql"))
        if {"os.environ", "os.getenv"} & set(dotted_names(path))
    }
    assert readers == edge


def dotted_names(path: Path) -> Iterator[str]:
    """Yield a file's names of the form `os.environ`."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"
