"""What holds on every address, found by walking the resolver (docs/security.md, R11, R16 to R23, R36, R37, R56, R57)."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Account
from accounts.vault.models import PrivateModel
from accounts.vault.scope import acting_for
from guide import article, signs
from guide.models import Supporter
from roadmap.models import Action, Review, Roadmap
from tests.checkins.days import AT, DAY, write
from tests.conftest import say_passphrase

# Open to all, by name. Every other address asks for sign-in; a new one does so until it is written here.
PUBLIC = {
    "today",
    "guide:card",
    "guide:contents",
    "guide:find_someone",
    "guide:handout",
    "guide:print",
    "guide:heard",
    "guide:part",
    "guide:print_part",
    "guide:search",
    "guide:sheet",
    "guide:sources",
    "guide:story",
    "held",
    "help",
    "privacy",
    "theme",
    "using_this_safely",
    "leave",
    "feed",
    "account_login",
    "account_logout",
    "account_signup",
    "recover",
    "mfa_authenticate",
    "passkey_sign_in",
    "live",
    "ready",
    "roadmap:plan_lists",
}
# Pages a stranger's browser may keep for asking whether they have changed: they are the same for every stranger.
KEPT = {"guide:card", "guide:contents", "guide:heard", "guide:part", "guide:sheet", "guide:print_part", "guide:sources"}
# Pages that mean nothing to who is signed in, and lead away.
FOR_STRANGERS = {"account_login", "account_signup", "mfa_authenticate", "passkey_sign_in", "recover"}
# Open to all, but a page only after another step, or with a secret that the sample has not.
NOT_BY_ITSELF = {"mfa_authenticate", "passkey_sign_in", "feed", "held"}
# Answers that are no pages.
NO_PAGES = {"live", "ready", "theme", "roadmap:calendar_file"}
# Pages that ask for the passphrase again; who has not given it lately is sent to give it (R6).
ASKING_AGAIN = {
    "roadmap:clear_plan",
    "checkins:delete_range",
    "delete",
    "devices",
    "export",
    "import",
    "passkey",
    "passphrase",
    "recovery_code",
    "roadmap:calendar_address",
    "roadmap:new_plan",
    "roadmap:plan_from_file",
    "two_step",
    "two_step_app",
}
POST_ONLY = {
    "account_logout",
    "alive",
    "checkins:cover",
    "checkins:pause",
    "checkins:restore",
    "draft",
    "told_about_leave",
    "undo",
    "guide:read",
    "guide:story",
}
GET_ONLY = {
    "roadmap:ladder",
    "today",
    "live",
    "ready",
    "privacy",
    "theme",
    "using_this_safely",
    "guide:find_someone",
    "guide:handout",
    "guide:print",
    "checkins:patterns",
    "checkins:year",
    "feed",
    "held",
    "roadmap:calendar_file",
    "roadmap:card",
    "roadmap:plan_lists",
    "roadmap:print_plan",
    *KEPT,
} - {"guide:card", "guide:part"}
# Addresses that only redirect a GET of a signed-in person.
ELSEWHERE = {*FOR_STRANGERS, "roadmap:lock_plan"}

SUBJECT = re.compile(r"therap|partner|relationship|marriage|abuse|violence|divorce|spouse|counsel|safety", re.I)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


def routes(patterns: list | None = None, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str]]:
    """Name and pattern of every address."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, prefix + str(each.pattern), f"{each.namespace}:" if each.namespace else namespace)
        elif isinstance(each, URLPattern):
            assert each.name, f"{each.pattern} has no name"
            yield namespace + each.name, prefix + str(each.pattern)


ROUTES = dict(routes())
NAMES = sorted(ROUTES)


def address(name: str, *, action: object) -> str:
    """An address of that name; the sample of an action is `action`."""
    path = "/" + ROUTES[name].strip("^").replace("/?$", "")
    path = (
        path.replace("<year:year>", "2026")
        .replace("<slug:token>", "A" * 54)
        .replace("<slug:slug>", "options")
        .replace("<slug:name>", "support")
        .replace("<day:day>", DAY.isoformat())
        .replace("<uuid:pk>", str(action))
    )
    assert "<" not in path, f"{path} needs a sample value"
    return path


class Page(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.title = ""
        self._in_title = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        # A drawing has a title too.
        self._in_title = tag == "title" and not self.title

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
            self._in_title = False

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture
def action(partner: Account) -> Action:
    """An action of the partner's, on an account with something of everything in it."""
    write(partner, gratitude_1="Canary in gratitude", emotion_1="calm", action="Canary in action")
    with acting_for(partner):
        Roadmap.of(partner)
        action = Action.add(partner, title="Canary in title", horizon=7)
        # Other rows with the same id, so that one sample serves every address.
        partner.talks.create(pk=action.pk, issue="Canary in issue", need="Canary in need", day=DAY, version=1, written_at=AT)
        Review.write(partner, DAY, {"answers": {"q1": 3}, "note": "Canary in review", "finished": True}, version=0, at=AT)
        Supporter.objects.create(account=partner, pk=action.pk, who="Canary in who", reach="Canary in reach", version=1, written_at=AT)
        return action


def check_headers(response) -> None:
    for name, value in HEADERS.items():
        assert response[name] == value, name
    assert int(re.fullmatch(r"max-age=(\d+); includeSubDomains", response["Strict-Transport-Security"])[1]) >= 31536000
    if response.content and response["Content-Type"].startswith("text/"):
        assert response["Content-Type"].lower().endswith("charset=utf-8"), response["Content-Type"]
    for cookie in response.cookies.values():
        assert cookie.key.startswith("__Host-")
        assert (cookie["secure"], cookie["path"], cookie["domain"], cookie["samesite"]) == (True, "/", "", "Lax")
        # One with a value is for the server alone and ends with the browser; one without takes it away.
        assert (cookie["httponly"], cookie["expires"], cookie["max-age"]) == (True, "", "") if cookie.value else cookie["max-age"] == 0


def is_main(button: dict[str, str | None]) -> bool:
    classes = (button.get("class") or "").split()
    return "button" in classes and not {"button--quiet", "button--plain"} & {*classes}


def check_enter(page: Page) -> None:
    """In each form with a field, Enter presses its first button that submits: the main one, or one without a name, which saves."""
    forms: list[list[tuple[str, dict[str, str | None]]]] = []
    for tag, attributes in page.elements:
        if tag == "form":
            forms.append([])
        elif forms:
            forms[-1].append((tag, attributes))
    for form in forms:
        fields = [tag for tag, each in form if tag == "textarea" or (tag == "input" and each.get("type") not in ("hidden", "submit"))]
        buttons = [each for tag, each in form if tag == "button" and each.get("type") in (None, "submit") and "disabled" not in each]
        if fields and any(map(is_main, buttons)):
            assert is_main(buttons[0]) or not buttons[0].get("name"), (page.title, buttons[0])


def check_control(tag: str, attributes: dict[str, str | None], labelled: set[str | None]) -> None:
    """A label or a name, and nothing that a browser would offer again."""
    if attributes.get("name") not in ("username", "password1", "login", "password", "csrfmiddlewaretoken", "next", "code"):
        assert attributes.get("autocomplete") == "off", attributes
    if attributes.get("type") in (None, "text") and tag != "select":
        assert attributes.get("spellcheck") == "false", attributes
    if attributes.get("type") not in ("hidden", "checkbox", "radio"):
        assert attributes.get("id") in labelled, attributes
    if attributes.get("type") == "password":
        # Shown, it is an ordinary field.
        assert (attributes.get("spellcheck"), attributes.get("autocapitalize")) == ("false", "none"), attributes
    if tag == "textarea" or (attributes.get("type") in (None, "text", "search") and tag != "select" and "readonly" not in attributes):
        # Of digits and signs alone, a code has no direction.
        assert attributes.get("dir") == "auto" or attributes["name"] == "code", attributes
    if tag == "input" and attributes.get("type") in (None, "text", "search", "url", "email", "password"):
        assert "enterkeyhint" in attributes or "readonly" in attributes, attributes


def check_sources(page: Page) -> None:
    """All that a page loads is ours, and nothing in it needs more than its Content-Security-Policy allows."""
    for attributes in page.all("script"):
        assert attributes.get("src", "").startswith("/static/"), "no script in the page"
    assert not page.all("style", "iframe", "base")
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name == "style" or name.startswith(("on", "hx-on"))], (tag, attributes)
        for name in ("src", "action", "hx-post", "poster", "srcset"):
            assert (attributes.get(name) or "/").startswith("/"), (tag, attributes)
    for attributes in page.all("link"):
        assert attributes["href"].startswith("/static/")
    assert len([attributes for attributes in page.all("link") if attributes["rel"] == "stylesheet"]) <= 3


def check_page(response) -> None:
    page = Page(response.content.decode())
    check_enter(page)
    assert len(page.all("h1")) == 1
    assert page.title == "Even Keel" or page.title.endswith(" – Even Keel")
    assert not SUBJECT.search(page.title), page.title
    assert {"name": "robots", "content": "noindex"} in page.all("meta")
    assert page.all("html")[0]["translate"] == "no"
    # Leave is the first thing one can reach, the way past the bar the second.
    reachable = ("a", "button", "input", "select", "textarea", "summary")
    first, second, *_others = [attributes for tag, attributes in page.elements if tag in reachable]
    assert re.fullmatch(r"/leave/(\?token=[0-9a-f]{32})?", first["href"] or "")
    assert (first["rel"], second["href"]) == ("nofollow noreferrer", "#main")
    check_sources(page)
    labelled = {attributes.get("for") for attributes in page.all("label")}
    for tag, attributes in page.elements:
        if tag in ("input", "textarea", "select"):
            check_control(tag, attributes, labelled)
    for index, (tag, attributes) in enumerate(page.elements):
        if tag == "table":
            assert attributes.get("aria-label") or page.elements[index + 1][0] == "caption", "a table without a name"
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids)), [each for each in ids if ids.count(each) > 1]


def test_the_list_of_public_addresses_is_complete_and_nothing_else_is_public() -> None:
    from django.urls import resolve

    public = {name for name in NAMES if resolve(address(name, action=uuid4())).func.policy.public}

    assert public == PUBLIC


def test_the_list_of_pages_that_ask_again_is_complete() -> None:
    from django.urls import resolve

    assert {name for name in NAMES if hasattr(resolve(address(name, action=uuid4())).func, "require_recent_passphrase")} == ASKING_AGAIN


def test_every_address_written_in_the_source_leads_to_a_page_and_to_a_place_on_it(owner: Client) -> None:
    sources = [path for app in ("accounts", "guide", "checkins", "roadmap") for path in (settings.BASE_DIR / app).rglob("*.py")]
    sources += (settings.BASE_DIR / "guide" / "content" / "en").glob("*.toml")
    links = {link for path in sources for link in re.findall(r'"(/(?:[\w-]+/)+(?:#[\w-]+)?)"', path.read_text())}

    assert {action.link.address for action in article.ACTIONS.values()} | {
        link.address for sign in signs.SIGNS.values() for link in sign.links
    } <= links
    for link in links:
        path, _, place = link.partition("#")
        page = owner.get(path)
        assert page.status_code == 200, link
        assert not place or f'id="{place}"' in page.content.decode(), link


def test_no_address_names_the_subject_but_the_page_on_safe_use() -> None:
    assert {name for name, route in ROUTES.items() if SUBJECT.search(route)} == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_without_an_account(client: Client, action: Action, name: str) -> None:
    path = address(name, action=action.pk)
    responses = [
        client.get(path),
        client.post(path, {}),
        client.get(path, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/roadmap/"}),
    ]

    for response in responses:
        check_headers(response)
        assert "Canary in" not in response.content.decode()
        assert ("no-store" in response["Cache-Control"]) == (name not in KEPT or response is responses[1])
    if name not in PUBLIC:
        got, posted, asked_by_htmx = responses
        assert (got.status_code, got["Location"]) == (302, f"/accounts/login/?next={path}")
        assert posted.status_code == 302 and posted["Location"].startswith("/accounts/login/")
        assert asked_by_htmx["HX-Redirect"] == "/accounts/login/?next=%2Froadmap%2F"
        assert not asked_by_htmx.content
    elif name not in ("leave", *NO_PAGES, *NOT_BY_ITSELF) and name not in POST_ONLY:
        assert responses[0].status_code == 200
        check_page(responses[0])


@pytest.mark.parametrize("name", NAMES)
def test_whoever_owns_it(owner: Client, action: Action, name: str) -> None:
    path = address(name, action=action.pk)
    response = owner.get(path)
    if name in ASKING_AGAIN:
        check_headers(response)
        assert (response.status_code, response["Location"]) == (302, f"/accounts/reauthenticate/?next={path}")
        assert owner.post(path).status_code == 302
        say_passphrase(owner)
        response = owner.get(path)

    check_headers(response)
    assert "no-store" in response["Cache-Control"]
    assert response.status_code == (
        405 if name in POST_ONLY else 303 if name == "leave" else 302 if name in ELSEWHERE else 404 if name in ("feed", "held") else 200
    )
    if response.status_code in (200, 405) and name not in NO_PAGES:
        check_page(response)


@pytest.mark.parametrize("name", NAMES)
def test_somebody_else_with_an_account(action: Action, stranger: Account, sign_in, name: str) -> None:
    """Another account's id gets the same response as an invented one, and nothing changes."""
    client = sign_in(stranger)
    before = rows_of(action.account)

    theirs, made_up = address(name, action=action.pk), address(name, action=uuid4())
    for method in ("get", "post", "put", "patch", "delete"):
        response = getattr(client, method)(
            theirs, {"done": "1", "note": "forged", "issue": "forged", "response": "yes", "gratitude_1": "forged", "version": "1"}
        )
        check_headers(response)
        assert "Canary in" not in response.content.decode()
        if theirs != made_up:
            assert response.status_code == getattr(client, method)(made_up).status_code
            assert response.status_code in (404, 405)
    assert rows_of(action.account) == before


def rows_of(account: Account) -> list:
    private = [model for model in apps.get_models() if issubclass(model, PrivateModel)]
    with acting_for(account):
        return [list(model.objects.filter(account=account).order_by("pk").values()) for model in private]


@pytest.mark.parametrize("name", NAMES)
def test_a_method_that_means_nothing_is_refused(owner: Client, action: Action, name: str) -> None:
    if name in ASKING_AGAIN:
        say_passphrase(owner)
    path = address(name, action=action.pk)
    methods = {"put", "patch", "delete", "trace"} | ({"post"} if name in GET_ONLY else set()) | ({"get"} if name in POST_ONLY else set())

    for method in methods:
        response = getattr(owner, method)(path)
        check_headers(response)
        assert response.status_code == 405 or (name in FOR_STRANGERS and response.status_code == 302), method
        if name in FOR_STRANGERS:
            assert getattr(Client(), method)(path).status_code == 405, method


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere/",
        "/checkins/2026-02-30/",
        "/guide/nothing/",
        "/roadmap/actions/1/",
        "/admin/",
        "/static/nothing.css",
        "/static/",
        "/.git/config",
    ],
)
def test_an_address_that_is_not_there_has_a_calm_page(owner: Client, client: Client, path: str) -> None:
    for response in (owner.get(path), client.get(path)):
        check_headers(response)
        assert response.status_code in (404, 302)
        if response.status_code == 404:
            assert "no-store" in response["Cache-Control"]
            check_page(response)


def test_an_address_without_its_last_stroke_leads_to_the_one_with_it(client: Client, db: None) -> None:
    assert client.get("/guide")["Location"] == "/guide/"


def test_a_form_without_its_token_is_refused_calmly(partner: Account) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(partner)

    response = client.post("/checkins/", {"gratitude_1": "forged"})

    assert response.status_code == 403
    check_headers(response)
    check_page(response)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_form_of_anothers_is_refused_even_with_a_token(partner: Account, site: str) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Origin": "null", "Sec-Fetch-Site": site})
    client.force_login(partner)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/checkins/").content.decode())[1]

    assert client.post("/checkins/", {"gratitude_1": "forged", "version": "0", "csrfmiddlewaretoken": token}).status_code == 403


def test_a_form_of_ours_goes_through_also_after_signing_in_anew(partner: Account) -> None:
    """Under no-referrer, browsers send "Origin: null" with every form; and signing in has changed the token."""
    client = Client(enforce_csrf_checks=True, headers={"Origin": "null", "Sec-Fetch-Site": "same-origin"})
    client.force_login(partner)

    assert client.post("/checkins/", {"gratitude_1": "mine", "version": "0", "csrfmiddlewaretoken": "of before"}).status_code == 302


def test_a_browser_that_does_not_say_whose_form_it_is_needs_the_token(partner: Account) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(partner)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/checkins/").content.decode())[1]

    assert client.post("/checkins/", {"gratitude_1": "mine", "version": "0", "csrfmiddlewaretoken": token}).status_code == 302


def test_without_tls_one_is_led_to_it_and_shown_nothing(settings, db: None) -> None:
    """What the proxy says counts: it writes over what a client says of itself (deploy/Caddyfile)."""
    settings.SECURE_SSL_REDIRECT, settings.SECURE_PROXY_SSL_HEADER = True, ("HTTP_X_FORWARDED_PROTO", "https")

    plain = Client().get("/accounts/login/")

    assert (plain.status_code, plain["Location"], plain.content) == (301, "https://testserver/accounts/login/", b"")
    assert Client(headers={"X-Forwarded-Proto": "https"}).get("/accounts/login/").status_code == 200
    assert Client().get("/health/live").content == b"up", "for a monitor on the same machine"


def test_an_unknown_host_is_refused_with_a_page(client: Client, db: None) -> None:
    response = client.get("/", headers={"Host": "evil.example"})

    assert response.status_code == 400
    check_headers(response)
    check_page(response)


def test_whether_it_is_well_is_told_under_any_name(client: Client, db: None) -> None:
    for path in ("/health/live", "/health/ready"):
        assert client.get(path, headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_there_is_no_admin_and_no_streaming() -> None:
    import pathlib

    assert not apps.is_installed("django.contrib.admin")
    root = pathlib.Path(__file__).parent.parent
    for path in (path for app in ("accounts", "checkins", "config", "guide", "roadmap") for path in (root / app).rglob("*.py")):
        assert "StreamingHttpResponse" not in path.read_text(), path
