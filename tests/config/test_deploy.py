"""The files in deploy/ are what they say."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tests.serving import CONFIGURED

DEPLOY = settings.BASE_DIR / "deploy"
# Not ours, but of the programs that read them.
OTHERS = {"PYTHON", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS", "SITE", "UPSTREAM"}


def settings_in(text: str) -> set[str]:
    """Names of variables that a file sets."""
    return {name.removesuffix("_FILE") for name in re.findall(r"\b([A-Z][A-Z_]+)(?:=|: )", text)}


@pytest.mark.parametrize("name", ["compose.yaml", "Containerfile", "even-keel.service", "even-keel-nightly.service"])
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

    assert len(ours) == 3
    assert all("read_only: true" in service and "cap_drop: [ALL]" in service for service in ours)


def test_only_the_proxy_reaches_the_world() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    internal = set(re.findall(r"^  (\w+): { internal: true }$", text, re.M))
    networks = {name: set(of.split(", ")) for name, of in re.findall(r"^  (\w+):\n(?:    .*\n|\n)*?    networks: \[(.*)\]$", text, re.M)}

    assert networks.keys() == {"app", "nightly", "database", "proxy"}
    assert {name for name, of in networks.items() if of - internal} == {"proxy"}
    assert re.findall(r"^    ports:", text, re.M) == ["    ports:"], "the proxy's"
    for unit in ("even-keel.service", "even-keel-nightly.service"):
        assert "\nIPAddressDeny=any\nIPAddressAllow=localhost\n" in (DEPLOY / unit).read_text()


def test_what_runs_for_others_has_no_debugging_and_no_history() -> None:
    for name in ("even-keel.service", "even-keel-nightly.service", "Containerfile"):
        assert re.search(r"^(Environment=|ENV ).*\bDEBUG=off\b", (DEPLOY / name).read_text(), re.M), name
    for unit in ("even-keel.service", "even-keel-nightly.service"):
        assert "\nInaccessiblePaths=-/opt/even-keel/.git\n" in (DEPLOY / unit).read_text()
    assert not re.search(r"^COPY \. |^COPY (tests|\.git)", (DEPLOY / "Containerfile").read_text(), re.M)


def test_the_backup_is_as_shut_in_as_the_program() -> None:
    shut_in = r"^(?:Private|Protect|Restrict|SystemCall|IPAddress|Lock|NoNew|Capability|Limit|Inaccessible|Remove|UMask)\w*=.*"
    service, nightly = (
        re.findall(shut_in, (DEPLOY / name).read_text(), re.M) for name in ("even-keel.service", "even-keel-nightly.service")
    )

    assert len(service) > 20 and nightly == service


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here to ask")
@pytest.mark.parametrize("name", ["even-keel.service", "even-keel-nightly.service", "even-keel-nightly.timer"])
def test_systemd_understands_the_units(name: str) -> None:
    said = subprocess.run(["systemd-analyze", "verify", "--recursive-errors=no", DEPLOY / name], capture_output=True, text=True).stderr

    assert [line for line in said.splitlines() if name in line and "is not executable" not in line] == []


@pytest.mark.parametrize("script", ["nightly", "roles.sh"])
def test_the_scripts_stop_at_the_first_error(script: str) -> None:
    path = Path(DEPLOY / script)

    subprocess.run(["sh", "-n", path], check=True)
    assert "\nset -eu\n" in path.read_text()
    assert path.stat().st_mode & 0o111
