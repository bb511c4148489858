"""Ready for other languages: all text shown goes through gettext or is in the guide's folder of a language, in whole sentences."""

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from django.utils.html import escape

from accounts.models import Account
from accounts.vault.models import PrivateModel
from accounts.vault.scope import acting_for
from config.ops import demo
from guide import content, library
from roadmap.models import Action
from tests import pseudo
from tests.conftest import say_passphrase
from tests.test_site import NAMES, POST_ONLY, action, address  # noqa: F401

# Names, which are the same in every language, and the account's.
NAMES_OF_THINGS = {"Even", "Keel", "HTML", "JSON", "CSV", "Markdown", "Daylio", "UTC", "partner"}
SAID_ALOUD = ("aria-label", "placeholder", "title", "alt", "data-heading", "data-two", "data-one", "data-late", "data-leaving")


class Shown(HTMLParser):
    """What a page shows or says aloud, piece by piece, but for code and what was typed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._skipped = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if not self._skipped and (tag in ("script", "style", "code", "textarea") or (tag, named.get("name")) == ("select", "time_zone")):
            self._skipped = tag
        self.pieces += [named[name] or "" for name in SAID_ALOUD if name in named]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._skipped:
            self._skipped = ""

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.pieces.append(data)


def untranslated(html: str) -> list[str]:
    """Pieces with a word in plain letters."""
    found = []
    for piece in Shown(html).pieces:
        plain = re.sub(r"Canary in \w+|\S+@\S+|\S+[./]\S+|\b[A-Z0-9]{4}\b", " ", piece)
        words = re.findall(r"(?<![^\W\d_])[A-Za-z]{3,}(?![^\W\d_])", plain)
        if set(words) - NAMES_OF_THINGS:
            found.append(" ".join(piece.split()))
    return found


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch, settings, tmp_path: Path) -> Iterator[pseudo.Catalogue]:
    shutil.copytree(content.CONTENT, tmp_path / "content")
    monkeypatch.setattr(content, "CONTENT", tmp_path / "content")
    pseudo.write_guide(tmp_path / "content")
    library.forget()
    yield pseudo.speak(monkeypatch, settings)
    library.forget()


def pages(client: Client, action: Action) -> Iterator[tuple[str, str]]:  # noqa: F811
    """What every address answers, and what it says to a form with nothing in it."""
    paths = [(name, address(name, action=action.pk)) for name in NAMES if name not in ("leave", "account_logout")]
    paths += [("guide:part", part.get_absolute_url()) for part in library.current().parts]
    paths += [("help", "/help/?country=GB"), ("guide:part", "/guide/nowhere/"), ("nowhere", "/nowhere/")]
    answers = [(path, client.get(path)) for name, path in paths if name not in POST_ONLY]
    answers += [(f"POST {path}", client.post(path, {})) for name, path in paths]
    for path, answer in answers:
        if answer["Content-Type"].startswith("text/html") and answer.status_code not in (301, 302, 303):
            yield path, answer.content.decode()


@pytest.mark.parametrize("signed_in", [False, True])
def test_everything_shown_can_be_translated_in_whole_sentences(
    client: Client,
    owner: Client,
    action: Action,  # noqa: F811
    catalogue: pseudo.Catalogue,
    signed_in: bool,
) -> None:
    if signed_in:
        say_passphrase(owner)

    shown = dict(pages(owner if signed_in else client, action))

    assert len(shown) > 40 and sum(page.count("⟦") for page in shown.values()) > 1000
    assert {path: found for path, page in shown.items() if (found := untranslated(page))} == {}
    assert not pieces(catalogue)


def pieces(catalogue: pseudo.Catalogue) -> list[str]:
    """Messages that begin or end within a sentence, and so cannot be put into another order."""
    return [message for message in catalogue.asked if re.search(r"^[\s,.;)…].*\w|\w.*[\s,(]$", message, re.S)]


def texts(value: object) -> Iterator[str]:
    """Every text in a value of a private field."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


def lived_in() -> tuple[Account, list[str], list[str]]:
    """The demo's account, what was written in it, and the addresses of what is in it."""
    demo.make()
    account = Account.objects.get(name=demo.NAME)
    with acting_for(account):
        models = [model for model in apps.get_models() if issubclass(model, PrivateModel)]
        rows = [row for model in models for row in model.objects.filter(account=account)]
        talks = [talk.get_absolute_url() for talk in account.talks.all()]
        days = [f"/checkins/{checkin.day}/" for checkin in account.checkins.order_by("-day")[:3]]
    written = {text for row in rows for field in row._meta.concrete_fields for text in texts(getattr(row, field.attname)) if len(text) > 3}
    return account, sorted({*written, demo.NAME}, key=len, reverse=True), [*talks, *(f"{talk}debrief/" for talk in talks), *days]


def test_after_half_a_year_everything_shown_can_be_translated_too(catalogue: pseudo.Catalogue, db: None) -> None:
    account, written, addresses = lived_in()
    client = Client()
    client.force_login(account)
    asked = [
        "/",
        "/checkins/",
        "/checkins/history/",
        "/checkins/history/?emotion=calm",
        "/checkins/patterns/",
        "/checkins/patterns/?range=all",
    ]
    asked += ["/roadmap/", "/roadmap/talks/", "/roadmap/reviews/", "/roadmap/looking-back/", "/roadmap/looking-back/?now=1", "/guide/"]
    for path in [*asked, *addresses]:
        page = client.get(path).content.decode()
        for words in written:
            page = page.replace(escape(words), " ")
        assert "⟦" in page and untranslated(page) == [], path
    assert not pieces(catalogue)
