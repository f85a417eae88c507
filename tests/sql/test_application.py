"""Where the application keeps its data and log, by the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from sql.application import Application, default_application
from sql.database import ExternalDatabase


def test_without_settings_all_lies_in_data() -> None:
    application = default_application({})
    assert application.name == "default"
    assert application.folder == Path("data").absolute()
    assert application.log_folder == Path("data/logs").absolute()
    assert str(Path("data/postgres").absolute()) in application.database.name()


def test_each_folder_and_the_database_can_be_named(tmp_path: Path) -> None:
    application = default_application(
        {
            "DATA_DIR": str(tmp_path),
            "LOG_DIR": "/var/log/telemetry",
            "DATABASE_URL": "postgresql://elsewhere/events",
        }
    )
    assert application.folder == tmp_path
    assert application.log_folder == Path("/var/log/telemetry")
    assert "the database events on elsewhere" in application.database.name()


def test_a_notebook_keeps_its_data_in_the_checkout(tmp_path: Path) -> None:
    assert default_application({}, tmp_path).log_folder == tmp_path / "logs"
    assert default_application({"DATA_DIR": "/srv"}, tmp_path).folder == Path("/srv")


def test_a_bad_database_is_named_by_its_variable() -> None:
    with pytest.raises(ValueError, match="DATABASE_URL is not a PostgreSQL connection string"):
        default_application({"DATABASE_URL": "postgres:/user@host"})


def test_two_applications_share_no_folder(tmp_path: Path) -> None:
    database = ExternalDatabase("dbname=one")
    one, other = (Application(name, tmp_path / name, database) for name in ("one", "other"))
    assert one.log_folder.is_relative_to(one.folder)
    assert not other.log_folder.is_relative_to(one.folder)
