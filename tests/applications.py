"""An application of a test: its database, and the folder of its log."""

from __future__ import annotations

from pathlib import Path

from sql.application import DEFAULT, Application
from sql.database import ExternalDatabase


def application(database: str, log_folder: Path, folder: Path | None = None) -> Application:
    """Return it; its other files are in `folder`, else beside the log."""
    return Application(
        DEFAULT, folder or log_folder.parent, ExternalDatabase(database), log_dir=log_folder
    )
