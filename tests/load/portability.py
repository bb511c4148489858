"""Ten years of one account out and in again, and a fuzz of the reader of files; see README.md next to this file.

python -m tests.load.portability ten_years
python -m tests.load.portability ten_years long
python -m tests.load.portability fuzz 1000000
"""

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import django

_folder = tempfile.TemporaryDirectory()
os.chmod(_folder.name, 0o755)  # noqa: S103, the database runs as a user of its own
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": f"{_folder.name}/var"}
django.setup()

from django.core.management import call_command  # noqa: E402, once Django is set up
from django.utils import timezone  # noqa: E402

from accounts.models import Account  # noqa: E402
from accounts.portability import export  # noqa: E402
from accounts.portability.file_format import FileRefused  # noqa: E402
from accounts.portability.models import ImportFile  # noqa: E402
from accounts.portability.parsing import read  # noqa: E402
from accounts.vault.scope import acting_for  # noqa: E402
from checkins.models import CheckIn  # noqa: E402
from config.ops import demo_content, demo_roadmap  # noqa: E402

DAYS = 3653
DAYLIO = "full_date,date,weekday,time,mood,activities,note_title,note\n2026-03-10,x,y,8:00,good,family | work,Title,<b>Note</b>\n"


def timed(what: str, run: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    result = run()
    size = "".join(f", {len(file.content):,} bytes" for file in result) if isinstance(result, list) else ""
    print(f"{what}: {1000 * (time.perf_counter() - started):.0f} ms{size}")
    return result


def ten_years(words_are: str = "") -> None:
    """`words_are` may be `long`: each as long as its field takes."""
    call_command("migrate", verbosity=0)
    old, new = (Account.objects.create_user(name) for name in ("old", "new"))
    dice, today = random.Random(321), date(2026, 11, 24)
    with acting_for(old):
        demo_roadmap.walk(old, today)
        rows = []
        for ago in range(DAYS):
            words = dict(zip(CheckIn.GRATITUDES, dice.sample(demo_content.words("gratitudes"), 3), strict=True))
            words |= {"emotion_1": "calm", "emotion_2": "torn", "action": dice.choice(demo_content.words("actions")), "outcome": "yes"}
            if words_are == "long":
                words |= {name: (words[name] + " ") * (500 // (len(words[name]) + 1)) for name in (*CheckIn.GRATITUDES, "action")}
            day = today - timedelta(days=ago)
            rows.append(CheckIn(account=old, day=day, version=1, written_at=timezone.now(), zone="UTC", **words))
        CheckIn.objects.bulk_create(rows)
        made = {kind: timed(f"ten years out as {kind}", lambda kind=kind: export.export(old, kind, today)) for kind in export.FORMATS}
    for again in ("into a new account", "the second time"):
        with acting_for(new):
            for file in made["json"]:
                bring(again, file.content, new)


def bring(again: str, content: bytes, account: Account) -> None:
    at = timezone.now()
    contents = timed(f"{again}: reading and checking", lambda: read(content, account, at=at))
    arrival = timed(
        f"{again}: first 1,000 of {len(contents.entries):,} looked through", lambda: ImportFile.upload(account, contents, at=at)
    )
    while not arrival.is_previewed:
        timed(f"{again}: a further stretch", lambda: arrival.preview(at=at))
    timed(f"{again}: taking it in", lambda: arrival.apply(overwrite=False, at=at))
    print(", ".join(f"{label}: {len(lines):,}" for label, lines in arrival.outcomes))


def fuzz(runs: str = "20000") -> None:
    """Read files of ours and of Daylio's with bytes changed, cut, doubled and put in. Anything raised but FileRefused ends the run."""
    call_command("migrate", verbosity=0)
    account = Account.objects.create_user("fuzz")
    dice, at, refused = random.Random(321), timezone.now(), 0
    with acting_for(account):
        demo_roadmap.walk(account, date(2026, 11, 24))
        whole = json.loads(export.as_json(account, date(2026, 11, 24))[0][0])
    small = {name: rows[:1] if isinstance(rows, list) else rows for name, rows in whole.items()} | {"settings": {}}
    seeds = [json.dumps({**small, name: rows}).encode() for name, rows in small.items()] + [DAYLIO.encode()] * 4
    parts = [b"{", b"[", b'"', b"\\ud800", b"\0", b"null", b"1e999", b"-1", b"\xff", b'""', b"9" * 20, b",", b"2026-02-30", b"<br"]
    for _ in range(int(runs)):
        content = bytearray(dice.choice(seeds))
        for _ in range(dice.choice([1, 1, 2, 4])):
            at_byte, length = dice.randrange(len(content) + 1), dice.randrange(1, 12)
            turn = dice.randrange(4)
            if turn == 0:
                content[at_byte : at_byte + length] = b""
            elif turn == 1:
                content[at_byte:at_byte] = dice.choice(parts)
            elif turn == 2:
                content[at_byte : at_byte + length] = dice.choice(parts)
            else:
                content[at_byte:at_byte] = content[at_byte : at_byte + 40]
        try:
            read(bytes(content), account, at=at)
        except FileRefused:
            refused += 1
        except Exception:
            sys.exit(f"raised by {bytes(content)!r}")
    print(f"{runs} files read, {refused} refused, none raised anything else")


if __name__ == "__main__":
    name, *rest = sys.argv[1:] or ["ten_years"]
    {"ten_years": ten_years, "fuzz": fuzz}[name](*rest)
