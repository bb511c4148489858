"""The files in deploy/ are what they say."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from config.settings import sealing_keys
from tests.serving import CONFIGURED

DEPLOY = settings.BASE_DIR / "deploy"
SERVICES = ("even-keel.service", "even-keel-hourly.service", "even-keel-nightly.service")
# Not ours, but of the programs that read them.
OTHERS = {
    "PYTHON",
    "PYTHONUNBUFFERED",
    "PYTHONDONTWRITEBYTECODE",
    "POSTGRES_PASSWORD",
    "POSTGRES_INITDB_ARGS",
    "SITE",
    "UPSTREAM",
    "PROGRAM_WAIT",
}


def settings_in(text: str) -> set[str]:
    """Names of variables that a file sets."""
    return {name.removesuffix("_FILE") for name in re.findall(r"\b([A-Z][A-Z_]+)(?:=|: )", text)}


@pytest.mark.parametrize("name", ["compose.yaml", "Containerfile", *SERVICES])
def test_every_setting_they_give_is_one_that_the_program_knows(name: str) -> None:
    text = (DEPLOY / name).read_text()
    text = text if not name.endswith(".service") else "\n".join(re.findall(r"^Environment=(.*)", text, re.M))

    assert settings_in(text) - {"DEBUG", "VAR_DIR"} <= CONFIGURED | OTHERS


def test_the_container_has_every_app_and_checks_every_package() -> None:
    text = (DEPLOY / "Containerfile").read_text()

    apps = {path.parent.name for path in settings.BASE_DIR.glob("*/__init__.py")} - {"tests"}
    assert set(re.findall(r"^COPY (\w+) ", text, re.M)) >= apps | {"static", "templates"}
    assert "--require-hashes" in text and re.search(r"^USER 10001$", text, re.M)
    assert re.search(r"^ +&& install .*--owner=evenkeel .* /backups$", text, re.M), "or nothing could be written to a new volume there"
    assert "curl" not in text and "wget" not in text, "nothing is fetched but packages that are checked"


def test_the_containers_are_read_only_and_without_rights() -> None:
    services = re.split(r"^  (?=\w+:$)", (DEPLOY / "compose.yaml").read_text().split("\nnetworks:")[0], flags=re.M)[1:]
    ours = [service for service in services if not service.startswith("database:")]

    assert len(ours) == 4
    assert all("read_only: true" in service and "cap_drop: [ALL]" in service for service in ours)


def test_only_the_proxy_reaches_the_world() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    internal = set(re.findall(r"^  (\w+): { internal: true }$", text, re.M))
    networks = {name: set(of.split(", ")) for name, of in re.findall(r"^  (\w+):\n(?:    .*\n|\n)*?    networks: \[(.*)\]$", text, re.M)}

    assert networks.keys() == {"app", "hourly", "manage", "database", "proxy"}
    assert {name for name, of in networks.items() if of - internal} == {"proxy"}
    assert re.findall(r"^    ports:", text, re.M) == ["    ports:"], "the proxy's"
    for unit in (*SERVICES, "even-keel.socket"):
        assert "\nIPAddressDeny=any\nIPAddressAllow=localhost\n" in (DEPLOY / unit).read_text()


def test_what_runs_for_others_has_no_debugging_and_no_history() -> None:
    for name in (*SERVICES, "Containerfile"):
        assert re.search(r"^(Environment=|ENV ).*\bDEBUG=off\b", (DEPLOY / name).read_text(), re.M), name
    for unit in SERVICES:
        assert "\nInaccessiblePaths=-/opt/even-keel/.git\n" in (DEPLOY / unit).read_text()
    assert not re.search(r"^COPY \. |^COPY (tests|\.git)", (DEPLOY / "Containerfile").read_text(), re.M)


def test_the_timers_are_as_shut_in_as_the_program() -> None:
    shut_in = r"^(?:Private|Protect|Restrict|SystemCall|IPAddress|Lock|NoNew|Capability|Limit|Inaccessible|Remove|UMask)\w*=.*"
    service, hourly, nightly = (re.findall(shut_in, (DEPLOY / name).read_text(), re.M) for name in SERVICES)

    assert len(service) > 20 and hourly == nightly == service


def test_what_is_kept_for_a_while_only_is_taken_out_every_hour() -> None:
    """docs/operating.md and docs/asvs.md rely on it."""
    assert re.search(r"^OnCalendar=hourly$", (DEPLOY / "even-keel-hourly.timer").read_text(), re.M)
    assert re.search(r"^ExecStart=.* manage\.py delete_expired$", (DEPLOY / "even-keel-hourly.service").read_text(), re.M)
    [hourly] = re.findall(r"^  hourly:\n(.*?)\n\n", (DEPLOY / "compose.yaml").read_text(), re.M | re.S)
    [seconds] = re.findall(r"while .* manage\.py delete_expired; do sleep (\d+); done", hourly)
    assert int(seconds) < 60 * 60 and "profiles" not in hourly, "it is started along with the program"
    nightly = (DEPLOY / "nightly").read_text()
    assert nightly.index("manage.py delete_expired") < nightly.index("manage.py backup")


def test_the_operator_is_told_when_a_timer_fails() -> None:
    for name in SERVICES[1:]:
        assert "\nOnFailure=even-keel-failed@%n.service\n" in (DEPLOY / name).read_text()


def test_the_service_answers_where_the_proxy_asks() -> None:
    [address] = re.findall(r"^ListenStream=(.*)$", (DEPLOY / "even-keel.socket").read_text(), re.M)

    assert set(re.findall(r"{\$UPSTREAM:(.*?)}", (DEPLOY / "Caddyfile").read_text())) == {address}


def test_the_start_waits_for_the_file_that_the_document_names() -> None:
    [file] = re.findall(r"^ExecStartPre=.* -e (\S+) ", (DEPLOY / "even-keel.service").read_text(), re.M)

    assert f"touch {file} && systemctl stop" in (settings.BASE_DIR / "docs" / "cluster.md").read_text()


def test_each_container_that_another_waits_for_says_how_it_is() -> None:
    """In compose.yaml itself: podman leaves the check of the Containerfile out of an image."""
    text = (DEPLOY / "compose.yaml").read_text()
    services = dict(re.findall(r"^  (\w+):\n((?:    .*\n|\n)+)", text.split("\nnetworks:")[0], re.M))

    for service in re.findall(r"depends_on: { (\w+): { condition: service_healthy } }", text):
        assert re.search(r"^    healthcheck:\n?.*test:", services[service], re.M | re.S), service


@pytest.mark.parametrize(("way", "host", "mode"), [("systemd", "127.0.0.1", 0o400), ("containers", "database", 0o444)])
def test_all_secrets_are_made_and_none_is_replaced(way: str, host: str, mode: int, tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    command = [DEPLOY / "make-secrets", way, folder]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    wanted = set(re.findall(r"file: \./secrets/(\w+)", (DEPLOY / "compose.yaml").read_text()))
    assert {path.name for path in folder.iterdir()} == wanted and len(wanted) == 9
    made = {path.name: path.read_text() for path in folder.iterdir()}
    assert folder.stat().st_mode & 0o777 == 0o700 and {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {mode}
    assert made["database_url"] == f"postgres://evenkeel:{made['evenkeel_password']}@{host}:5432/evenkeel"
    assert made["backup_url"] == f"postgres://evenkeel_backup:{made['backup_password']}@{host}:5432/evenkeel"
    assert made["drill_url"] == f"postgres://evenkeel_drill:{made['drill_password']}@{host}:5432/postgres"
    assert len(made["secret_key"]) == 64 and sealing_keys(made["sealing_keys"].strip())
    (folder / "secret_key").unlink()

    again = subprocess.run(command, capture_output=True, text=True)

    assert again.returncode == 1 and "Nothing was changed" in again.stderr
    assert {path.name: path.read_text() for path in folder.iterdir()} == {name: made[name] for name in wanted - {"secret_key"}}


def test_a_command_is_given_what_the_nightly_backup_is_given() -> None:
    script, unit = (DEPLOY / "even-keel").read_text(), (DEPLOY / "even-keel-nightly.service").read_text()

    [secrets] = re.findall(r"^secrets=\((.*)\)$", script, re.M)
    assert secrets.split() == re.findall(r"^LoadCredential=(\w+):", unit, re.M)
    for setting in re.findall(r"^(?:User|Group|EnvironmentFile|StateDirectory\w*|LimitCORE|NoNewPrivileges|UMask)=.*", unit, re.M):
        assert f"--property={setting} " in script, setting


def test_the_document_types_each_command_in_one_way() -> None:
    text = (settings.BASE_DIR / "docs" / "operating.md").read_text()

    assert re.findall(r"manage\.py \w+", text) == [], "typed so, it would not have the settings of the service"
    commands = set(re.findall(r"(?:^    |`)even-keel (\w+)", text, re.M))
    assert commands >= {"backup", "restore_drill", "rotate_keys", "delete_expired", "check"} and commands <= get_commands().keys()
    for name in re.findall(r"even-keel-\w+\.(?:timer|service)", text):
        assert (DEPLOY / name).exists(), name


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here to ask")
@pytest.mark.parametrize("name", sorted(path.name for path in DEPLOY.iterdir() if path.suffix in (".service", ".socket", ".timer")))
def test_systemd_understands_the_units(name: str) -> None:
    unit = DEPLOY / name.replace("@.", "@even-keel-nightly.")
    said = subprocess.run(["systemd-analyze", "verify", "--recursive-errors=no", unit], capture_output=True, text=True).stderr

    assert [line for line in said.splitlines() if name in line and "is not executable" not in line] == []


@pytest.mark.parametrize("script", ["even-keel", "nightly", "roles.sh", "make-secrets"])
def test_the_scripts_stop_at_the_first_error(script: str) -> None:
    path = Path(DEPLOY / script)
    shell = "bash" if "bash" in path.read_text().splitlines()[0] else "sh"

    subprocess.run([shell, "-n", path], check=True)
    assert re.search(r"^set -eu(o pipefail)?$", path.read_text(), re.M)
    assert path.stat().st_mode & 0o111
