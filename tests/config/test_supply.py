"""What the program is made of is what was looked at (SAFETY.md, R72)."""

import re
from hashlib import sha256
from pathlib import Path

import django_htmx
import pytest
from django.conf import settings

# htmx as django-htmx brings it and every page that saves loads it. Another version: read what it changed, then put its hash here.
HTMX = "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_locked_to_one_version_and_its_hashes_and_to_no_host(name: str) -> None:
    text = (settings.BASE_DIR / name).read_text()
    packages = re.findall(r"^[a-z0-9].*(?:\n .*)*", text, re.M)

    assert len(packages) > 20
    for package in packages:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,0-9-]+\])?==[\w.+!]+", package), package
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", package), package
    assert "://" not in text and "--index" not in text and "--trusted" not in text


def test_htmx_is_the_file_that_was_looked_at() -> None:
    file = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"

    assert sha256(file.read_bytes()).hexdigest() == HTMX
