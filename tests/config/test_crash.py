"""What was called saved outlives kill -9 (docs/security.md, R67 and R68). `tests.load.crash` does it at length, and shows it can fail."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.core.checks import run_checks
from django.db import connection

from tests.load import crash


def test_what_was_acknowledged_survives_kill_9_of_database_and_server() -> None:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        outcome = crash.run(Path(folder), saves=60, kills=3)

    print(outcome)
    assert outcome.kills == 3 and len(outcome.saved) >= 60
    assert (outcome.lost, outcome.half) == (0, 0)


def of_the_database() -> list[str]:
    return [problem.msg for problem in run_checks(include_deployment_checks=True) if (problem.id or "").startswith("config.E")]


def test_a_database_that_keeps_what_it_acknowledges_passes_the_check(db: None) -> None:
    assert of_the_database() == []


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit", "data_checksums"])
def test_the_check_refuses_a_database_that_may_forget(db: None, monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    if setting == "synchronous_commit":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
    else:
        # Nothing but a server of its own could really have it off; so the check is told to wish for that.
        monkeypatch.setattr("config.checks.REQUIRED_SETTINGS", {setting: "off"})

    [said] = of_the_database()

    assert said.startswith(f"In the database, {setting} is ")
