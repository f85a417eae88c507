"""An application: a name, a folder and a database of its own. Nothing in them is shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sql.database import DATABASE_VARIABLES, Database, find

DEFAULT = "default"
# the settings that say where the application `default` keeps what it has, with default and help
APPLICATION_VARIABLES: dict[str, tuple[str | None, str]] = {
    "DATA_DIR": ("./data", "Folder for the log, the salt and the embedded database."),
    "LOG_DIR": (None, "Folder for the event log. Default: `logs` in `DATA_DIR`."),
    **{name: (None, text) for name, text in DATABASE_VARIABLES.items()},
}


@dataclass(frozen=True)
class Application:
    """One application whose events are kept: all that belongs to it is found from here.

    `folder` is absolute and holds its salt, what imports set aside and, unless `log_dir` is
    another folder, its log with archive and rejected lines.
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
    """Return the application that the environment names; its folder is `data` without DATA_DIR.

    Raises ValueError naming the variable that can't be used.
    """
    folder = Path(environ.get("DATA_DIR") or data).absolute()
    log_dir = environ.get("LOG_DIR")
    return Application(
        DEFAULT,
        folder,
        find(environ, folder / "postgres"),
        Path(log_dir).absolute() if log_dir else None,
    )
