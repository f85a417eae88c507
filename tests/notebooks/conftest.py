"""What the notebooks' tests share: a database of demo data, and a notebook run on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import nbformat
import pytest
from nbclient import NotebookClient

from dashboard_app.notebook import MIME_TYPE
from ingest_api.commands.demo.generator import History
from ingest_api.commands.demo.period import period_up_to
from tests.conftest import own_database
from tests.dashboard_app.sample import load

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
EVENTS, DAYS, SEED = 4000, 90, 1
CELL_SECONDS = 120
NO_FRAME = "import sys; assert 'streamlit' not in sys.modules, 'it imports the dashboard itself'"

RunNotebook = Callable[[str], "Results"]


class Results:
    """What the cells of a notebook showed."""

    def __init__(self, notebook: nbformat.NotebookNode) -> None:
        self._outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]

    def printed(self) -> str:
        """Return what was printed."""
        return "".join(output.text for output in self._outputs if output.output_type == "stream")

    def values(self) -> list[str]:
        """Return the values of cells, as text."""
        return [output.data["text/plain"] for output in self._outputs if "data" in output]

    def charts(self) -> list[dict[str, Any]]:
        """Return the specs of the charts."""
        found = [output.data.get(MIME_TYPE) for output in self._outputs if "data" in output]
        return [spec for spec in found if spec]


def read_notebook(name: str) -> nbformat.NotebookNode:
    """Return a notebook as it is kept."""
    text = (NOTEBOOKS / f"{name}.ipynb").read_text()
    notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    assert isinstance(notebook, nbformat.NotebookNode)
    return notebook


@pytest.fixture(scope="session")
def demo(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with demo data up to yesterday, so that its last day is over."""
    now = datetime.now(UTC)
    history = History(SEED, EVENTS, period_up_to(now.date() - timedelta(days=1), DAYS, now))
    events = [
        (arrival.origin.place.country, msgspec.to_builtins(event))
        for arrival in history.arrivals()
        for event in arrival.events
    ]
    with own_database(cluster) as database:
        load(database, tmp_path_factory.mktemp("demo"), events)
        yield database


@pytest.fixture
def run_notebook(demo: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> RunNotebook:
    """A function that runs a notebook on the demo data, in its own folder, as Jupyter does.

    It fails where a cell does, or where the notebook imports Streamlit.
    """
    monkeypatch.setenv("DATABASE_URL", demo)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))  # no settings of whoever runs the tests

    def run(name: str) -> Results:
        notebook = read_notebook(name)
        notebook.cells.append(nbformat.v4.new_code_cell(NO_FRAME))  # type: ignore[no-untyped-call]
        client = NotebookClient(
            notebook,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": str(NOTEBOOKS)}},
        )
        return Results(client.execute())

    return run
