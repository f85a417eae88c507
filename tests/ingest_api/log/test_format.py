"""A log folder of version 0.1 is brought to the present format, whatever lies in it."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ingest_api.events.anonymise import Anonymiser
from ingest_api.log.format import FORMAT_FILE, note_format, upgrade
from tests.dashboard_app.running import ROOT
from tests.traces import files

SALT = "a secret of the tests"
RAW = "ada@example.org"
ANON = "a" * 32
OTHER = "b" * 32
NAME = "events-20260301T100000Z-w1-0123456789ab"
hashed = Anonymiser(SALT).session
BLANK = b" " * 120 + b"\n"
PLAIN = b'{"id":1,"t":5,"anon":"%b","evt":"e","m":{"x":1.50,"y":1e400}}\n' % ANON.encode()
START = '{"id":9007199254740993,"t":1772359200500,"anon":"%s","evt":"e","at":5'
UPGRADE = """
import sys
from pathlib import Path
from ingest_api.events.anonymise import Anonymiser
from ingest_api.log.format import upgrade
folder = Path(sys.argv[1])
upgrade(folder, Anonymiser(sys.argv[2]).session, folder.parent.glob("import-rejected-*.jsonl"))
"""


def old_line(rest: str, anon: str = ANON) -> bytes:
    return (START % anon + rest + "}\n").encode()


# what 0.1 logged -> what is kept of it
LINES = [
    (BLANK, BLANK),
    (PLAIN, PLAIN),
    (old_line(f',"session_id":"{RAW}"'), old_line(f',"session_id":"{hashed(ANON, RAW)}"')),
    (
        old_line(f',"session_id":"{RAW}","exit_code":1,"m":{{"n":1.50,"big":{10**30}}}', OTHER),
        old_line(
            f',"exit_code":1,"m":{{"n":1.50,"big":{10**30}}},"session_id":"{hashed(OTHER, RAW)}"',
            OTHER,
        ),
    ),
    (
        old_line(f',"session_id":"{RAW}","m":{{"sessionId":"{RAW} else"}}'),
        old_line(f',"session_id":"{hashed(ANON, RAW)}"'),
    ),
    (
        old_line(f',"m":{{"sessionId":"{RAW * 20}","a":"\\u00e9"}}'),
        old_line(f',"m":{{"a":"\\u00e9"}},"session_id":"{hashed(ANON, RAW * 20)}"'),
    ),
    (old_line(',"m":{"sessionId":77}'), old_line(f',"session_id":"{hashed(ANON, "77")}"')),
    (old_line(f',"m":{{"sessionId":{{"of":["{RAW}"]}}}}'), old_line("")),
    (b'\0\0{"anon":"x","session_id":"%b","m' % RAW.encode() + b"\n", b'\0\0{"anon":"x","\n'),
    (b'{"anon":5,"m":{"sessionId":"%b"}}\n' % RAW.encode(), b'{"anon":5,"m":{"\n'),
]
OLD, NEW = (b"".join(lines) for lines in zip(*LINES, strict=True))
TORN = old_line(f',"session_id":"{RAW}"')[:-4]


def rejected_record(line: bytes) -> bytes:
    record = {"file": "f", "position": 7, "reason": "r", "line": line.decode().rstrip("\n")}
    return json.dumps(record).encode() + b"\n"


def imported(row: dict[str, Any]) -> bytes:
    return json.dumps({"reason": "invalid_evt", "row": row}).encode() + b"\n"


IMPORTED = [
    imported({"anon": ANON, "session_id": RAW, "m": {"sessionId": RAW, "a": 1}}),
    imported({"anon": None, "session_id": RAW, "m": json.dumps({"sessionId": RAW})}),
    imported({"anon": ANON, "m": '{"sessionId": "' + RAW}),
    imported({"line": LINES[2][0].decode()}),
    b'{"reason":"x","row":{"session_id":"' + RAW.encode() + b"\n",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log folder as version 0.1 left it, and the rows that an import rejected, beside it."""
    return old_folder(tmp_path / "data")


def old_folder(data: Path) -> Path:
    folder = data / "logs"
    (folder / "rejected").mkdir(parents=True)
    (folder / f"{NAME}.jsonl").write_bytes(OLD + TORN)
    (folder / f"{NAME[:-1]}d.jsonl").write_bytes(b"")
    (folder / f"{NAME[:-1]}c.jsonl.gz").write_bytes(gzip.compress(OLD))
    (folder / f"{NAME[:-1]}e.jsonl.gz.new").write_bytes(OLD[:50])
    (folder / "rejected" / f"{NAME}.jsonl").write_bytes(
        b"".join(rejected_record(old) for old, _ in LINES[2:8])
    )
    (data / "import-rejected-20260301T100000Z.jsonl").write_bytes(b"".join(IMPORTED))
    (folder / f"{NAME}.jsonl").chmod(0o600)
    os.utime(folder / f"{NAME}.jsonl", (1e9, 1e9))
    return folder


def run_upgrade(folder: Path) -> None:
    upgrade(folder, hashed, folder.parent.glob("import-rejected-*.jsonl"))


def kept(folder: Path) -> dict[str, str]:
    """Return the contents of all files of the data folder, unpacked."""
    return {name: text for name, text in files(folder.parent) if not name.endswith(".tidy")}


def test_ids_are_hashed_and_all_else_stays_as_it_was_written(folder: Path) -> None:
    run_upgrade(folder)
    found = kept(folder)
    imports = found.pop("import-rejected-20260301T100000Z-v2.jsonl")
    assert found == {
        f"logs/{FORMAT_FILE}": "2\n",
        f"logs/{NAME}-v2.jsonl": NEW.decode(),
        f"logs/{NAME[:-1]}c-v2.jsonl.gz": NEW.decode(),
        f"logs/{NAME[:-1]}d-v2.jsonl": "",
        f"logs/rejected/{NAME}-v2.jsonl": b"".join(
            rejected_record(new) for _, new in LINES[2:8]
        ).decode(),
    }
    rows = [json.loads(line)["row"] for line in imports.splitlines()[:4]]
    assert rows == [
        {
            "anon": ANON,
            "m": {"a": 1, "sessionId": hashed(ANON, RAW)},
            "session_id": hashed(ANON, RAW),
        },
        {"anon": None, "m": {}},
        {"anon": ANON, "m": None},
        {"line": LINES[2][1].decode().rstrip("\n")},
    ]
    assert RAW not in imports
    status = (folder / f"{NAME}-v2.jsonl").stat()
    assert (status.st_mtime, status.st_mode & 0o777) == (1e9, 0o600)


def test_a_folder_of_the_present_format_is_left_alone(folder: Path) -> None:
    note_format(folder)
    before = kept(folder)
    run_upgrade(folder)
    assert kept(folder) == before


def test_a_damaged_archive_keeps_what_can_be_read_and_stays(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = folder / f"{NAME[:-1]}c.jsonl.gz"
    damaged = gzip.compress(OLD * 1000)[:-3000]
    path.write_bytes(damaged)
    path.chmod(0o644)
    run_upgrade(folder)
    assert not path.exists()
    original = folder / f"{path.name}.damaged"
    assert original.read_bytes() == damaged
    assert original.stat().st_mode & 0o777 == 0o600
    assert original.name in caplog.text
    original.unlink()
    found = kept(folder)[f"logs/{NAME[:-1]}c-v2.jsonl.gz"]
    assert found
    assert RAW not in found
    assert (NEW * 1000).decode().startswith(found)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("call", ["rename", "unlink", "fsync"])
def test_an_upgrade_that_is_killed_goes_on(tmp_path: Path, call: str) -> None:
    undisturbed = old_folder(tmp_path / "undisturbed")
    run_upgrade(undisturbed)
    place, code = 0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        place += 1
        folder = old_folder(tmp_path / str(place))
        inject = f"inject=/^{call}:signal=KILL:when={place}"
        command = ["strace", "-f", "-o", "/dev/null", "-e", f"trace=/^{call}", "-e", inject]
        command += [sys.executable, "-c", UPGRADE, str(folder), SALT]
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        assert code in (0, -signal.SIGKILL)
        assert (folder / FORMAT_FILE).exists() or code
        run_upgrade(folder)
        assert kept(folder) == kept(undisturbed), place
    assert place > 4
