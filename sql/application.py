"""An application: a name, a folder and a database, none of them shared with another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sql.database import DATABASE_VARIABLES, Database, find

DEFAULT = "default"
# the settings that locate the data of the application `default`, with default and help
APPLICATION_VARIABLES: dict[str, tuple[str | None, str]] = {
    "DATA_DIR": ("./data", "Folder for the log, the salt and the embedded database."),
    "LOG_DIR": (None, "Folder for the event log. Default: `logs` in `DATA_DIR`."),
    **{name: (None, text) for name, text in DATABASE_VARIABLES.items()},
}


@dataclass(frozen=True)
class Application:
    """One application, and where its data is.

    `folder` is absolute. It holds the salt, the rows that imports rejected and, unless `log_dir` is
    another folder, the log with its archives and rejected lines.
    """

    name: str
    folder: Path
    database: Database
    log_dir: Path | None = None

    @property
    def log_folder(self) -> Path:
        """The folder of the event log."""
        return self.log_dir or self.folder / "logs"


def default_application(environ: Mapping[str, str], data: Path = Path("data")) -> Application:
    """Return the application in the environment; without DATA_DIR, its folder is `data`.

    Raises ValueError, which names the invalid variable.
    """
    folder = Path(environ.get("DATA_DIR") or data).absolute()
    log_dir = environ.get("LOG_DIR")
    return Application(
        DEFAULT,
        folder,
        find(environ, folder / "postgres"),
        Path(log_dir).absolute() if log_dir else None,
    )
