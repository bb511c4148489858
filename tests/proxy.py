"""Caddy as deploy/Caddyfile sets it up, on loopback."""

import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tests.serving import Visitor, free_port

CADDY = shutil.which("caddy")
CADDYFILE = (settings.BASE_DIR / "deploy" / "Caddyfile").read_text()
# Where the test differs from the file: other ports, certificates of its own that are trusted nowhere else, nothing to be talked to.
HERE = """{{
	admin off
	skip_install_trust
	http_port {http}
	https_port {https}
"""


@dataclass
class Proxy:
    port: int
    plain_port: int
    tls: ssl.SSLContext
    log: Path

    def visitor(self) -> Visitor:
        return Visitor(f"https://localhost:{self.port}", self.tls)


def configuration(http: int, https: int) -> str:
    text = CADDYFILE.replace("{\n", HERE.format(http=http, https=https), 1)
    version = subprocess.run([str(CADDY), "version"], capture_output=True, text=True, check=True).stdout
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < (2, 7):
        # The same in the words of the version that Debian has.
        text = re.sub(r"request_buffers (\w+)", r"buffer_requests\n\t\tmax_buffer_size \1", text)
    return text


@contextmanager
def in_front_of(folder: Path, *upstreams: int, more: str = "", **changes: str) -> Iterator[Proxy]:
    """Caddy in front of what listens at the ports `upstreams`; `more` goes before what the site does, `changes` are its settings."""
    http, https = free_port(), free_port()
    (folder / "Caddyfile").write_text(configuration(http, https).replace("even-keel.example} {\n", f"even-keel.example}} {{\n{more}", 1))
    upstream = " ".join(f"127.0.0.1:{port}" for port in upstreams)
    places = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "SITE": "localhost", "UPSTREAM": upstream}
    command = [str(CADDY), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    with (folder / "log").open("w") as log:
        caddy = subprocess.Popen(command, env=os.environ | places | changes, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 60
        while "certificate obtained" not in (folder / "log").read_text():
            assert caddy.poll() is None and time.monotonic() < until, (folder / "log").read_text()
            time.sleep(0.05)
        root = folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        yield Proxy(https, http, ssl.create_default_context(cafile=root), folder / "log")
    finally:
        caddy.terminate()
        caddy.wait(30)
