"""What a link leads to exists, and is open when one arrives: inside its fold, where the browser opens it, and never on the fold itself."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.management import call_command
from django.test import Client

from guide.models import Passage
from guide.passages import address_of

BEGINNINGS = ["/", "/guide/", "/guide/sources/", "/guide/print/", "/help/", "/using-this-safely/", "/privacy/"]
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class _Page(HTMLParser):
    """The links of a page, and the place of each id: "open", "fold" (on a fold or in its summary, which opens nothing) or "inside"."""

    links: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    around: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "a" and named.get("href"):
            self.links.append(named["href"] or "")
        if anchor := named.get("id"):
            on_a_fold = tag in ("details", "summary") or "summary" in self.around
            self.places[anchor] = "fold" if on_a_fold else "inside" if "details" in self.around else "open"
        if tag not in VOID:
            self.around.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.around:
            while self.around.pop() != tag:
                pass


def page_at(client: Client, address: str) -> _Page:
    response = client.get(address)
    assert response.status_code == 200, address
    page = _Page()
    page.feed(response.content.decode())
    return page


def walked(client: Client) -> dict[str, _Page]:
    """Every page that can be reached from the guide without leaving the guide, help and the page about devices."""
    waiting, pages = [*BEGINNINGS], dict[str, _Page]()
    while waiting:
        address = waiting.pop()
        if address not in pages:
            pages[address] = page_at(client, address)
            found = (urlsplit(urljoin(address, link)) for link in pages[address].links)
            waiting += [to.path for to in found if not to.netloc and to.path.startswith(("/guide/", "/help/", "/using-this-safely/"))]
    return pages


@pytest.fixture
def synchronised(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sync_guide")
    capsys.readouterr()


def test_every_link_to_a_place_in_the_guide_ends_at_something_open(synchronised: None, client: Client) -> None:
    pages = walked(client)
    links = {(address, link) for address, page in pages.items() for link in page.links}
    links |= {("search", address_of(passage)) for passage in Passage.objects.all()}

    wrong = []
    for address, link in sorted(links):
        to = urlsplit(urljoin(address, link))
        if to.fragment and not to.netloc and to.path in pages:
            place = pages[to.path].places.get(to.fragment, "nowhere")
            if place not in ("open", "inside"):
                wrong.append((address, link, place))

    assert not wrong
    assert sum(page.places[anchor] == "inside" for page in pages.values() for anchor in page.places) > 100


def test_a_place_on_a_fold_or_in_its_summary_is_told_from_one_inside() -> None:
    page = _Page()

    page.feed('<h2 id="a">A</h2><details id="b"><summary><b id="c">C</b></summary><input id="d"><p id="e">E</p></details><p id="f">F</p>')

    assert page.places == {"a": "open", "b": "fold", "c": "fold", "d": "inside", "e": "inside", "f": "open"}
