import os
import re
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Files of libraries that no page of ours links. Compressing them would take most of the first start.
UNUSED = ["account", "ext", "htm*-4*", "htmx-2.js"]

_IMPORT = re.compile(r'^@import url\("([^"]+)"\);\n', re.M)
# What only readers of the source need: a tenth of the styles that are sent, and a quarter of the scripts. In a script, comments are taken
# out that are lines of their own.
_COMMENT = re.compile(r"/\*.*?\*/\n?|^[ \t]+", re.M | re.S)
_SCRIPT_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?:(?!\*/)[\s\S])*\*/)\n|^[ \t]+", re.M)


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed static files, with the imports of each stylesheet joined into it. Ours have no comments.

    A component keeps a file of its own, and a page still asks for one file instead of a chain of them.
    """

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        for name in [name for name in paths if name.endswith(".css") or name.startswith("js/")]:
            text = self._source(name, paths)
            served = self._served(name, text, paths)
            if served != text and not dry_run:
                self.delete(name)
                self._save(name, ContentFile(served.encode()))
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)

    def _served(self, name: str, text: str, paths: dict[str, Any]) -> str:
        return _COMMENT.sub("", self._joined(name, text, paths)) if name.endswith(".css") else _SCRIPT_COMMENT.sub("", text)

    def _joined(self, name: str, text: str, paths: dict[str, Any]) -> str:
        folder = PurePosixPath(name).parent

        def imported(match: re.Match[str]) -> str:
            target = str(folder / match[1])
            return self._joined(target, self._source(target, paths), paths)

        return _IMPORT.sub(imported, text)

    @staticmethod
    def _source(name: str, paths: dict[str, Any]) -> str:
        storage, path = paths[name]
        with storage.open(path) as file:
            return file.read().decode()


def collect(environment: dict[str, str]) -> str:
    """Collect static files into STATIC_ROOT as they are served, if any has changed since last time; returns what was done, in words.

    In a process of its own, with the `environment` of the server: only there the storage is the one that hashes and compresses.
    """
    stamp = settings.VAR_DIR / "static.stamp"
    now = _state()
    if stamp.exists() and stamp.read_text() == now and settings.STATIC_ROOT.exists():
        return "up to date"
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "collectstatic", "--no-input", "--clear", "--verbosity=0"]
    command += [f"--ignore={pattern}" for pattern in UNUSED]
    subprocess.run(command, env=os.environ | environment, check=True)  # noqa: S603, our own command
    stamp.write_text(now)
    return "collected"


def _state() -> str:
    """A digest of the name, size and time of every static file."""
    files = (Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([]))
    facts = sorted((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files)
    return sha256(repr(facts).encode()).hexdigest()
