"""Pages of the guide that are the same for every stranger, rendered once for each edition."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import brotli
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from guide import helplines, layout, library, safety, stories, tools
from guide.models import Part

# Parts, by slug, that browsers must not store: finding them in a browser's cache would show what a person is thinking of doing
# (docs/security.md, R78). Browsers may store the others and revalidate them each time; those remain after Leave.
UNSTORED_PARTS = frozenset({"limits", "talking"})


@dataclass(frozen=True)
class RenderedPage:
    """A page as bytes, plain and compressed, and a hash of its version."""

    plain: bytes
    packed: bytes
    etag: str


# The pages for strangers, by page, edition and language. Nothing in them is secret, so compression is safe.
_for_strangers: dict[tuple[str | None, ...], RenderedPage] = {}


# The text of each part for those whose page is not the same for all, by all that it depends on. Only the tokens of its forms are a reader's
# own, and a page puts in its own (config.form_owner).
_texts: dict[tuple[str | bool | None, ...], SafeString] = {}


def text(part: Part, *, story: str, asking: bool, signed_in: bool) -> SafeString:
    """The sections of a part as HTML for every reader who follows `story` ("" for none), for whom words for asking are open or not.

    Rendered once for each edition, of these four alone: nothing else of a reader can be in it.
    """
    told = story if story in stories.STORIES else ""
    key = (part.slug, part.edition, told, asking, signed_in, get_language())
    if key not in _texts:
        context = {
            "guide": library.current(),
            "part": part,
            "sections": layout.sections(part, tools.laid_out(part, told)),
            "story": told,
            "asking": asking,
            "emergency_numbers": helplines.emergency_numbers(),
            "account": signed_in,
            "is_shared": True,
        }
        _texts[key] = render_to_string("guide/_part_text.html", context)
    return _texts[key]


def page(request: HttpRequest, template: str, make: Callable[[], dict[str, Any]], *, stored: bool = True) -> HttpResponse:
    """A page of the guide, of what `make` gives. Every stranger gets the same bytes, rendered once for each edition, and a 304 if they have
    them already. Not so those who are signed in, follow a story or answered the four questions: theirs is rendered for them alone.

    `stored` says whether a browser may keep it.
    """
    guide, story = library.current(), stories.followed(request)
    if request.user.is_authenticated or story or safety.words_are_open(request):
        return render(request, template, {"guide": guide, "story": story} | make())
    at_country = helplines.at_country(request)
    key = (template, request.path, at_country, guide.edition, get_language())
    if key not in _for_strangers:
        html = render_to_string(template, {"guide": guide} | make(), request)
        _for_strangers[key] = _rendered(helplines.keep_country(html, at_country))
    page = _for_strangers[key]
    takes_brotli = re.search(r"\bbr\b", request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(page.packed if takes_brotli else page.plain)
    if takes_brotli:
        response.headers["Content-Encoding"] = "br"
    patch_vary_headers(response, ["HX-Request", "Cookie", "Accept-Encoding"])
    if not stored:
        return response
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["ETag"] = page.etag
    return get_conditional_response(request, etag=page.etag, response=response) or response


def _rendered(text: str) -> RenderedPage:
    plain = text.encode()
    # Weak, since the same page may leave here compressed or not.
    return RenderedPage(plain, brotli.compress(plain), f'W/"{sha256(plain).hexdigest()[:32]}"')
