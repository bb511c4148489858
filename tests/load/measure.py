"""Measure the program under load; see README.md next to this file."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path

import brotli
import django

# Everything is written to a folder that goes away with the process.
_folder = tempfile.TemporaryDirectory()
os.chmod(_folder.name, 0o755)  # noqa: S103, the database runs as a user of its own
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": f"{_folder.name}/var"}
django.setup()

from config.management.commands import serve  # noqa: E402
from config.middleware import overload  # noqa: E402
from config.ops import static_files  # noqa: E402, once Django is set up
from tests.serving import Serving, Visitor, free_port  # noqa: E402

SECONDS = int(os.environ.get("SECONDS", "10"))


def cookie_of(visitor: Visitor) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.jar)


def wrk(address: str, *headers: str) -> float:
    """Requests per second over SECONDS, with 16 connections that are kept open."""
    command = ["wrk", "-t2", "-c16", f"-d{SECONDS}s", *(part for header in headers for part in ("-H", header)), address]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise SystemExit(said)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


def guide(folder: Path) -> None:
    """Guide parts against a bare view: same server, same middleware, one run, turn and turn about."""
    if not shutil.which("wrk"):
        sys.exit("wrk is needed: apt-get install wrk")
    port = free_port()
    environment = os.environ | serve.Command().environment("127.0.0.1")
    static_files.collect(environment)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", str(overload.THREADS)]
    command += ["--no-ws", "--log-level", "error", "--port", str(port), "tests.load.bare:application"]
    server = subprocess.Popen(command, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(port)
        for name, header in (("as a browser asks, Brotli", "Accept-Encoding: gzip, br"), ("uncompressed", "Accept-Encoding: identity")):
            runs = [(wrk(f"{address}/bare/", header), wrk(f"{address}/guide/talking/", header)) for _ in range(2)]
            bare, part = (max(column) for column in zip(*runs, strict=True))
            print(f"guide part, {name}: {part:.0f}/s; bare view: {bare:.0f}/s; ratio {part / bare:.2f}")
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def saves(folder: Path) -> None:
    """Check-ins saved as htmx saves them: six fields sealed, committed with fsync before the answer; every save a day of its own."""
    if not shutil.which("wrk"):
        sys.exit("wrk is needed: apt-get install wrk")
    server = Serving(folder).wait_until_ready()
    try:
        cookies = [cookie_of(Visitor(server.address).sign_up(f"quiet-harbour-{number}")) for number in range(10, 26)]
        script = folder / "saves.lua"
        script.write_text(SAVES.replace("COOKIES", ", ".join(f"'{cookie}'" for cookie in cookies)))
        command = ["wrk", "-t2", "-c16", f"-d{SECONDS}s", "--latency", "-s", str(script), server.address]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        middle, last = (re.search(rf"^\s+{share}%\s+(\S+)", said, re.M)[1] for share in (50, 99))
        refused = re.search(r"refused (\d+)", said)[1]
        print(f"saves: {re.search(r'Requests/sec:\s+([\d.]+)', said)[1]}/s by 16 writers, {refused} refused; median {middle}, p99 {last}")
        assert refused == "0", said
    finally:
        server.stop()


SAVES = """
local cookies, started = {COOKIES}, 0
function setup(thread) thread:set("number", started); started = started + 1 end
local day, turn, refused_here = 0, 0, 0
request = function()
  turn = turn + 1
  -- Two threads, eight accounts each, so that no two write the same day.
  local cookie = cookies[number * 8 + turn % 8 + 1]
  if turn % 8 == 0 then day = day + 1 end
  local date = os.date("!%Y-%m-%d", os.time() - day * 86400 - 172800)
  local body = "gratitude_1=Rain+on+the+skylight+" .. turn .. "&gratitude_2=Clean+sheets&gratitude_3=Jo+rang+back"
    .. "&emotion_1=calm&emotion_2=torn&action=Walk+to+the+bridge&version=0"
  return wrk.format("POST", "/checkins/" .. date .. "/", {["Cookie"] = cookie, ["HX-Request"] = "true", ["Sec-Fetch-Site"] = "same-origin",
    ["Content-Type"] = "application/x-www-form-urlencoded"}, body)
end
response = function(status, headers, body)
  if status ~= 200 or not body:find("Saved ") then refused = (refused or 0) + 1 end
end
threads = {}
local before = setup
setup = function(thread) before(thread); table.insert(threads, thread) end
done = function(summary, latency, requests)
  local all = 0
  for _, thread in ipairs(threads) do all = all + (thread:get("refused") or 0) end
  print("refused " .. all)
end
"""


def today(folder: Path) -> None:
    """Today with half a year of entries, eight readers at once."""
    server = Serving(folder, "--demo").wait_until_ready()
    try:
        name, passphrase = re.search(r"sign in as (\S+) with the passphrase (\S+)", server.said).groups()
        visitor = Visitor(server.address)
        visitor.post("/accounts/login/", {"login": name, "password": passphrase})
        command = ["wrk", "-t2", "-c8", f"-d{SECONDS}s", "--latency", "-H", f"Cookie: {cookie_of(visitor)}", f"{server.address}/"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert "Non-2xx" not in said, said
        shares = {share: re.search(rf"^\s+{share}%\s+(\S+)", said, re.M)[1] for share in (50, 90, 99)}
        print(
            f"Today, 8 readers: {re.search(r'Requests/sec:\s+([\d.]+)', said)[1]}/s; " + ", ".join(f"p{s} {t}" for s, t in shares.items())
        )
    finally:
        server.stop()


def pages(folder: Path) -> None:
    """Queries and bytes of the main pages, with a year of entries; the bytes of a first visit count what the page links."""
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import Account
    from config.ops import demo

    server = Serving(folder, "--demo").wait_until_ready()
    try:
        stranger = Visitor(server.address)
        linked = re.findall(r'(?:href|src)="(/static/[^"]+)"', stranger.get("/guide/talking/").text)
        first = sum(_bytes(server, path) for path in ["/guide/talking/", *dict.fromkeys(linked)])
        print(f"first visit of /guide/talking/, all it links: {first} bytes; a later part: {_bytes(server, '/guide/options/')} bytes")
    finally:
        server.stop()
    call_command("migrate", verbosity=0)
    demo.make()
    client = Client(headers={"Host": "localhost"})
    client.force_login(Account.objects.get(name=demo.NAME))
    for path in ("/", "/guide/talking/", "/checkins/", "/roadmap/"):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            content = client.get(path).content
        counted = [query["sql"] for query in queries.captured_queries if query["sql"] not in ("BEGIN", "COMMIT")]
        print(f"{path}: {len(counted)} queries, {len(content)} bytes, {len(brotli.compress(content))} as Brotli")


def searches(folder: Path) -> None:
    """What a search costs in the database, as PostgreSQL itself counts it: planning and running all its queries, a slip in every process's
    first search included."""
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from guide import search

    call_command("migrate", verbosity=0)
    call_command("sync_guide", verbosity=0)
    for words in ("money", '"help line"', "my partner refuses help", "thearpy", "afriad of mony", "library advocate amygdala", "qqqqq"):
        search._vocabularies.clear()
        with CaptureQueriesContext(connection) as queries:
            found = search.search(words)
        runs = sorted(sum(_milliseconds(query["sql"]) for query in queries.captured_queries) for _ in range(20))
        said = f"{words!r}: {len(found.hits)} passages, {len(queries)} queries"
        print(f"search, {said}; in the database median {runs[10]:.1f} ms, slowest of 20 {runs[-1]:.1f} ms")


def _milliseconds(sql: str) -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql)
        plan = cursor.fetchone()[0][0]
    return plan["Planning Time"] + plan["Execution Time"]


def _bytes(server: Serving, path: str) -> int:
    """What travels for `path` to a browser that takes Brotli."""
    connection = HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip, deflate, br"})
    return len(connection.getresponse().read())


if __name__ == "__main__":
    for measure in [globals()[name] for name in sys.argv[1:]] or [guide, saves, today, pages, searches]:
        measure(Path(_folder.name, measure.__name__))
