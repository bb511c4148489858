"""Figures for the people who run it: `manage.py status`, /metrics, and the counts of errors behind them."""

import json
import logging
import re
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from accounts.vault.scope import acting_for
from checkins.models import CheckIn
from config.ops import error_counts, status
from config.ops.models import BackupProof, ErrorCount
from tests.conftest import make_account
from tests.serving import Serving, Visitor, free_port, manage


def said(**options: object) -> str:
    out = StringIO()
    call_command("status", stdout=out, **options)
    return out.getvalue()


def entry(account: Account, *, days_ago: int) -> None:
    at = timezone.now()
    with acting_for(account):
        CheckIn.write(account, at.date() - timedelta(days=days_ago), {"gratitude_1": "Canary in gratitude"}, version=0, at=at)


def test_the_figures(db: None) -> None:
    people = [make_account(f"canary-name-{number}") for number in range(4)]
    for person, ago in zip(people, (0, 29, 31, 400), strict=True):
        entry(person, days_ago=ago)
        entry(person, days_ago=ago + 1)
    Client().force_login(people[0])
    BackupProof.record(made_at=datetime(2026, 11, 1, tzinfo=UTC), proven_at=datetime(2026, 11, 2, tzinfo=UTC))
    BackupProof.record(made_at=datetime(2026, 11, 29, 3, tzinfo=UTC), proven_at=datetime(2026, 11, 29, 4, tzinfo=UTC))
    today = timezone.now().date()
    ErrorCount.objects.add({"ValueError": 2, "503": 5}, day=today)
    ErrorCount.objects.add({"ValueError": 1}, day=today - timedelta(days=6))
    ErrorCount.objects.add({"KeyError": 9}, day=today - timedelta(days=7))

    found = json.loads(said(json=True))

    assert (found["accounts"], found["accounts_written_30_days"], found["sessions"]) == (4, 2, 1)
    assert found["backup_made_at"] == "2026-11-29T03:00:00+00:00" and found["backup_proven_at"] == "2026-11-29T04:00:00+00:00"
    assert found["errors_7_days"] == {"503": 5, "ValueError": 3}
    assert found["database_bytes"] > 1_000_000 and found["connections_of_server"] > 1
    assert "4, 2 with an entry in the last 30 days" in said()


def test_there_is_no_private_word_no_name_and_nothing_by_person(db: None) -> None:
    for number in range(3):
        entry(make_account(f"canary-name-{number}", email="canary@example.org", country="GB"), days_ago=number)

    for text in (said(), said(json=True), status.collect(at=timezone.now()).to_metrics()):
        assert "anary" not in text
        assert not any(str(account.pk) in text for account in Account.objects.all())
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.account_id', true), count(*) FROM checkins_checkin")
        assert cursor.fetchone() == ("", 0), "and the wall is closed again"


def test_on_a_new_site_nothing_is_made_up(db: None) -> None:
    text = said()

    assert re.search(r"^backup +none was proven yet", text, re.M) and re.search(r"^errors +none", text, re.M)
    assert "backup_proven" not in status.collect(at=timezone.now()).to_metrics()


def test_metrics_are_as_prometheus_reads_them(db: None) -> None:
    ErrorCount.objects.add({"ValueError": 2}, day=timezone.now().date())
    BackupProof.record(made_at=datetime(2026, 11, 29, tzinfo=UTC), proven_at=datetime(2026, 11, 29, tzinfo=UTC))

    lines = status.collect(at=timezone.now()).to_metrics().splitlines()

    assert all(re.fullmatch(r'[a-z_0-9]+(\{[a-z]+="[\w.]+"\})? \d+', line) for line in lines), lines
    assert 'even_keel_errors_7_days{kind="ValueError"} 2' in lines
    assert f"even_keel_backup_proven_timestamp_seconds {int(datetime(2026, 11, 29, tzinfo=UTC).timestamp())}" in lines


def test_counts_are_deleted_after_a_month(db: None) -> None:
    today = timezone.now().date()
    for ago in (29, 30, 31, 60):
        ErrorCount.objects.add({"ValueError": 1}, day=today - timedelta(days=ago))

    call_command("delete_expired")

    assert ErrorCount.objects.count() == 2


@pytest.mark.parametrize(
    ("error", "status_code", "kind"),
    [(ValueError("Canary"), 500, "ValueError"), (None, 503, "503"), (None, None, "django.request")],
)
def test_an_error_is_counted_by_its_kind_and_never_by_what_it_says(error: Exception | None, status_code: int | None, kind: str) -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, "Canary %s", ("/canary/",), error and (type(error), error, None))
    if status_code:
        record.status_code = status_code

    assert error_counts.kind_of(record) == kind


@pytest.mark.django_db(transaction=True)
def test_errors_at_once_add_up_and_are_stored_in_the_background() -> None:
    counting = error_counts.ErrorCountHandler(gather_s=0.05)
    for _ in range(3):
        counting.handle(logging.makeLogRecord({"name": "django.request", "levelno": logging.ERROR, "status_code": 503}))
    counting.handle(logging.makeLogRecord({"name": "a.b", "levelno": logging.ERROR}))

    until = time.monotonic() + 10
    while counting._thread is not None and time.monotonic() < until:
        time.sleep(0.02)

    assert ErrorCount.objects.by_kind(since=timezone.now().date()) == {"503": 3, "a.b": 1}


def ask(port: int, path: str = "/metrics", host: str = "127.0.0.1") -> tuple[int, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_metrics_of_a_running_program_and_the_proof_of_its_backup(tmp_path: Path) -> None:
    port = free_port()
    server = Serving(tmp_path, "--workers", "1", METRICS_PORT=str(port)).wait_until_ready()
    try:
        Visitor(server.address).sign_up("quiet-harbour-42")
        dump = tmp_path / "a.dump"
        assert manage(tmp_path, "backup", str(dump)).returncode == 0
        assert manage(tmp_path, "restore_drill", str(dump)).returncode == 0

        code, text = ask(port)

        assert code == 200 and "even_keel_accounts 1\n" in text and "even_keel_sessions 1\n" in text
        assert re.search(r"^even_keel_backup_proven_timestamp_seconds 1\d{9}$", text, re.M)
        assert int(re.search(r"^even_keel_connections_open (\d+)", text, re.M)[1]) >= 1
        assert "harbour" not in text
        assert [ask(port, "/")[0], ask(port, "/metrics?x=1")[0], ask(port, host="evil.example")[0]] == [404, 404, 400]
        assert Visitor(server.address).get("/metrics").status in (302, 404), "the site itself does not have it"
        busy = manage(tmp_path / "other", "serve", "--port", str(free_port()), METRICS_PORT=str(port))
        assert busy.returncode != 0 and "METRICS_PORT" in busy.stderr and "Traceback" not in busy.stderr
    finally:
        server.stop()
