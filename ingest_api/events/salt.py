"""The key of the hashes that replace user ids."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ingest_api.durable_files import sync_folder
from ingest_api.settings import SettingError, Settings

SALT = "salt"
SALT_BYTES = 32


def has_salt(settings: Settings, folder: Path) -> bool:
    """Return whether YEARLY_SALT is set, or the application's folder has a salt."""
    return settings.yearly_salt is not None or (folder / SALT).exists()


def read_salt(settings: Settings, folder: Path) -> str:
    """Return YEARLY_SALT, else the salt in the application's folder, generated if missing."""
    if settings.yearly_salt is not None:
        return settings.yearly_salt
    path = folder / SALT
    if not path.exists():
        _make(path)
    salt = path.read_text().strip()
    if not salt:
        raise SettingError(f"{path} is empty: restore it, or set YEARLY_SALT")
    return salt


def _make(path: Path) -> None:
    """Write a new salt, completely or not at all; if another process was first, keep its salt."""
    draft = path.with_suffix(f".{os.getpid()}")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w") as file:
        file.write(secrets.token_urlsafe(SALT_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    sync_folder(path.parent)
