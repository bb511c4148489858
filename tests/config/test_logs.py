"""A stranger's request and a database that refuses do not fill the log (docs/security.md, R64)."""

import logging
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from config.logs import BriefFilter, QuietFormatter
from tests.config.test_environment import KEYS
from tests.serving import manage


@pytest.fixture
def log() -> StringIO:
    """What the program would write to its log, by the handler and formatter of its settings."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(BriefFilter())
    form = settings.LOGGING["formatters"]["quiet"]
    handler.setFormatter(QuietFormatter(form["format"], style=form["style"]))
    loggers = [logging.getLogger(name) for name in ("django", "psycopg.pool")]
    for logger in loggers:
        logger.addHandler(handler)
    yield stream
    for logger in loggers:
        logger.removeHandler(handler)


@pytest.mark.parametrize("host", ["evil.example", "canary\n2026-01-01 ERROR forged", "canary" * 50, "a b", "\x1b[31mcanary"])
def test_an_odd_host_is_one_short_line_without_what_was_sent(client: Client, db: None, log: StringIO, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 400

    (line,) = log.getvalue().splitlines()
    assert line.endswith("ERROR django.security.DisallowedHost: Refused a request: DisallowedHost.")


def test_a_refused_request_of_any_other_kind_is_one_short_line_too(client: Client, db: None, log: StringIO) -> None:
    logging.getLogger("django.security.TooManyFieldsSent").error("canary %s", "canary", exc_info=ValueError("canary"))

    (line,) = log.getvalue().splitlines()
    assert line.endswith("Refused a request: TooManyFieldsSent.") and "canary" not in line


def test_what_the_settings_configure_is_what_is_tried_here() -> None:
    assert settings.LOGGING["filters"]["brief"]["()"] == "config.logs.BriefFilter"
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["brief"]


def test_the_pool_says_once_a_minute_why_it_cannot_connect(log: StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = logging.getLogger("psycopg.pool")
    now = 1000.0
    monkeypatch.setattr("config.logs.time.monotonic", lambda: now)
    for attempt in range(30):
        pool.warning("error connecting in %r: %s", "pool-1", f"FATAL: password authentication failed\nDETAIL: attempt {attempt}")
        pool.warning("discarding broken connection: %s", f"<Connection at {hex(id(attempt) + attempt)}>")
        now += 1
    assert len(log.getvalue().splitlines()) == 2
    pool.warning("error connecting in %r: %s", "pool-1", "FATAL: the database system is starting up")
    now += 61
    pool.warning("error connecting in %r: %s", "pool-1", "FATAL: password authentication failed")

    lines = log.getvalue().splitlines()
    assert [line.rpartition("FATAL: ")[2] for line in lines if "FATAL" in line] == [
        "password authentication failed",
        "the database system is starting up",
        "password authentication failed",
    ]


def test_a_command_says_why_the_database_refuses_it_and_says_it_once(tmp_path: Path) -> None:
    done = manage(tmp_path, "status", **KEYS | {"DATABASE_URL": "postgres://nobody:wrong@127.0.0.1:9/nothing"})

    assert done.returncode != 0 and "Traceback" not in done.stderr
    assert "Connection refused" in done.stderr and "pool" not in done.stderr
    assert done.stderr.count("connection to server") == 1
