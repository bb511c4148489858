"""The first command, on a machine with nothing of ours."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings

from tests.serving import Serving, Visitor, environment, free_port, manage

GOOD_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the program has been started and stopped once."""
    folder = tmp_path_factory.mktemp("var")
    server = Serving(folder).wait_until_ready()
    assert server.stop() == 0
    return folder


@pytest.fixture
def serve() -> Iterator[Callable[..., Serving]]:
    """Starts the program; whatever was started is stopped."""
    started: list[Serving] = []

    def start(*arguments, **options) -> Serving:
        started.append(Serving(*arguments, **options))
        return started[-1].wait_until_ready()

    yield start
    for server in started:
        server.stop()


def get(address: str) -> tuple[int, str]:
    answer = Visitor(address).get("")
    return answer.status, answer.text


def database_runs(var: Path) -> bool:
    pid = var / "postgres" / "postmaster.pid"
    return pid.exists() and psutil.pid_exists(int(pid.read_text().splitlines()[0]))


def sql(var: Path, statement: str) -> None:
    """Run a statement in the stopped program's database, starting it for that long."""
    code = f"from django.db import connection; connection.cursor().execute({statement!r})"
    done = manage(var, "shell", "--no-imports", "-c", code)
    assert done.returncode == 0, done.stderr


def test_from_nothing_to_a_page_saying_each_step(tmp_path: Path, serve) -> None:
    server = serve(tmp_path, "--workers", "1")

    assert re.search(r"^database +PostgreSQL 18\.\d+ in ", server.said, re.M)
    assert re.search(r"^tables +\d+ migrations applied$", server.said, re.M)
    assert re.search(r"^guide +7 parts, 7 changed", server.said, re.M)
    assert re.search(rf"^ready +{server.address}/", server.said, re.M)
    assert get(f"{server.address}/")[0] == 200
    assert "How to ask" in get(f"{server.address}/guide/talking/")[1]
    assert get(f"{server.address}/health/ready") == (200, "up")
    status, page = get(f"{server.address}/nowhere/")
    assert status == 404 and "There is no such page" in page, "served as in production, also while trying out"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_kill_stop_server_and_database(var: Path, serve, how: signal.Signals) -> None:
    server = serve(var)
    assert database_runs(var)

    assert server.stop(how) == 0

    assert server.said.rstrip().endswith("stopped")
    assert "Traceback" not in server.said
    assert not database_runs(var)


def test_kill_while_it_is_still_starting_leaves_no_database(var: Path) -> None:
    server = Serving(var)
    while "database" not in server.said and server.process.poll() is None:
        time.sleep(0.01)
    server.stop()

    assert not database_runs(var)


def test_a_start_that_a_test_gives_up_waiting_for_is_stopped(var: Path) -> None:
    server = Serving(var)

    with pytest.raises(AssertionError):
        server.wait_until_ready(0.01)

    assert server.process.poll() is not None


def test_a_second_start_finds_everything_done(var: Path, serve) -> None:
    said = serve(var).said

    assert re.search(r"^tables +up to date$", said, re.M)
    assert re.search(r"^guide +7 parts, 0 changed, 0 deleted\.$", said, re.M)
    assert re.search(r"^files +up to date$", said, re.M)


def test_after_kill_9_it_starts_and_stops_as_ever(var: Path, serve) -> None:
    server = serve(var)
    for child in psutil.Process(server.process.pid).children(recursive=True):
        child.kill()
    server.process.kill()
    server.process.wait()
    assert database_runs(var), "no process was left to stop it"

    server = serve(var)
    assert get(f"{server.address}/health/ready") == (200, "up")
    server.stop()
    assert not database_runs(var)


def test_its_processes_and_the_database_end_with_it_however_it_ends(var: Path, serve) -> None:
    server = serve(var)
    children = psutil.Process(server.process.pid).children(recursive=True)
    assert len(children) >= 3, "two servers and the guard of the database"
    assert database_runs(var)

    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    # The guard waits for the server of the database, so that it is the last to end.
    gone, alive = psutil.wait_procs(children, timeout=30)

    assert not alive and not database_runs(var)
    assert not (var / "postgres" / "postmaster.pid").exists(), "it was stopped, not killed"
    again = serve(var, port=server.port)
    assert get(f"{again.address}/health/ready") == (200, "up")


def test_another_process_that_uses_the_database_keeps_it_when_the_server_is_killed(var: Path, serve) -> None:
    server = serve(var, "--workers", "1")
    code = "from django.db import connection as c; c.ensure_connection(); print('in', flush=True); input(); c.cursor(); print('ok')"
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "shell", "--no-imports", "-c", code]
    with subprocess.Popen(command, env=environment(var), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "in\n"
        children = psutil.Process(server.process.pid).children(recursive=True)
        servers = [child for child in children if "guard.py" not in " ".join(child.cmdline())]
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        assert not psutil.wait_procs(servers, timeout=30)[1]
        assert other.communicate("\n", timeout=30)[0] == "ok\n"
    _, alive = psutil.wait_procs(children, timeout=30)
    assert not alive and not database_runs(var), "it stops after the last process that uses it"


def test_on_every_address_it_prints_those_that_work_and_what_signing_in_needs(var: Path, serve) -> None:
    server = serve(var, "--workers", "1", "--host", "0.0.0.0")  # noqa: S104
    until = time.monotonic() + 10
    while "For trying out" not in server.said and time.monotonic() < until:
        time.sleep(0.05)

    outside = re.findall(r"^ +(http://\S+:\d+)/   from other devices", server.said, re.M)
    assert "http://0.0.0.0" not in server.said
    assert "To sign in from another device you need TLS" in server.said or not outside
    for address in (server.address, *outside):
        assert get(f"{address}/")[0] == 200, address
    assert Visitor(server.address).get("/", Host="evil.example").status == 400


def test_without_a_host_name_it_does_not_say_that_it_is_ready(var: Path, tmp_path: Path, serve, refused) -> None:
    serve(var, "--workers", "1")
    socket_dir = (var / "postgres" / "postmaster.pid").read_text().splitlines()[4]
    keys = {"SECRET_KEY": (var / "keys" / "secret_key").read_text(), "SEALING_KEYS": (var / "keys" / "sealing_keys").read_text()}
    production = keys | {"DATABASE_URL": f"postgres://evenkeel@/evenkeel?host={socket_dir}"}

    assert "ALLOWED_HOSTS is not set" in refused(None, **production)
    assert "ALLOWED_HOSTS holds https://even-keel.example" in refused(None, ALLOWED_HOSTS="https://even-keel.example", **production)
    by_another_server = manage(tmp_path, "shell", "--no-imports", "-c", "import config.wsgi", **production)
    assert by_another_server.returncode != 0 and "ALLOWED_HOSTS is not set" in by_another_server.stderr
    checked = manage(tmp_path, "check", "--deploy", **production)
    assert checked.returncode != 0 and "ALLOWED_HOSTS is not set" in checked.stderr


def test_two_checkouts_run_side_by_side(var: Path, tmp_path: Path, serve) -> None:
    one, other = serve(var), serve(tmp_path)

    assert get(f"{one.address}/")[0] == get(f"{other.address}/")[0] == 200
    one.stop()
    assert get(f"{other.address}/health/ready") == (200, "up")


def test_another_servers_database_is_used_when_its_address_is_given(var: Path, tmp_path: Path, serve) -> None:
    host = serve(var)
    socket_dir = (var / "postgres" / "postmaster.pid").read_text().splitlines()[4]
    with psycopg.connect(host=socket_dir, user="evenkeel", dbname="evenkeel", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS elsewhere")
        connection.execute("CREATE DATABASE elsewhere")

    server = serve(tmp_path, DATABASE_URL=f"postgres://evenkeel@/elsewhere?host={socket_dir}")

    assert "migrations applied" in server.said
    assert get(f"{server.address}/health/ready") == (200, "up")
    assert not (tmp_path / "postgres").exists()
    server.stop()
    assert database_runs(var)
    host.stop()


def test_the_demo_account_signs_in_and_has_six_months(var: Path, serve) -> None:
    server = serve(var, "--demo")
    name, passphrase = re.search(r"^demo +sign in as (\S+) with the passphrase (\S+)$", server.said, re.M).groups()

    visitor = Visitor(server.address)
    assert visitor.post("/accounts/login/", {"login": name, "password": passphrase}).status == 302

    assert "of the last 7 days" in visitor.get("/").text
    assert visitor.get("/checkins/").text.count('class="log-day"') == 7
    assert "Done on" in visitor.get("/roadmap/").text
    server.stop()
    again = serve(var, "--demo")
    assert f"sign in as {name}" in again.said and passphrase not in again.said


# What goes wrong is said in one sentence, without a traceback, and nothing is left running


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., str]:
    def run(var: Path | None = None, *options: str, **changes: str) -> str:
        done = manage(var or tmp_path, "serve", *options, **changes)
        assert done.returncode != 0
        assert "Traceback" not in done.stderr + done.stdout
        sentence = done.stderr.strip().removeprefix("CommandError: ")
        assert len(sentence.splitlines()) == 1, sentence
        assert not database_runs(var or tmp_path)
        return sentence

    return run


def test_a_busy_port(var: Path, refused) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])

        said = refused(var, "--port", port)
        assert f"Port {port} on 127.0.0.1 cannot be used" in said
        assert f"by {psutil.Process().name()} (process {os.getpid()})" in said


def test_a_port_that_another_of_our_own_servers_has(var: Path, tmp_path: Path, serve) -> None:
    """The server's processes share their port; two servers must not."""
    server = serve(var)

    done = manage(tmp_path, "serve", "--port", str(server.port))

    assert done.returncode != 0
    assert "cannot be used" in done.stderr
    assert f"by another Even Keel (process {server.process.pid})" in done.stderr


@pytest.mark.parametrize("options", [("--port", "70000"), ("--host", "203.0.113.7")])
def test_an_address_that_is_none_of_ours(var: Path, refused, options: tuple[str, ...]) -> None:
    assert "cannot be used" in refused(var, *options)


def test_a_folder_that_cannot_be_written(tmp_path: Path, refused) -> None:
    (tmp_path / "file").write_text("in the way")

    assert "cannot be written" in refused(None, VAR_DIR=str(tmp_path / "file"))
    assert "cannot be written" in refused(None, VAR_DIR="/proc/nowhere")


def test_a_database_written_by_a_newer_version_of_the_program(var: Path, refused) -> None:
    sql(var, "INSERT INTO django_migrations (app, name, applied) VALUES ('checkins', '9999_from_the_future', now())")
    try:
        assert "written by a newer version of Even Keel (it has checkins.9999_from_the_future)" in refused(var)
    finally:
        sql(var, "DELETE FROM django_migrations WHERE name = '9999_from_the_future'")


@pytest.mark.parametrize(
    ("change", "undo"),
    [
        (
            "INSERT INTO django_migrations (app, name, applied) VALUES ('checkins', '0002_enough_and_writer', now())",
            "DELETE FROM django_migrations WHERE name = '0002_enough_and_writer'",
        ),
        ("ALTER TABLE checkins_checkin RENAME COLUMN version TO edition", "ALTER TABLE checkins_checkin RENAME COLUMN edition TO version"),
    ],
)
def test_a_database_from_before_the_initial_migrations_were_written_again(var: Path, refused, change: str, undo: str) -> None:
    sql(var, change)
    try:
        said = refused(var)
        assert "made by an earlier version" in said and "export each account" in said and "nothing in it was changed" in said
    finally:
        sql(var, undo)


def test_a_database_written_by_a_newer_postgresql(var: Path, refused) -> None:
    version = var / "postgres" / "PG_VERSION"
    written = version.read_text()
    version.write_text("99\n")
    try:
        assert "was written by a newer PostgreSQL (99; this program brings 18)" in refused(var)
    finally:
        version.write_text(written)


def test_a_database_that_cannot_be_reached(refused) -> None:
    assert "The database cannot be reached" in refused(DATABASE_URL="postgres://nobody@127.0.0.1:9/nothing")
    production = {"SECRET_KEY": "x" * 50, "SEALING_KEYS": GOOD_KEY, "DATABASE_URL": "postgres://nobody@127.0.0.1:9/nothing"}
    assert "Connection refused" in refused(**production), "the reason, and not that a pool has waited for it"


def test_no_space_for_the_database_is_said_and_no_log_is_named_that_is_not_there(tmp_path: Path) -> None:
    """A limit on the size of files stops initdb as a full disk does."""
    limited = f"ulimit -f 100; exec {sys.executable} {settings.BASE_DIR / 'manage.py'} serve --port {free_port()}"

    done = subprocess.run(["bash", "-c", limited], env=environment(tmp_path), capture_output=True, text=True, timeout=120)

    assert done.returncode != 0 and "Traceback" not in done.stderr
    assert "The embedded PostgreSQL did not start" in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert "Command '" not in done.stderr
    named = re.search(r"its own words are in (\S+)\.$", done.stderr.strip())
    assert named is None or Path(named[1]).exists()


@pytest.mark.parametrize("url", ["mysql://a@b/c", "nonsense", "postgres:/half"])
def test_a_database_that_is_no_postgresql(refused, url: str) -> None:
    assert "DATABASE_URL must be the address of a PostgreSQL server" in refused(DATABASE_URL=url)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"DEBUG": "off"}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "x" * 50}, "SEALING_KEYS is not set"),
        ({"SEALING_KEYS": GOOD_KEY}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "x" * 50, "SEALING_KEYS": GOOD_KEY}, "DATABASE_URL is not set"),
        ({"SEALING_KEYS": "c2hvcnQ="}, "wrong length"),
        ({"SEALING_KEYS": "not base64 at all"}, "not base64"),
        ({"SEALING_KEYS": f"{GOOD_KEY},"}, "wrong length"),
        ({"SEALING_KEYS_FILE": "/nowhere/key"}, "SEALING_KEYS_FILE names a file that cannot be read"),
    ],
)
def test_a_missing_or_wrong_key(refused, changes: dict[str, str], words: str) -> None:
    if "SEALING_KEYS" in changes and "SECRET_KEY" not in changes and "SECRET_KEY" not in words:
        changes = changes | {"SECRET_KEY": "x" * 50}

    assert words in refused(**changes)


def test_keys_that_are_not_the_databases(var: Path, refused, serve) -> None:
    serve(var, "--demo").stop()
    keys = var / "keys" / "sealing_keys"
    written = keys.read_text()
    keys.unlink()
    try:
        assert "None of the sealing keys opens this database" in refused(var), "a new key was made, and must not be used"
        by_another_server = manage(var, "shell", "--no-imports", "-c", "import config.wsgi")
        assert by_another_server.returncode != 0
        assert "None of the sealing keys opens this database" in by_another_server.stderr
    finally:
        keys.write_text(written)


def test_the_demo_is_for_trying_out_only(var: Path, refused) -> None:
    production = {"SECRET_KEY": "x" * 50, "SEALING_KEYS": GOOD_KEY, "DATABASE_URL": "postgres://nobody@127.0.0.1:9/nothing"}

    assert "--demo is for trying out" in refused(var, "--demo", **production)


def test_keys_are_made_once_and_are_the_owners_alone(var: Path) -> None:
    for name in ("secret_key", "sealing_keys"):
        path = var / "keys" / name
        assert path.stat().st_mode & 0o777 == 0o600
        assert len(path.read_text()) > 40
    assert (var / "keys").stat().st_mode & 0o777 == 0o700


def test_memory_that_hashing_took_is_given_back(var: Path, serve) -> None:
    server = serve(var, "--workers", "1")
    visitor = Visitor(server.address)
    worker = max(psutil.Process(server.process.pid).children(recursive=True), key=lambda each: each.memory_info().rss)
    visitor.get("/accounts/signup/")
    before = worker.memory_info().rss

    for number in range(10, 14):
        Visitor(server.address).sign_up(f"quiet-harbour-{number}")

    grown = worker.memory_info().rss - before
    assert grown < 19 * 2**20, f"{grown >> 20} MiB"
