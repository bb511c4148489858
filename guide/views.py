from typing import Any

from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import OwnerRequest, form_status, posted
from config.policy import policy
from guide import danger, doors, helplines, layout, library, page_cache, print_view, reading, registers, safety, stories, tools, words
from guide import search as guide_search
from guide.exercises import forms as exercises
from guide.forms import GuideSearchForm
from guide.models import Part, PartRead, Reading


@policy(public=True, without_database=("GET", "HEAD"))
@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    return page_cache.page(request, "guide/contents.html", lambda: _contents(request))


def _contents(request: HttpRequest) -> dict[str, Any]:
    account = request.user if request.user.is_authenticated else None
    opened = {read.part: read for read in Reading.of(account).reads} if account else {}
    pairs = [(part, opened.get(part.slug)) for part in library.current().parts]
    return {
        "form": GuideSearchForm(),
        "doors": doors.DOORS.values(),
        "sheets": exercises.sheets(),
        "stories": stories.STORIES.values(),
        "followed": stories.STORIES.get(stories.followed(request)),
        "here": reading.place(opened.values()) if opened else None,
        "parts": [(part, read, account.local_day(read.read_at) if account and read else None) for part, read in pairs],
    }


@policy(public=True, stores_nothing=True, without_database=("GET", "HEAD", "POST"))
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, slug: str) -> HttpResponse:
    """One part. What is sent to a list of questions in it is answered and forgotten; see `safety.remember` for the one exception."""
    shown = library.current().part(slug)
    if shown is None:
        return _not_there(request)
    if request.method == "POST":
        return _answered(request, shown)
    read = Reading.open(request.user, slug, at=timezone.now()) if request.user.is_authenticated else None
    return page_cache.page(request, "guide/part.html", lambda: _part(request, shown, read), stored=slug not in page_cache.UNSTORED_PARTS)


def _not_there(request: HttpRequest) -> HttpResponse:
    """What to say of a part there is none of: which there are, and how to look for a passage."""
    return render(request, "guide/not_there.html", {"guide": library.current(), "form": GuideSearchForm()}, status=404)


def _part(request: HttpRequest, shown: Part, read: PartRead | None, data: QueryDict | None = None) -> dict[str, Any]:
    """What the page of a part shows; `read` is what is known of its reading, `data` what was sent to it."""
    before, after = library.current().neighbours(shown)
    story, asking = stories.followed(request), safety.words_are_open(request)
    context = {
        "guide": library.current(),
        "part": shown,
        "before": before,
        "after": after,
        "read": read,
        "story": story,
        "asking": asking,
        "emergency_numbers": helplines.emergency_numbers(),
    }
    if data is None:
        return context | {"text": page_cache.text(shown, story=story, asking=asking, signed_in=request.user.is_authenticated)}
    return context | {"sections": layout.sections(shown, tools.laid_out(shown, story, data))}


def _answered(request: HttpRequest, shown: Part) -> HttpResponse:
    """The part with an answer to what was chosen in it; 405 if there is nothing in it to choose.

    That the four safety questions were all answered with *no* is remembered until Leave, and closed again on request.
    """
    if request.POST.get("asking") == "close":
        safety.remember(request, all_no=False)
        return redirect(shown)
    if not tools.answers(shown):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if tools.asks_about_safety(shown) and (form := safety.SafetyForm(request.POST)).is_valid():
        return _safety_answered(request, shown, form.answers)
    read = Reading.of(request.user).part(shown.slug) if request.user.is_authenticated else None
    context = _part(request, shown, read, request.POST)
    forms = [tool["form"] for section in context["sections"] for _, tool in section.blocks if "form" in tool]
    return render(request, "guide/part.html", context, status=422 if any(form.errors for form in forms) else 200)


def _safety_answered(request: HttpRequest, shown: Part, answers: dict[str, str]) -> HttpResponse:
    """The answer to the four questions: it names what was marked. The session learns only whether all four were *no*."""
    all_no = safety.four_times_no(answers)
    is_remembered = safety.remember(request, all_no=all_no)
    code = helplines.at_country(request).removeprefix("?country=") or getattr(request.user, "country", "")
    country = helplines.country(code)
    context = {
        "part": shown,
        "country": country,
        "lines": [line for line in country.lines if line.meets("afraid")][:3] if country else [],
        "all_no": all_no,
        "is_remembered": is_remembered,
        "marked": safety.MarkedAnswers.of(answers),
        "questions": safety.QUESTIONS.values(),
        "emergency_numbers": helplines.emergency_numbers(),
    }
    return render(request, "guide/safety_answer.html", context)


@policy(public=True, without_database=("GET", "HEAD"))
@require_safe
def heard(request: HttpRequest) -> HttpResponse:
    """What a partner may have said, sentence by sentence: the tool of the first part, by itself."""
    return page_cache.page(request, "guide/heard.html", lambda: _heard(request))


def _heard(request: HttpRequest) -> dict[str, Any]:
    tool = tools.matcher(library.current().part("understanding"))
    return {"tool": tool | {"why": True}, "asking": safety.words_are_open(request)}


@policy(public=True, without_database=("GET", "HEAD"))
@require_safe
def print_part(request: HttpRequest, slug: str) -> HttpResponse:
    """One part for paper."""
    shown = library.current().part(slug)
    if shown is None:
        return _not_there(request)
    story = stories.followed(request)
    context = {"title": shown.title, "back": shown.get_absolute_url()}

    def make() -> dict[str, Any]:
        return context | {"sheets": [print_view.printed(shown, story, request)]}

    return page_cache.page(request, "guide/print.html", make, stored=slug not in page_cache.UNSTORED_PARTS)


@policy(public=True, without_database=("GET", "HEAD"))
@require_safe
def print_all(request: HttpRequest) -> HttpResponse:
    """All parts for paper."""
    return page_cache.page(request, "guide/print.html", lambda: _print_all(request), stored=False)


def _print_all(request: HttpRequest) -> dict[str, Any]:
    parts, story = library.current().parts, stories.followed(request)
    slugs = {part.slug for part in parts}
    sheets = [print_view.on_shared_page(print_view.printed(part, story, request), part.slug, slugs) for part in parts]
    return {"title": gettext("Guide"), "back": reverse("guide:contents"), "all": True, "sheets": sheets}


@policy()
@require_POST
def stop_reading(request: OwnerRequest, slug: str) -> HttpResponse:
    """Remember where the reader stopped: at a heading, at the end, or, with an empty position, nowhere yet."""
    shown = library.current().part(slug)
    if shown is None:
        raise Http404
    position = request.POST.get("position", "")
    if position not in {"", PartRead.END, *(heading["id"] for heading in shown.headings)}:
        raise BadRequest
    Reading.stop(request.user, slug, position)
    return redirect(f"{shown.get_absolute_url()}#{PartRead.END}")


@policy(public=True, csrf_exempt=True)
@require_POST
def follow_story(request: HttpRequest) -> HttpResponse:
    """Follow a story from now on, or none; back to the story in the part it was chosen in, or to where they are listed."""
    chosen = request.POST.get("story", "")
    # Otherwise another site could replace the session of someone who is signed in.
    if request.headers.get("Sec-Fetch-Site") not in ("cross-site", "same-site"):
        stories.follow(request, chosen)
    part = library.current().part(request.POST.get("part", ""))
    if part and chosen in stories.STORIES:
        return redirect(f"{part.get_absolute_url()}#{chosen}")
    return redirect(reverse("guide:contents") + "#stories")


@policy(public=True, without_database=("GET", "HEAD"))
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    return page_cache.page(request, "guide/sources.html", dict)


@policy(public=True, stores_nothing=True, without_database=("GET", "HEAD", "POST"), forms=(GuideSearchForm,))
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """What the guide has on the words that were typed. They are posted, so they are in no address and no log."""
    form = GuideSearchForm(posted(request))
    return _search_page(request, form)


def _search_page(request: HttpRequest, form: GuideSearchForm) -> HttpResponse:
    """The page of search with what was found for what is in the form, if it is bound. Words of danger are answered with help also where
    they are too long to be looked for, and while the database is away.
    """
    typed = form.cleaned_data["q"].strip() if form.is_valid() else ""
    sounds_like = form["q"].value() or ""
    account = request.user if request.user.is_authenticated else None
    country = helplines.country(request.GET.get("country", account.country if account else ""))
    context: dict[str, Any] = {"form": form, "guide": library.current(), "doors": words.SEARCH_DOORS.values(), "typed": typed}
    context |= {"card": danger.card(sounds_like[:1000], country), "found": None}
    status = form_status(form)
    try:
        if typed:
            context["found"] = guide_search.search(typed)
    except (OperationalError, InterfaceError):
        status = 503
    response = render(request, "guide/search.html", context, status=status)
    if status == 503:
        response.headers["Retry-After"] = "30"
    return response


@policy(public=True, urgent=True, without_database=("GET", "HEAD"))
@require_http_methods(["GET", "HEAD", "POST"])
def help_lines(request: HttpRequest) -> HttpResponse:
    """The chosen country's lines, or, with an empty choice, all countries to choose from.

    The choice travels in the address and is kept only in the account of who is signed in.
    """
    account = request.user if request.user.is_authenticated else None
    if request.method == "POST" and account:
        chosen = helplines.country(request.POST.get("country", ""))
        account.country = chosen.code if chosen else ""
        account.save(update_fields=["country"])
        return redirect("help")
    code = request.GET.get("country", account.country if account else "")
    context = {
        "country": helplines.country(code),
        "asked": code,
        "countries": helplines.countries(),
        "emergency_numbers": helplines.emergency_numbers(),
        "dying_numbers": helplines.dying_numbers(),
        "world": helplines.world(),
        # Links to a need lead to the choice of a country first; "dying" has a place of its own there.
        "needs": [need for need in helplines.NEEDS if need != "dying"],
    }
    return render(request, "guide/help.html", context)


# What the steps on *Using this safely* rest on, pages of the makers first.
_STEPS_ON_DEVICES = (
    "https://support.apple.com/en-me/guide/personal-safety/ips2aad835e1/web",
    "https://support.google.com/android/answer/13658562?hl=en",
    "https://beconnected.esafety.gov.au/pluginfile.php/110022/mod_resource/content/1/index.html",
    "https://www.businesstoday.in/technology/story/why-you-should-use-incognito-mode-on-your-browser-322728-2022-02-15",
    "https://www.businessinsider.com/how-to-track-someone-on-google-maps",
    "https://macmyths.com/how-to-enable-and-use-safari-private-browsing-mode-on-iphone-in-ios-17",
    "https://luchher.pages.dev/posts/your-guide-to-private-browsing-in-safari",
    "https://prosoxi.com/?p=3880",
)


@policy(public=True, urgent=True, without_database=("GET", "HEAD"))
@require_safe
def using_this_safely(request: HttpRequest) -> HttpResponse:
    return render(request, "guide/using_this_safely.html", {"sources": _STEPS_ON_DEVICES})


@policy(public=True, without_database=("GET", "HEAD"))
@require_safe
def find_someone(request: HttpRequest) -> HttpResponse:
    """Registers and low-cost ways of the country in the address, else of the account, else those of all."""
    account = request.user if request.user.is_authenticated else None
    code = request.GET.get("country", account.country if account else "")
    context = {"place": registers.place(code), "places": registers.places(), "asked": code}
    return render(request, "guide/find_someone.html", context)


@policy(public=True, without_database=("GET", "HEAD"))
@require_safe
def handout(request: HttpRequest) -> HttpResponse:
    """One page for helpers, to print."""
    context = {"rows": helplines.handout_rows(), "checked": helplines.last_checked()}
    return render(request, "guide/handout.html", context)
