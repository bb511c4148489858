"""The lock of the private plan: what is stored, what opens it, that nothing shows whether it is used (docs/security.md, R7, R44, R52)."""

import re
from collections.abc import Callable
from datetime import UTC
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Account
from accounts.vault import sealing
from accounts.vault.scope import acting_for
from roadmap.models import PrivatePlan
from roadmap.private_plan import lock
from roadmap.private_plan.contents import PlanContents, PlanEntry
from tests.conftest import PASSPHRASE, make_account, say_passphrase
from tests.roadmap.plans import OTHER, PHRASE, held, keep, unlock

CHEAP = lock.KeyDerivationCost(memory_kib=64, passes=1, lanes=1)


def stored(account: Account) -> dict[str, Any]:
    with acting_for(account):
        return dict(account.privateplans.values().get())


def inside(account: Account) -> bytes:
    """The blob as seen with the server's keys."""
    with acting_for(account):
        return PrivatePlan.of(account)._inside


# A phrase, a key, a body


@settings(max_examples=30)
@given(phrase=st.text(min_size=1, max_size=128))
def test_any_phrase_opens_what_it_locked(phrase: str) -> None:
    salt = lock.new_salt()

    assert lock.derive(phrase, salt, CHEAP) == lock.derive(phrase, salt, CHEAP)


@pytest.mark.parametrize(
    ("set_as", "typed_as"),
    [
        ("déjà vu au café", "de\u0301ja\u0300 vu au cafe\u0301"),
        ("seven grey herons stand", "  seven grey herons stand "),
        ("k3mq-7ah2-0xyz-9bcd-efgh-jkmn", "K3MQ 7AH2 OXYZ 9BCD EFGH JKMN"),
        ("k3mq-7ah2-1xyz-9bcd-efgh-jkmn", "k3mq7ah2lxyz9bcdefghjkmn"),
    ],
)
def test_another_keyboard_or_a_code_read_from_paper_makes_the_same_key(set_as: str, typed_as: str) -> None:
    salt = lock.new_salt()

    assert lock.derive(set_as, salt, CHEAP) == lock.derive(typed_as, salt, CHEAP)


@pytest.mark.parametrize("typed_as", ["Seven grey herons stand", "seven grey heron stand", "sevengreyheronsstand"])
def test_capitals_letters_and_spaces_count_in_a_phrase(typed_as: str) -> None:
    salt = lock.new_salt()

    assert lock.derive("seven grey herons stand", salt, CHEAP) != lock.derive(typed_as, salt, CHEAP)


def test_a_code_has_more_than_112_bits_and_no_letter_one_could_misread() -> None:
    codes = {lock.new_code() for _ in range(1000)}

    assert len(codes) == 1000
    assert lock.CODE_CHARS * 5 >= 112
    assert all(re.fullmatch(r"([0-9a-hjkmnp-tv-z]{4}-){5}[0-9a-hjkmnp-tv-z]{4}", code) for code in codes)


def test_the_key_costs_what_was_decided() -> None:
    assert (lock.KeyDerivationCost().memory_kib, lock.KeyDerivationCost().passes) == (64 * 1024, 3)


@given(body=st.binary(max_size=300))
def test_a_blob_has_one_size_and_opens_with_its_key_alone(body: bytes) -> None:
    key, phrase_key, code_key = (lock.new_key() for _ in range(3))
    blob = lock.seal(body, key=key, phrase_key=phrase_key, code_key=code_key)

    assert len(blob) == len(lock.seal(b"", key=key, phrase_key=phrase_key, code_key=code_key)) > lock.SIZE_BYTES
    assert lock.key_of(blob, phrase_key) == lock.key_of(blob, code_key) == key
    assert lock.body_of(blob, key) == body
    with pytest.raises(lock.CannotUnlock):
        lock.key_of(blob, lock.new_key())
    with pytest.raises(sealing.CannotBeRead):
        lock.body_of(blob, lock.new_key())


def test_a_body_may_fill_the_blob_and_not_a_byte_more() -> None:
    key = lock.new_key()
    full = b"x" * (lock.SIZE_BYTES - 1)

    assert lock.body_of(lock.seal(full, key=key, phrase_key=key, code_key=key), key) == full
    with pytest.raises(lock.PlanTooLong) as too_long:
        lock.seal(full + b"xx", key=key, phrase_key=key, code_key=key)
    assert too_long.value.over == 2


@given(bit=st.integers(min_value=0))
def test_one_changed_bit_anywhere_keeps_it_shut(bit: int) -> None:
    key, phrase_key, code_key = (lock.new_key() for _ in range(3))
    blob = bytearray(lock.seal(b"words", key=key, phrase_key=phrase_key, code_key=code_key))
    blob[bit // 8 % len(blob)] ^= 1 << bit % 8

    opened = 0
    for derived in (phrase_key, code_key):
        try:
            lock.body_of(bytes(blob), lock.key_of(bytes(blob), derived))
            opened += 1
        except (lock.CannotUnlock, sealing.CannotBeRead):
            pass
    # A bit of one wrap leaves the other.
    assert opened <= 1


# What holds for every account


def test_every_account_has_a_plan_from_its_first_day(client: Client, partner: Account) -> None:
    client.post("/accounts/signup/", {"username": "quiet-harbour-42", "password1": PASSPHRASE})

    for account in (partner, Account.objects.get(name="quiet-harbour-42")):
        assert stored(account)["version"] == 1


def test_an_account_made_by_an_older_program_gets_its_plan_when_it_signs_in(client: Client, partner: Account) -> None:
    with acting_for(partner):
        partner.privateplans.all().delete()

    client.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE})

    assert stored(partner)["version"] == 1


def test_unused_empty_and_full_rows_are_alike_but_for_bytes_that_mean_nothing(partner: Account, stranger: Account) -> None:
    used = make_account("third")
    keep(stranger)
    keep(used, first_advocate="é" * 4000, people_at_night="Jo" * 900)
    rows = [stored(account) for account in (partner, stranger, used)]

    assert len({(row["memory_kib"], row["passes"], row["lanes"], row["version"], len(row["salt"]), len(row["blob"])) for row in rows}) == 1
    for blob in (bytes(row["blob"])[sealing.HEADER_BYTES :] for row in rows):
        assert 0.49 < sum(byte.bit_count() for byte in blob) / (8 * len(blob)) < 0.51


def test_nor_can_somebody_with_the_servers_keys_tell_them_apart(partner: Account, stranger: Account) -> None:
    """Unsealed outside, every blob is two wraps and a body, each beginning with the mark of its key, and random bytes."""
    keep(stranger, first_advocate="Rowan Street")

    for blob in (inside(partner), inside(stranger)):
        assert len(blob) == 2 * lock._WRAP + lock.SIZE_BYTES + 33
        assert {blob[at : at + 1] for at in (0, lock._WRAP, 2 * lock._WRAP)} == {sealing.VERSION}
        assert 0.49 < sum(byte.bit_count() for byte in blob[200:]) / (8 * len(blob[200:])) < 0.51
        assert b"Rowan" not in blob


def test_nothing_in_a_row_changes_but_the_blob(partner: Account) -> None:
    before = stored(partner)
    keep(partner, first_advocate="Rowan Street")
    with acting_for(partner):
        plan = PrivatePlan.of(partner, to_write=True)
        key = plan.change_phrase(plan.open_with(PHRASE), OTHER)
        plan.make_code(key, today=partner.joined_at.date())
        plan.clear()
    after = stored(partner)

    assert {name for name in before if before[name] != after[name]} == {"blob"}


def test_signing_in_makes_every_blob_anew_used_or_not(client: Client, partner: Account, stranger: Account) -> None:
    keep(stranger, first_advocate="Rowan Street")
    before = [stored(account)["blob"] for account in (partner, stranger)]

    for name in ("partner", "stranger"):
        client.post("/accounts/login/", {"login": name, "password": PASSPHRASE})
        client.post("/accounts/logout/")

    after = [stored(account)["blob"] for account in (partner, stranger)]
    assert before[0] != after[0] and before[1] != after[1]
    assert held(stranger).entries["first-advocate"].note == "Rowan Street"


# A phrase that opens nothing


@pytest.fixture
def three(partner: Account, stranger: Account, sign_in: Callable[[Account], Client]) -> list[Client]:
    """Signed in to an account without a plan, one with an empty and one with a full one."""
    full = make_account("thirdone")
    keep(stranger)
    keep(full, first_advocate="Rowan Street")
    return [sign_in(account) for account in (partner, stranger, full)]


def without_token(page: bytes) -> str:
    """The page without its tokens and the mark of whose it is, which differ for everybody."""
    return re.sub(r'name="(?:csrfmiddlewaretoken|owner)" value="[^"]+"|[?]token=[0-9a-f]+', "", page.decode())


@pytest.mark.parametrize("path", ["", "unlock/", "new/", "clear/", "from-file/", "phrase/", "code/", "print/"])
def test_pages_look_the_same_whatever_there_is(three: list[Client], path: str) -> None:
    path = f"/roadmap/plan/{path}"
    if path.endswith(("new/", "clear/", "from-file/")):
        for client in three:
            assert client.get(path)["Location"].startswith("/accounts/reauthenticate/")
            say_passphrase(client)
    answers = [client.get(path) for client in three]

    assert {answer.status_code for answer in answers} == {200}
    assert len({without_token(answer.content) for answer in answers}) == 1


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/roadmap/plan/unlock/", {"passphrase": OTHER}),
        ("/roadmap/plan/unlock/", {"passphrase": "k3mq-7ah2-0xyz-9bcd-efgh-jkmn"}),
        ("/roadmap/plan/phrase/", {"passphrase": OTHER, "phrase": "five lanterns over water", "again": "five lanterns over water"}),
        ("/roadmap/plan/code/", {"passphrase": OTHER}),
        ("/roadmap/plan/code/", {"passphrase": OTHER, "drop": "1"}),
        ("/roadmap/plan/", {"passphrase": OTHER, "version": "0", "note-first-advocate": "mine"}),
        ("/roadmap/plan/", {"version": "0", "note-first-advocate": "mine"}),
    ],
)
def test_what_opens_nothing_is_answered_the_same_after_the_same_work(
    three: list[Client], path: str, form: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    derived: list[str] = []
    real = lock.derive
    monkeypatch.setattr(lock, "derive", lambda typed, salt, cost: derived.append(typed) or real(typed, salt, cost))

    answers = [client.post(path, form) for client in three]

    assert {answer.status_code for answer in answers} == {422}
    assert len({without_token(answer.content) for answer in answers}) == 1
    assert [dict(answer.items()) for answer in answers] == [dict(answers[0].items())] * 3
    assert {cookie for answer in answers for cookie in answer.cookies if answer.cookies[cookie].value} <= {"__Host-csrf", "__Host-known"}
    assert len(derived) == (3 if "passphrase" in form else 0)
    assert "Rowan" not in answers[2].content.decode()


def test_setting_a_phrase_is_answered_the_same_whatever_it_overwrites(three: list[Client]) -> None:
    for client in three:
        say_passphrase(client)
    pages = [client.get("/roadmap/plan/new/") for client in three]
    answers = [client.post("/roadmap/plan/new/", {"phrase": OTHER, "again": OTHER}) for client in three]

    assert len({without_token(page.content) for page in pages}) == 1
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/roadmap/plan/")}
    assert len({without_token(client.get("/roadmap/plan/").content) for client in three}) == 1


def test_the_two_doors_are_alike_and_clearing_is_answered_the_same(three: list[Client]) -> None:
    page = three[0].get("/roadmap/plan/").content.decode()
    doors = page.split('class="door"')[1:]
    assert [re.search("<h2>(.*?)</h2>", door)[1] for door in doors] == ["Open it", "Begin one"]
    assert [re.search(r'class="(button[^"]*)"', door)[1] for door in doors] == ["button", "button"]

    for client in three:
        say_passphrase(client)
    refused = [client.post("/roadmap/plan/clear/", {"word": "no"}) for client in three]
    cleared = [client.post("/roadmap/plan/clear/", {"word": "Clear"}, follow=True) for client in three]

    assert {answer.status_code for answer in refused} == {422}
    for answers in (refused, cleared):
        assert len({without_token(answer.content) for answer in answers}) == 1
    assert "Cleared. Nothing of it is left here." in cleared[0].content.decode()


# Moved, changed


def test_a_blob_moved_from_another_account_cannot_be_read(partner: Account, stranger: Account, sign_in) -> None:
    keep(partner, first_advocate="Rowan Street")
    theirs = stored(partner)
    with acting_for(stranger):
        stranger.privateplans.update(blob=theirs["blob"], salt=theirs["salt"])

    answer = sign_in(stranger).post("/roadmap/plan/unlock/", {"passphrase": PHRASE})

    assert answer.status_code == 422
    assert "cannot be read" in answer.content.decode()
    assert "Rowan" not in answer.content.decode()


@pytest.mark.parametrize("at", [4, 40, 120, 300, -1])
def test_a_changed_blob_cannot_be_read_and_stops_nothing_else(partner: Account, client: Client, at: int) -> None:
    keep(partner, first_advocate="Rowan Street")
    blob = bytearray(stored(partner)["blob"])
    blob[at] ^= 1
    with acting_for(partner):
        partner.privateplans.update(blob=bytes(blob))

    assert client.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE}).status_code == 302
    answer = client.post("/roadmap/plan/unlock/", {"passphrase": PHRASE})

    assert answer.status_code == 422
    assert "cannot be read" in answer.content.decode()


def test_a_body_changed_by_somebody_with_the_servers_keys_cannot_be_read(partner: Account, owner: Client) -> None:
    keep(partner, first_advocate="Rowan Street")
    changed = bytearray(inside(partner))
    changed[-1] ^= 1
    with acting_for(partner):
        PrivatePlan.of(partner)._store(bytes(changed))

    answer = owner.post("/roadmap/plan/unlock/", {"passphrase": PHRASE})

    assert "cannot be read" in answer.content.decode()


# Contents


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)
entries = st.builds(PlanEntry, done=st.booleans(), left_out=st.booleans(), note=words, words=words)


@given(
    version=st.integers(0, 10**6),
    at=st.none() | st.datetimes(timezones=st.timezones()),
    code_on=st.none() | st.dates(),
    entries=st.dictionaries(st.text(max_size=20), entries, max_size=8),
)
def test_contents_come_back_as_they_were(version: int, at, code_on, entries) -> None:
    contents = PlanContents(version, at and at.astimezone(UTC), code_on, entries)

    assert PlanContents.from_bytes(contents.to_bytes()) == contents


def test_a_wrong_phrase_and_then_the_right_one(partner: Account, owner: Client) -> None:
    keep(partner, first_advocate="Rowan Street")

    assert not unlock(owner, OTHER)
    assert not unlock(owner, PASSPHRASE)
    assert unlock(owner)
    assert "Rowan Street" in owner.get("/roadmap/plan/").content.decode()
