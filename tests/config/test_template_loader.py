"""Templates are worked out beforehand as far as no request changes them: pages are the same as with Django's own loader."""

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.template import Context, Engine, VariableDoesNotExist, engines
from django.template.base import TextNode, Variable
from django.test import Client, override_settings

from accounts.models import Account
from config.template_loader import IncludedNode, Loader, _nodelists
from config.template_lookup import QuickVariable

PAGES = [
    "/",
    "/checkins/",
    "/checkins/history/",
    "/roadmap/",
    "/roadmap/talks/",
    "/roadmap/talks/new/",
    "/guide/talking/",
    "/help/?country=GB",
]
CANARY = "Lanterns under the pier"


@pytest.fixture
def writer(owner: Client) -> Client:
    """Someone signed in who has written."""
    owner.post("/checkins/", {"gratitude_1": CANARY, "emotion": ["calm", "Lantern-lit"], "version": "0"})
    return owner


def page(client: Client, path: str) -> str:
    """The page, without what differs each time."""
    html = client.get(path).content.decode()
    html = re.sub(r'(name="(?:csrfmiddlewaretoken|client_id|key)" value=)"[^"]*"', r"\1", html)
    return re.sub(r"token=[^\"]*", "", html)


def test_pages_are_those_that_djangos_own_loader_gives(writer: Client) -> None:
    def pages() -> dict[tuple[bool, str], str]:
        return {(client is writer, path): page(client, path) for client in (writer, Client()) for path in PAGES}

    # Which part was read last is on Today.
    writer.get("/guide/talking/")
    ours = pages()
    templates: dict[str, Any] = settings.TEMPLATES[0]
    options = {name: value for name, value in templates["OPTIONS"].items() if name != "loaders"}
    with override_settings(TEMPLATES=[templates | {"APP_DIRS": True, "OPTIONS": options}]):
        theirs = pages()

    assert {where for where in ours if ours[where] != theirs[where]} == set()
    assert CANARY in ours[True, "/checkins/"]


def loader() -> Loader:
    (ours,) = engines["django"].engine.template_loaders  # type: ignore[attr-defined]
    assert isinstance(ours, Loader)
    return ours


def texts(nodes: Any) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, TextNode):
            yield node.s
        for inner in [*_nodelists(node), *([node.nodelist] if isinstance(node, IncludedNode) else [])]:
            yield from texts(inner)


def test_nothing_of_a_person_is_kept_in_a_template(writer: Client) -> None:
    shown = [writer.get(path).content.decode() for path in PAGES]

    kept = "".join(
        text for template in loader().get_template_cache.values() if not isinstance(template, type) for text in texts(template.nodelist)
    )

    assert len(kept) > 20_000
    (token,) = set(re.findall(r'name="owner" value="([^"]+)"', "".join(shown)))
    assert [secret for secret in (CANARY, "Lantern-lit", "quiet-harbour", token) if secret in kept] == []


def test_what_one_person_chose_is_not_chosen_for_the_next(writer: Client, stranger: Account, sign_in: Callable[[Account], Client]) -> None:
    ticked = r'name="emotion"\s+value="calm"[^>]*checked'
    assert re.search(ticked, writer.get("/checkins/").content.decode())

    html = sign_in(stranger).get("/checkins/").content.decode()

    assert re.search(r'name="emotion"\s+value="calm"', html) and not re.search(ticked, html)
    assert CANARY not in html and "Lantern-lit" not in html


def test_what_is_the_same_in_each_request_is_text() -> None:
    engine = Engine(loaders=[("config.template_loader.Loader", [("django.template.loaders.locmem.Loader", TEMPLATES)])], **WITH_TAGS)

    template = engine.get_template("page")

    kinds = [type(node).__name__ for node in template.nodelist]
    assert kinds == ["TextNode", "IncludedNode", "TextNode", "IfNode", "TextNode"]
    assert (
        template.render(Context({"shown": False}))
        == 'Save /help/ <svg aria-hidden="true" viewBox="0 0 24 24"><use href="#i-check"></use></svg> in one .'
    )


WITH_TAGS: dict[str, Any] = {
    "libraries": {"i18n": "django.templatetags.i18n"},
    "builtins": ["config.tags"],
}
TEMPLATES = {
    "page": '{% load i18n %}{% translate "Save" %} {% url "help" %} {% icon "check" %} '
    '{% include "with" with word="one" %} {% if shown %}!{% endif %}.',
    "with": "{% load i18n %}{% comment %}Nothing.{% endcomment %}in {{ word }}",
}


class Thing:
    word = "<b>"
    numbers = [3, 4]

    def said(self) -> str:
        return "said"

    def delete(self) -> str:
        return "deleted"

    delete.alters_data = True  # type: ignore[attr-defined]

    def asks(self, more: str) -> str:
        return more

    @property
    def missing_row(self) -> str:
        raise ObjectDoesNotExist

    @property
    def broken(self) -> str:
        raise AttributeError("inside")

    class Kind:
        do_not_call_in_templates = True
        word = "kind"


class Words(forms.Form):
    word = forms.CharField(label="A word", required=False)

    def title(self) -> str:
        return "Words"


FORM = Words({"word": "calm"})
VALUES = {
    "form": FORM,
    "field": FORM["word"],
    "thing": Thing(),
    "by_key": {"word": 1, "items": 2, "inner": {"word": "x"}},
    "none": None,
    "text": "words",
    "call": lambda: "called",
}


@pytest.mark.parametrize(
    "name",
    [
        "thing.word", "thing.said", "thing.numbers.1", "thing.numbers.7", "thing.delete", "thing.asks", "thing.missing_row", "thing.broken",
        "thing.Kind.word", "thing.absent", "by_key.word", "by_key.items", "by_key.inner.word", "by_key.absent",
        "none.word", "none", "text.upper",
        "text.0",
        "call", "call.upper", "absent", "absent.word", "form.word.label", "form.title", "form.is_bound",
        "form.none", "field.value", "field.label", "field.errors", "field.none", "forloop.counter",
    ],
)  # fmt: skip
def test_a_variable_is_what_django_finds(name: str) -> None:
    context = Context(VALUES | {"forloop": SimpleNamespace(counter=1)})
    context.template = SimpleNamespace(engine=Engine())  # type: ignore[assignment]

    quick = Variable(name)
    quick.__class__ = QuickVariable

    def found(variable: Variable) -> object:
        try:
            return variable.resolve(context)
        except (VariableDoesNotExist, AttributeError) as error:
            return type(error)

    assert found(quick) == found(Variable(name))
