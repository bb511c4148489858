"""The private plan as a person uses it."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Account, Session
from accounts.signin.sessions import SessionStore
from accounts.vault import split_secret
from accounts.vault.scope import acting_for
from roadmap.models import PrivatePlan
from roadmap.private_plan import lock
from roadmap.private_plan.contents import LISTS, PlanEntry
from tests.conftest import PASSPHRASE, say_passphrase
from tests.roadmap.plans import OTHER, PHRASE, held, is_open, keep, set_phrase, unlock

HTMX = {"HX-Request": "true"}
PLAN = "/roadmap/plan/"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that take no time. What they cost in life is tested with the lock."""
    monkeypatch.setattr("roadmap.private_plan.models.KeyDerivationCost", lambda *figures: lock.KeyDerivationCost(*(figures or (64, 1, 1))))


@pytest.fixture
def morning(time_machine):
    """It is Tuesday 10 March 2026, eight in the morning, and time stands still."""
    time_machine.move_to("2026-03-10T08:00Z", tick=False)
    return time_machine


@pytest.fixture
def opened(partner: Account, owner: Client) -> Client:
    """A browser in which the partner's plan is open, with two notes in it."""
    keep(partner, first_advocate="Rowan Street", people_at_night="Jo")
    assert unlock(owner)
    return owner


def form(account: Account, **changes: str) -> dict[str, str]:
    """The plan's form as the page would post it, with changes; `_` in names becomes `-`."""
    contents = held(account)
    posted = {"version": str(contents.version)}
    for key, entry in contents.entries.items():
        boxes = {f"done-{key}": entry.done, f"out-{key}": entry.left_out}
        posted |= {f"note-{key}": entry.note, f"words-{key}": entry.words} | {name: "on" for name, ticked in boxes.items() if ticked}
    return posted | {name.replace("_", "-"): value for name, value in changes.items()}


def in_session() -> dict[str, object]:
    """What the one stored session holds."""
    return SessionStore().decode(Session.objects.get().session_data)


# Before anything is kept


def test_the_first_line_asks_whether_paper_would_be_safer_locked_or_open(owner: Client) -> None:
    locked = owner.get(PLAN).content.decode()
    set_phrase(owner)
    unlocked = owner.get(PLAN).content.decode()

    for page in (locked, unlocked):
        lead = re.search(r'<p class="lead">(.+?)</p>', page)[1]
        assert lead.startswith("Would this be safer")
        assert 'href="/help/"' in lead


def test_storing_nothing_is_offered_before_storing(owner: Client) -> None:
    page = owner.get(PLAN).content.decode()

    assert 0 < page.index("/roadmap/plan/lists/") < page.index('name="passphrase"')


def test_the_five_lists_can_be_read_and_printed_by_anyone_and_store_nothing(client: Client, db: None) -> None:
    page = client.get("/roadmap/plan/lists/")

    assert page.status_code == 200
    assert not page.cookies
    assert len(LISTS) == 5
    for part in LISTS.values():
        assert str(part.title) in page.content.decode()
        for words in part.starters.values():
            assert str(words) in page.content.decode()
    assert page.content.decode().count("<textarea") == 0
    assert not Session.objects.exists()


def test_the_first_item_of_all_is_an_advocate() -> None:
    assert "advocate" in next(iter(next(iter(LISTS.values())).starters.values()))


def test_forgetting_is_explained_before_a_phrase_is_set_and_no_code_is_made_unasked(owner: Client) -> None:
    say_passphrase(owner)
    page = owner.get("/roadmap/plan/new/").content.decode()

    assert page.index("If it is forgotten") < page.index('name="phrase"')
    assert page.index("If something is kept there already") < page.index('name="phrase"')

    set_phrase(owner)
    plan = owner.get(PLAN).content.decode()
    assert "A code on paper" in plan
    assert not re.search(r"([0-9a-z]{4}-){5}", plan)


@pytest.mark.parametrize(
    ("phrase", "again", "said"),
    [
        ("", "", "Choose a second passphrase"),
        ("short", "short", "12 characters or more"),
        ("x" * 129, "x" * 129, "128 characters at most"),
        (PHRASE, OTHER, "The two are not the same"),
        (PHRASE, "", "Write it once more"),
        (PASSPHRASE, PASSPHRASE, "the passphrase you sign in with"),
        ("password1234", "password1234", "too common"),
        ("seven grey \0 herons", "seven grey \0 herons", "cannot be stored"),
    ],
)
def test_a_phrase_that_would_not_do_is_refused_and_nothing_is_overwritten(
    partner: Account, owner: Client, phrase: str, again: str, said: str
) -> None:
    keep(partner, first_advocate="Rowan Street")
    say_passphrase(owner)

    answer = owner.post("/roadmap/plan/new/", {"phrase": phrase, "again": again})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert phrase == "" or phrase not in answer.content.decode()
    assert held(partner).entries["first-advocate"].note == "Rowan Street"


def test_setting_a_phrase_or_clearing_asks_for_the_sign_in_passphrase(partner: Account, owner: Client) -> None:
    keep(partner, first_advocate="Rowan Street")

    for page, data in (("new", {"phrase": OTHER, "again": OTHER}), ("clear", {"word": "clear"})):
        assert owner.post(f"/roadmap/plan/{page}/", data)["Location"].startswith("/accounts/reauthenticate/")
    assert held(partner).entries["first-advocate"].note == "Rowan Street"


@pytest.mark.parametrize("word", ["", "yes", "clear it"])
def test_nothing_is_cleared_by_accident(partner: Account, opened: Client, word: str) -> None:
    say_passphrase(opened)

    refused = opened.post("/roadmap/plan/clear/", {"word": word})

    assert refused.status_code == 422 and "or keep the plan" in refused.content.decode()
    assert is_open(opened)
    assert 'name="clear"' not in opened.get("/roadmap/plan/new/").content.decode(), "not on the page for a new passphrase"


def test_clearing_leaves_a_plan_that_nothing_opens(partner: Account, opened: Client) -> None:
    say_passphrase(opened)

    assert opened.post("/roadmap/plan/clear/", {"word": " Clear "})["Location"] == PLAN

    assert "Cleared. Nothing of it is left here." in opened.get(PLAN).content.decode()
    assert not is_open(opened)
    assert not unlock(opened)
    with acting_for(partner):
        assert partner.privateplans.count() == 1


# What it holds


def test_ticks_notes_own_lines_and_lines_left_out_are_kept(partner: Account, owner: Client) -> None:
    set_phrase(owner)
    posted = {
        "version": "0",
        "done-first-advocate": "on",
        "note-first-advocate": "Rowan Street\nTuesdays",
        "out-first-animals": "on",
        "words-people-own-0": "Jo has the spare key",
    }

    answer = owner.post(PLAN, posted | {"at": "people"})
    page = owner.get(PLAN).content.decode()

    assert answer["Location"] == "/roadmap/plan/#people"
    assert held(partner).entries == {
        "first-advocate": PlanEntry(done=True, note="Rowan Street\nTuesdays"),
        "first-animals": PlanEntry(left_out=True),
        "people-own-0": PlanEntry(words="Jo has the spare key"),
    }
    assert "Not for me: 1" in page
    assert 'name="words-people-own-1"' in page, "the list ends with an empty line"


def test_a_line_of_ones_own_without_words_and_note_is_gone(partner: Account, owner: Client) -> None:
    set_phrase(owner)
    owner.post(PLAN, {"version": "0", "words-people-own-0": "Jo", "words-people-own-1": "Kim", "note-people-own-1": "after six"})

    owner.post(PLAN, {"version": "1", "words-people-own-0": "", "words-people-own-1": "", "note-people-own-1": "after six"})

    assert held(partner).entries == {"people-own-1": PlanEntry(note="after six")}
    assert "A line of your own" in owner.get(PLAN).content.decode()


def test_it_is_saved_as_one_types_and_says_when(partner: Account, opened: Client, morning) -> None:
    unlock(opened)

    answer = opened.post(PLAN, form(partner, note_first_device="the library"), headers=HTMX)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    assert "Saved 08:00" in page
    assert re.search(r'name="version"\s+value="2"', page)
    assert held(partner).entries["first-device"].note == "the library"


def test_the_same_form_sent_twice_is_saved_once(partner: Account, opened: Client) -> None:
    posted = form(partner, note_first_device="the library")

    assert [opened.post(PLAN, posted).status_code for _ in range(2)] == [302, 302]
    assert held(partner).version == 2


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_second_tab_is_told_and_sees_both_versions(partner: Account, opened: Client, headers: dict) -> None:
    mine = form(partner, note_first_advocate="Elm Street", words_people_own_0="Kim")
    opened.post(PLAN, form(partner, note_first_advocate="Oak Street", done_money_papers="on"))

    answer = opened.post(PLAN, mine, headers=headers)

    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Both versions are here", "Oak Street", "Not there", "Ticked"):
        assert words in page
    assert held(partner).entries["first-advocate"].note == "Oak Street"
    version = re.search(r'name="version" value="(\d+)">Keep these words', page.replace("\n", ""))[1]
    assert opened.post(PLAN, mine | {"version": version}).status_code == 302
    assert held(partner).entries == {
        "first-advocate": PlanEntry(note="Elm Street"),
        "people-at-night": PlanEntry(note="Jo"),
        "people-own-0": PlanEntry(words="Kim"),
    }


def test_a_note_that_is_too_long_is_given_back_with_its_error(partner: Account, opened: Client) -> None:
    answer = opened.post(PLAN, form(partner, note_first_device="x" * 4001))

    assert answer.status_code == 422
    assert "4000 characters at most. This has 4001." in answer.content.decode()
    assert "x" * 4001 in answer.content.decode()


def test_more_than_fits_is_said_in_a_sentence_and_nothing_is_lost(partner: Account, opened: Client) -> None:
    notes = {f"note-{name}": "x" * 3000 for part in LISTS.values() for name in part.starters}

    answer = opened.post(PLAN, form(partner) | notes)

    assert answer.status_code == 422
    assert "This is more than the plan can hold, by about" in answer.content.decode()
    assert answer.content.decode().count("x" * 3000) == len(notes)
    assert held(partner).entries["first-advocate"].note == "Rowan Street"


def test_the_printed_page_has_everything_but_what_was_left_out(partner: Account, opened: Client) -> None:
    opened.post(PLAN, form(partner, out_first_animals="on", words_people_own_0="Kim", done_money_papers="on"))

    page = opened.get("/roadmap/plan/print/").content.decode()

    for words in ("Rowan Street", "Kim", "paper-box--done"):
        assert words in page
    assert "take the animals in" not in page


# How long it stays open


def test_it_locks_after_five_quiet_minutes(partner: Account, opened: Client, morning) -> None:
    unlock(opened)
    for _ in range(3):
        morning.shift(timedelta(minutes=4, seconds=59))
        assert is_open(opened), "each request counts again"

    morning.shift(timedelta(minutes=5))

    assert not is_open(opened)
    assert "Rowan" not in opened.get("/roadmap/plan/print/").content.decode()


def test_other_pages_do_not_keep_it_open(opened: Client, morning) -> None:
    unlock(opened)
    for _ in range(3):
        morning.shift(timedelta(minutes=2))
        opened.get("/roadmap/")

    assert not is_open(opened)


def test_to_be_told_that_somebody_reads_is_enough(opened: Client, morning) -> None:
    unlock(opened)
    for _ in range(3):
        morning.shift(timedelta(minutes=4))
        assert opened.head(PLAN).status_code == 200

    assert is_open(opened)


@pytest.mark.parametrize("way", ["lock", "leave", "leave by beacon", "sign out"])
def test_locking_leaving_and_signing_out_destroy_both_halves(partner: Account, opened: Client, way: str) -> None:
    half = opened.cookies[split_secret.COOKIE]
    assert (half["httponly"], half["secure"], half["samesite"], half["expires"], half["max-age"]) == (True, True, "Lax", "", "")
    cookie = half.value
    method, path = {
        "lock": (opened.post, "/roadmap/plan/lock/"),
        "leave": (opened.get, "/leave/"),
        "leave by beacon": (opened.post, "/leave/"),
        "sign out": (opened.post, "/accounts/logout/"),
    }[way]

    answer = method(path, headers={"Sec-Fetch-Site": "same-origin"})

    assert answer.cookies[split_secret.COOKIE].value == ""
    assert answer.cookies[split_secret.COOKIE]["max-age"] == 0
    if way != "lock":
        opened.force_login(partner)
    opened.cookies[split_secret.COOKIE] = cookie
    assert not is_open(opened), "a copy of the cookie opens nothing"


def test_it_opens_in_one_session_only(partner: Account, opened: Client, sign_in) -> None:
    other = sign_in(partner)
    other.cookies[split_secret.COOKIE] = opened.cookies[split_secret.COOKIE].value

    assert not is_open(other)
    assert is_open(opened)


def test_the_key_is_never_whole_on_the_server(partner: Account, opened: Client) -> None:
    with acting_for(partner):
        key = PrivatePlan.of(partner).open_with(PHRASE)
    session = str(in_session())

    assert key.hex() not in session
    assert "half" in session
    assert key.hex() not in opened.cookies[split_secret.COOKIE].value


def test_a_stored_session_does_not_show_whether_a_plan_is_open(partner: Account, client: Client) -> None:
    client.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE})
    before = in_session()

    keep(partner)
    unlock(client)

    assert is_open(client)
    assert in_session() == before


@pytest.mark.parametrize("cookie", ["", "x", "é", "AAAA", "A" * 200, "====", "a" * 5000])
def test_a_cookie_that_is_none_of_ours_opens_nothing(opened: Client, cookie: str) -> None:
    opened.cookies[split_secret.COOKIE] = cookie

    assert not is_open(opened)


def test_words_sent_to_a_plan_that_has_locked_itself_are_given_back_and_saved_with_the_phrase(
    partner: Account, opened: Client, morning
) -> None:
    unlock(opened)
    posted = form(partner, note_first_device="the library", words_people_own_0="Kim")
    morning.shift(timedelta(minutes=6))

    refused = opened.post(PLAN, posted)
    wrong = opened.post(PLAN, posted | {"passphrase": OTHER})

    for answer in (refused, wrong):
        assert answer.status_code == 422
        assert "The plan has locked itself" in answer.content.decode()
        assert "the library" in answer.content.decode() and 'value="Kim"' in answer.content.decode()
    assert "This opens nothing" in wrong.content.decode()
    assert opened.post(PLAN, posted | {"passphrase": PHRASE}).status_code == 302
    assert held(partner).entries["first-device"].note == "the library"
    assert is_open(opened)


def test_of_what_is_stored_a_locked_plan_gives_nothing_back(partner: Account, owner: Client) -> None:
    keep(partner, first_advocate="Rowan Street", people_own_0="Marigold")

    answer = owner.post(PLAN, {"version": "0", "note-first-device": "mine"})

    assert "Rowan" not in answer.content.decode()
    assert "Marigold" not in answer.content.decode()


def test_saving_by_htmx_to_a_locked_plan_says_how_to_go_on(owner: Client) -> None:
    answer = owner.post(PLAN, {"version": "0", "note-first-device": "mine"}, headers=HTMX)

    assert answer.status_code == 422
    assert "Open it in another tab" in answer.content.decode()


# The phrase and the code


def test_another_phrase_opens_what_was_there_and_the_old_one_and_the_old_code_do_not(partner: Account, opened: Client, sign_in) -> None:
    elsewhere = sign_in(partner)
    assert unlock(elsewhere)
    code = re.search(r'class="code">([^<]+)', opened.post("/roadmap/plan/code/", {"passphrase": PHRASE}).content.decode())[1]

    answer = opened.post("/roadmap/plan/phrase/", {"passphrase": PHRASE, "phrase": OTHER, "again": OTHER})

    assert answer["Location"] == PLAN
    assert is_open(opened)
    assert not is_open(elsewhere)
    opened.post("/roadmap/plan/lock/")
    assert not unlock(opened, PHRASE)
    assert not unlock(opened, code)
    assert unlock(opened, OTHER)
    assert held(partner, OTHER).entries["first-advocate"].note == "Rowan Street"


def test_an_open_plan_alone_is_not_enough_to_change_the_phrase_or_to_make_a_code(partner: Account, opened: Client) -> None:
    assert opened.post("/roadmap/plan/phrase/", {"passphrase": OTHER, "phrase": OTHER, "again": OTHER}).status_code == 422
    assert opened.post("/roadmap/plan/code/", {"passphrase": ""}).status_code == 422
    assert held(partner).code_on is None


def test_a_code_opens_the_plan_until_it_is_made_useless_or_made_anew(partner: Account, opened: Client, morning) -> None:
    def make() -> str:
        return re.search(r'class="code">([^<]+)', opened.post("/roadmap/plan/code/", {"passphrase": PHRASE}).content.decode())[1]

    first, second = make(), make()
    assert unlock(opened, second.upper().replace("-", " "))
    assert not unlock(opened, first)
    assert "One was made on 10 March 2026." in opened.get(PLAN).content.decode()

    opened.post("/roadmap/plan/code/", {"passphrase": PHRASE, "drop": "1"})

    assert not unlock(opened, second)
    assert unlock(opened, PHRASE)
    assert "One was made on" not in opened.get(PLAN).content.decode()


def test_a_new_sign_in_passphrase_does_not_open_it(partner: Account, opened: Client, client: Client) -> None:
    say_passphrase(opened)
    assert opened.post("/accounts/passphrase/", {"password1": "five other words by now"}).status_code == 302

    client.post("/accounts/login/", {"login": "partner", "password": "five other words by now"})

    assert not is_open(client)
    assert not unlock(client, "five other words by now")
    assert unlock(client, PHRASE)


GUESSES = {
    "the phrase": ("unlock/", {"passphrase": OTHER}),
    "with words": ("", {"passphrase": OTHER, "version": "0"}),
    "the phrase until now": ("phrase/", {"passphrase": OTHER, "phrase": "x", "again": "x"}),
    "for a code": ("code/", {"passphrase": OTHER}),
    # The answer says of a new phrase whether it is the one that signs in.
    "the sign-in passphrase, as another phrase": ("phrase/", {"phrase": OTHER}),
    "the sign-in passphrase, as a new phrase": ("new/", {"phrase": OTHER}),
}


@pytest.mark.parametrize("what", GUESSES)
def test_after_ten_guesses_one_more_every_half_minute(partner: Account, owner: Client, what: str) -> None:
    keep(partner)
    say_passphrase(owner)
    path, guess = GUESSES[what]

    answers = [owner.post(f"{PLAN}{path}", guess).status_code for _ in range(12)]

    assert answers == [422] * 10 + [429] * 2


def test_all_ways_of_guessing_are_counted_as_one(partner: Account, owner: Client) -> None:
    keep(partner)
    say_passphrase(owner)

    answers = [owner.post(f"{PLAN}{path}", guess).status_code for path, guess in [*GUESSES.values()] * 2]

    assert answers == [422] * 10 + [429] * 2


def test_who_can_sign_in_gets_no_more_guesses_by_it(partner: Account, owner: Client, client: Client) -> None:
    """A partner who knows name and passphrase must not get at the plan."""
    keep(partner)
    for _ in range(10):
        unlock(owner, OTHER)

    say_passphrase(owner)
    assert owner.post(f"{PLAN}unlock/", {"passphrase": OTHER}).status_code == 429
    assert client.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE}).status_code == 302
    assert client.post(f"{PLAN}unlock/", {"passphrase": OTHER}).status_code == 429
    elsewhere = Client(REMOTE_ADDR="198.51.100.20")
    elsewhere.force_login(partner)
    assert unlock(elsewhere), "their owner is kept out nowhere else"


@pytest.mark.parametrize("path", ["new/", "phrase/"])
def test_a_phrase_that_is_taken_uses_a_try_up_too(partner: Account, owner: Client, path: str) -> None:
    """That it is taken says that it is not the one that signs in."""
    keep(partner)
    say_passphrase(owner)
    guesses = [f"{OTHER} {number}" for number in range(11)]

    answers = [
        owner.post(f"{PLAN}{path}", {"passphrase": before, "phrase": guess, "again": guess}).status_code
        for before, guess in zip([PHRASE, *guesses], guesses, strict=False)
    ]

    assert answers == [302] * 10 + [429]


def test_opening_it_costs_nothing(partner: Account, owner: Client) -> None:
    keep(partner)

    assert all(unlock(owner) for _ in range(12))


# Nowhere else


def test_it_is_left_out_of_every_other_page(partner: Account, opened: Client) -> None:
    for path in ("/", "/checkins/", "/roadmap/", "/accounts/settings/"):
        page = opened.get(path).content.decode()
        assert "Rowan Street" not in page


# In a file


def taken(client: Client, **ticked: str) -> bytes:
    say_passphrase(client)
    return client.post("/accounts/export/", {"format": "json", **ticked}).content


def bring(client: Client, file: bytes, phrase: str = PHRASE):
    """Upload a file, and try a phrase on the plan in it."""
    say_passphrase(client)
    client.post("/accounts/import/", {"file": SimpleUploadedFile("notes.json", file)})
    return client.post("/roadmap/plan/from-file/", {"passphrase": phrase})


def test_it_goes_along_locked_and_comes_back_in_another_account_under_the_same_phrase(
    partner: Account, stranger: Account, opened: Client, sign_in
) -> None:
    file, elsewhere = taken(opened, plan="1"), sign_in(stranger)
    keep(stranger, OTHER, first_advocate="another plan")

    assert b"Rowan Street" not in file
    assert "import it with its passphrase" in (
        bring(elsewhere, file, OTHER).content.decode() and elsewhere.get("/accounts/import/").content.decode()
    )
    assert held(stranger, OTHER).entries["first-advocate"].note == "another plan", "a wrong phrase changes nothing"
    assert bring(elsewhere, file)["Location"] == PLAN

    assert "Rowan Street" in elsewhere.get(PLAN).content.decode()
    assert held(stranger).entries == held(partner).entries
    assert bring(elsewhere, file).status_code == 302, "and a second time it is the same"
    assert held(stranger).entries == held(partner).entries


def test_a_file_does_not_show_whether_a_plan_is_in_it(opened: Client, partner: Account, stranger: Account, sign_in) -> None:
    unused = sign_in(stranger)
    files = [taken(opened, plan="1"), taken(opened), taken(unused, plan="1"), taken(unused)]
    packed = [json.loads(file)["privateplan"] for file in files]

    assert len({len(each) for each in packed}) == 1
    assert packed[0] != packed[1] and packed[0][:30] == packed[1][:30], "the salt is the row's in every file"
    answers = [bring(unused, file, OTHER) for file in files]
    assert {answer.status_code for answer in answers} == {422}
    assert len({re.sub(r'value="[^"]*"|token=\w+', "", answer.content.decode()) for answer in answers}) == 1
    assert {bring(unused, file).status_code for file in files[1:]} == {422}, "none opens but the one it was ticked for"


def test_a_locked_plan_does_not_go_along(partner: Account, opened: Client, sign_in) -> None:
    file = taken(sign_in(partner), plan="1")

    assert bring(opened, file).status_code == 422


@pytest.mark.parametrize(
    "spoilt",
    [
        "",
        "x",
        "AAAA",
        "\0",
        lock.packed(bytes(16), lock.KeyDerivationCost(2**31, 3, 4), b"x"),
        lock.packed(bytes(16), lock.KeyDerivationCost(64, 200, 1), b"x"),
        lock.packed(bytes(16), lock.KeyDerivationCost(64, 1, 9), b"x"),
        lock.packed(bytes(16), lock.KeyDerivationCost(0, 0, 0), b"x"),
        lock.packed(bytes(16), lock.KeyDerivationCost(64, 1, 1), b"x" * 300),
    ],
)
def test_a_plan_that_is_none_of_ours_is_not_brought(partner: Account, opened: Client, spoilt: str) -> None:
    before = held(partner)

    answer = bring(opened, json.dumps({"format": "even-keel", "version": 1, "privateplan": spoilt}).encode())

    assert answer.status_code == (422 if spoilt else 200)
    assert held(partner) == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[" * 60_000,
        b"[]",
        b"{}",
        b'{"entries": []}',
        b'{"entries": {"first-advocate": []}}',
        b'{"entries": {"first-advocate": {"note": 1}}}',
        b'{"entries": {"first-advocate": {"done": "yes"}}}',
        b'{"entries": {"no-such-line": {"note": "x"}}}',
        b'{"entries": {"first-advocate": {"dream": "x"}}}',
        b'{"entries": {"first-advocate": {"note": "\\ud800"}}}',
    ],
)
def test_nor_one_that_somebody_has_made_up_behind_a_phrase_they_know(partner: Account, opened: Client, body: bytes) -> None:
    salt, cost, key, before = bytes(16), lock.KeyDerivationCost(64, 1, 1), lock.new_key(), held(partner)
    blob = lock.seal(body, key=key, phrase_key=lock.derive(PHRASE, salt, cost), code_key=lock.new_key())

    answer = bring(opened, json.dumps({"format": "even-keel", "version": 1, "privateplan": lock.packed(salt, cost, blob)}).encode())

    assert answer.status_code == 422
    assert held(partner) == before


def test_to_bring_one_back_asks_for_the_sign_in_passphrase_and_for_a_file(opened: Client) -> None:
    assert opened.get("/roadmap/plan/from-file/").status_code == 302
    say_passphrase(opened)

    assert "There is no file, or it was discarded" in opened.post("/roadmap/plan/from-file/", {"passphrase": PHRASE}).content.decode()
