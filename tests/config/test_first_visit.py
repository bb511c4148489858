"""What travels for a first visit, headers aside: the page and all that it links, compressed as they are served."""

import gzip
import re

import brotli
from django.contrib.staticfiles import finders
from django.test import Client

from config.ops.static_files import _COMMENT, _IMPORT, _SCRIPT_COMMENT


def content(name: str) -> bytes:
    """A static file as it is served: a stylesheet with its imports joined, and what is ours without its comments."""
    path = finders.find(name)
    assert path, name
    if not name.endswith((".css", ".js")):
        with open(path, "rb") as file:
            return file.read()
    with open(path) as file:
        text = file.read()
    if name.endswith(".js"):
        return (_SCRIPT_COMMENT.sub("", text) if name.startswith("js/") else text).encode()
    folder = name.rpartition("/")[0]
    return _COMMENT.sub("", _IMPORT.sub(lambda found: content(f"{folder}/{found[1]}").decode(), text)).encode()


def linked(html: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'(?:href|src)="/static/([^"]+)"', html)))


def size(html: str) -> int:
    files = [content(name) if name.endswith(".woff2") else brotli.compress(content(name)) for name in linked(html)]
    return len(gzip.compress(html.encode())) + sum(map(len, files))


def test_the_first_page_of_a_stranger_is_light(client: Client, db: None) -> None:
    html = client.get("/").content.decode()

    assert linked(html) == ["fonts/keel-text.woff2", "css/site.css", "css/landing.css", "icons/icon.svg", "js/leave.js"]
    assert size(html) <= 31_000


def test_today_is_no_heavier_than_it_is(owner: Client) -> None:
    html = owner.get("/").content.decode()

    assert size(html) <= 66_000
