from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.requests import OwnerRequest, form_status, posted
from accounts.signin import throttle
from checkins.search import FoundTexts, pieces, search
from config.policy import Throttle, policy
from config.search.forms import SearchEverythingForm
from config.search.sources import WrittenEntry, everything
from guide import danger, helplines

# Entries shown of those that were found.
MAX_SHOWN_ENTRIES = 100
# Texts shown of one entry, and how much of each around a word that was looked for.
MAX_TEXTS = 2
CONTEXT_CHARS = 90


@dataclass(frozen=True)
class FoundEntry:
    """An entry in which words were found, with its name and the texts that have them, in pieces: each with whether it was looked for."""

    written: WrittenEntry
    name: list[tuple[str, bool]]
    texts: list[list[tuple[str, bool]]]


@policy(forms=(SearchEverythingForm,), throttle=Throttle(throttle.by_account("search", throttle.SEARCHES), refund=False))
@require_http_methods(["GET", "HEAD", "POST"])
def search_everything(request: OwnerRequest) -> HttpResponse:
    """Search everything one has written. The words are posted, so they are in no address. Words of danger show help first."""
    form = SearchEverythingForm(posted(request))
    context: dict[str, Any] = {
        "form": form,
        "card": danger.card(str(form["q"].value() or "")[:2000], helplines.country(request.user.country)),
    }
    if form.is_valid():
        all_of_it = list(everything(request.user))
        found = search([(each.name, *each.texts) for each in all_of_it], form.cleaned_data["q"])
        context |= {"found": found, "entries": [_entry(all_of_it[index], found) for index in found.indexes[:MAX_SHOWN_ENTRIES]]}
    return render(request, "search/search.html", context, status=form_status(form))


def _entry(written: WrittenEntry, found: FoundTexts) -> FoundEntry:
    texts = [pieces(text, found.words) for text in written.texts]
    fitting = [_around(text) for text in texts if any(sought for _piece, sought in text)]
    return FoundEntry(written, pieces(written.name, found.words), fitting[:MAX_TEXTS] or [_around(text) for text in texts[:1]])


def _around(text: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """The text around the words that were searched for; an ellipsis marks omissions."""
    first = next((index for index, (_piece, sought) in enumerate(text) if sought), 0)
    before, after = "".join(piece for piece, _sought in text[:first]), text[first:]
    if len(before) > CONTEXT_CHARS:
        before = "… " + before[-CONTEXT_CHARS:].partition(" ")[2]
    kept, length = [(before, False)] if before else [], 0
    for piece, sought in after:
        length += len(piece)
        if length > 3 * CONTEXT_CHARS:
            return [*kept, ("…", False)]
        kept.append((piece, sought))
    return kept
