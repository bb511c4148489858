"""A code after the passphrase, and passkeys (docs/security.md, R9)."""

import base64
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.test import Client

from accounts.models import Account, Session
from accounts.signin import two_step
from accounts.signin.allauth_bridge import format_hotp_value, generate_totp_secret, hotp_value
from accounts.signin.passphrases import PassphraseHasher
from accounts.signin.two_step.adapter import TwoStepAdapter
from tests.conftest import PASSPHRASE, begun, make_account, say_passphrase

NOON = datetime(2026, 3, 10, 12, 0, 10, tzinfo=UTC)
PAPER = re.compile(r"\b(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}\b")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hash costs has a test of its own (tests/accounts/test_sign_up.py); ten for each of these would cost seconds."""
    monkeypatch.setattr(PassphraseHasher, "memory_cost", 64)


def shown(secret: str, at: datetime) -> str:
    """What an app shows at that moment."""
    return format_hotp_value(hotp_value(secret, int(at.timestamp()) // 30))


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def secret(partner: Account, noon) -> str:
    """The partner's account asks for codes; the app with this secret showed one half a minute ago."""
    secret = generate_totp_secret()
    assert two_step.turn_on(partner, secret, shown(secret, NOON - timedelta(seconds=30)), at=NOON)
    return secret


@pytest.fixture
def halfway(client: Client, secret: str) -> Client:
    """A browser that has said name and passphrase."""
    response = client.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE})
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/code/")
    return client


def say(client: Client, code: str):
    return client.post("/accounts/login/code/", {"code": code})


# Turning it on and off


def test_an_app_is_connected_with_a_first_code_and_ten_codes_are_shown_once(owner: Client, partner: Account, noon) -> None:
    owner.force_login(partner)
    say_passphrase(owner)
    page = owner.get("/accounts/two-step/app/").content.decode()
    secret = owner.session["twostep.secret"]
    assert " ".join(secret[at : at + 4] for at in range(0, 32, 4)) in page and "<path" in page

    response = owner.post("/accounts/two-step/app/", {"code": shown(secret, NOON)})

    assert len(set(PAPER.findall(response.content.decode()))) == 10
    assert two_step.is_on(partner) and two_step.codes_left(partner) == 10
    assert not PAPER.search(owner.get("/accounts/two-step/").content.decode())
    assert "twostep.secret" not in owner.session


@pytest.mark.parametrize("code", ["000000", "", "12345", "ä", "0" * 40, "٠٠٠٠٠٠"])
def test_a_wrong_first_code_turns_nothing_on_and_keeps_the_key(owner: Client, partner: Account, code: str) -> None:
    say_passphrase(owner)
    owner.get("/accounts/two-step/app/")
    secret = owner.session["twostep.secret"]

    response = owner.post("/accounts/two-step/app/", {"code": code})

    assert response.status_code == 422
    assert owner.session["twostep.secret"] == secret
    assert not two_step.is_on(partner)


def test_neither_secret_nor_codes_stand_in_the_database(owner: Client, partner: Account, secret: str) -> None:
    say_passphrase(owner)
    owner.get("/accounts/two-step/app/")
    half_made = owner.session["twostep.secret"]
    codes = two_step.new_codes(partner, at=NOON)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT string_agg(a::text, ' ') FROM mfa_authenticator a), (SELECT string_agg(s::text, ' ') FROM accounts_session s)"
        )
        tables = " ".join(cursor.fetchone())
    hashes = two_step._open(Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES))["hashes"]
    assert all(each.startswith("argon2$argon2id$") for each in hashes) and len({each.split("$")[4] for each in hashes}) == 10, "salted"
    for told in (secret, half_made, codes[0], codes[0].replace("-", "")):
        assert told not in tables
    assert {row.last_used_at for row in Authenticator.objects.all()} == {None}
    assert {row.created_at.time().isoformat() for row in Authenticator.objects.all()} == {"00:00:00"}


def test_after_each_change_the_others_can_be_ended(owner: Client, partner: Account, secret: str) -> None:
    owner.force_login(partner)
    say_passphrase(owner)

    changed = owner.post("/accounts/two-step/", {"off": "1"}, follow=True)

    assert 'href="/accounts/devices/"' in changed.content.decode().split("<main")[1].split("</main")[0]
    assert owner.get("/accounts/devices/").status_code == 200, "the passphrase was just given"


def test_it_is_turned_off(owner: Client, partner: Account, secret: str) -> None:
    owner.force_login(partner)
    say_passphrase(owner)

    assert owner.post("/accounts/two-step/", {"off": "1"}).status_code == 302

    assert not Authenticator.objects.exists()
    assert Client().post("/accounts/login/", {"login": "partner", "password": PASSPHRASE})["Location"] == "/"


def test_new_codes_end_those_before(owner: Client, partner: Account, secret: str) -> None:
    owner.force_login(partner)
    say_passphrase(owner)
    before = two_step.new_codes(partner, at=NOON)

    made = PAPER.findall(owner.post("/accounts/two-step/", {"codes": "1"}).content.decode())

    assert len(made) == 10
    assert not two_step.take(partner, before[0], at=NOON)
    assert two_step.take(partner, made[0], at=NOON)


# Signing in


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_once_the_second_shows_the_codes_that_count(partner: Account) -> None:
    secret = generate_totp_secret()
    for make in (
        lambda: two_step.turn_on(partner, secret, shown(secret, NOON), at=NOON),
        lambda: two_step.new_codes(partner, at=NOON),
    ):
        with transaction.atomic():
            make()
            answer = begun(make)

        codes = answer.result()
        assert len(codes) == two_step.codes_left(partner) == 10
        assert two_step.take(partner, codes[0], at=NOON)


def test_after_the_passphrase_nobody_is_signed_in_until_the_code(halfway: Client, secret: str) -> None:
    assert halfway.get("/roadmap/").status_code == 302
    assert halfway.get("/accounts/login/code/").status_code == 200

    response = say(halfway, shown(secret, NOON))

    assert (response.status_code, response["Location"]) == (302, "/")
    assert halfway.get("/roadmap/").status_code == 200
    assert halfway.get("/accounts/passphrase/").status_code == 200, "the passphrase was just given"


def test_signing_in_leads_to_where_one_was_going_also_in_two_steps(client: Client, secret: str) -> None:
    client.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE, "next": "/roadmap/"})

    assert say(client, shown(secret, NOON))["Location"] == "/roadmap/"


@pytest.mark.parametrize(("seconds", "status"), [(-60, 422), (-30, 422), (0, 302), (30, 302), (60, 422)])
def test_a_code_holds_one_step_around_its_time_and_not_before_the_last_used(halfway, secret: str, seconds: int, status: int) -> None:
    """The one of half a minute ago was used to turn it on."""
    assert say(halfway, shown(secret, NOON + timedelta(seconds=seconds))).status_code == status


def test_a_clock_that_is_half_a_minute_late_is_fine(halfway: Client, secret: str, noon) -> None:
    noon.shift(timedelta(minutes=5))

    assert say(halfway, shown(secret, NOON + timedelta(minutes=4, seconds=30))).status_code == 302


def test_no_code_is_taken_twice(halfway: Client, secret: str) -> None:
    code = shown(secret, NOON)
    assert say(halfway, code).status_code == 302
    halfway.post("/accounts/logout/")
    halfway.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE})

    assert say(halfway, code).status_code == 422


def test_a_code_from_paper_works_once(halfway: Client, partner: Account, secret: str) -> None:
    code = two_step.new_codes(partner, at=NOON)[3]
    assert say(halfway, code.lower().replace("-", " ")).status_code == 302
    assert two_step.codes_left(partner) == 9
    halfway.post("/accounts/logout/")
    halfway.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE})

    assert say(halfway, code).status_code == 422


def test_anothers_code_opens_nothing(halfway: Client, noon) -> None:
    other = make_account("other")
    theirs = generate_totp_secret()
    codes = two_step.turn_on(other, theirs, shown(theirs, NOON), at=NOON)

    assert say(halfway, shown(theirs, NOON)).status_code == 422
    assert say(halfway, codes[0]).status_code == 422


def test_guessing_codes_is_slowed(halfway: Client) -> None:
    assert [say(halfway, f"{number:06}").status_code for number in range(6)][-1] == 429


def test_without_the_passphrase_there_is_no_second_step(client: Client, secret: str) -> None:
    assert client.get("/accounts/login/code/")["Location"] == "/accounts/login/"
    assert say(client, shown(secret, NOON))["Location"] == "/accounts/login/"


def test_a_new_passphrase_by_recovery_code_still_asks_for_the_second_step(client: Client, partner: Account, secret: str) -> None:
    code = partner.new_recovery_code()
    client.post("/accounts/recover/", {"login": "partner", "code": code, "password1": "five other words by now"})

    response = client.post("/accounts/login/", {"login": "partner", "password": "five other words by now"})

    assert response["Location"] == "/accounts/login/code/"


# Passkeys, as far as they can be tested without a browser: tests/browser/test_passkeys.py has the rest


@pytest.mark.parametrize(
    "answer",
    ["", "{}", "[]", "null", "1", '"x"', "{", '{"id": "x"}', '{"id":"eA","rawId":"eA","type":"public-key","response":{}}', "[" * 5_000],
)
def test_what_is_no_answer_is_refused_calmly(owner: Client, client: Client, answer: str) -> None:
    say_passphrase(owner)
    owner.get("/accounts/two-step/passkey/")
    client.get("/accounts/login/passkey/")

    for response in (
        owner.post("/accounts/two-step/passkey/", {"credential": answer}),
        client.post("/accounts/login/passkey/", {"credential": answer}),
    ):
        assert response.status_code == 422
    assert not Authenticator.objects.exists()


def test_a_made_up_answer_for_a_known_account_is_refused(client: Client, partner: Account) -> None:
    options = client.get("/accounts/login/passkey/").json()
    handle = base64.urlsafe_b64encode(str(partner.pk).encode()).decode().rstrip("=")
    collected = base64.urlsafe_b64encode(
        json.dumps({"type": "webauthn.get", "challenge": options["publicKey"]["challenge"], "origin": "http://localhost"}).encode()
    ).decode()
    response = {"clientDataJSON": collected, "authenticatorData": "A" * 50, "signature": "AAAA", "userHandle": handle}
    forged = {"id": "eA", "rawId": "eA", "type": "public-key", "response": response, "clientExtensionResults": {}}
    cut_off = base64.urlsafe_b64encode(bytes(32) + b"\x80" + bytes(4) + b"\x19").decode().rstrip("=")

    for data in ("A" * 50, cut_off):
        response["authenticatorData"] = data
        assert client.post("/accounts/login/passkey/", {"credential": json.dumps(forged)}).status_code == 422
    assert not Session.objects.filter(owner__isnull=False).exists()


def test_nobody_takes_out_anothers_passkey(owner: Client, stranger: Account) -> None:
    theirs = Authenticator.objects.create(user=stranger, type=Authenticator.Type.WEBAUTHN, data={})
    say_passphrase(owner)

    for pk in (str(theirs.pk), "", "\0", "x"):
        assert owner.post("/accounts/two-step/", {"remove": pk}).status_code == 302

    assert Authenticator.objects.get() == theirs


def test_the_picture_says_what_apps_understand() -> None:
    address = TwoStepAdapter().build_totp_url(Account(name="quiet-harbour-42"), "ABC")
    assert address == "otpauth://totp/Even%20Keel%3Aquiet-harbour-42?secret=ABC&issuer=Even%20Keel"
    drawing = TwoStepAdapter().build_totp_svg("x")
    assert 'viewBox="0 0 29 29"' in drawing and ' d="M4 4h1v1h-1z' in drawing and "style" not in drawing
