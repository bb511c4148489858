"""Guessing is slow, and never locks the owner out (docs/security.md, R53 to R55)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from django.test import Client, RequestFactory

from accounts.models import Account
from accounts.signin import throttle
from accounts.signin.throttle import RateLimit, TokenBucket
from tests.conftest import PASSPHRASE, say_passphrase

WRONG = {"login": "partner", "password": "wrong words entirely"}
RIGHT = {"login": "partner", "password": PASSPHRASE}
AGAIN_WRONG = {"password": "wrong words entirely"}


def at(address: str, **cookies: str) -> Client:
    """A browser at that address."""
    client = Client(REMOTE_ADDR=address)
    for name, value in cookies.items():
        client.cookies[name] = value
    return client


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand tries in a test; how long each takes is tested elsewhere."""
    monkeypatch.setattr("accounts.signin.passphrases.PassphraseHasher.memory_cost", 8)
    monkeypatch.setattr("accounts.signin.passphrases.PassphraseHasher.time_cost", 1)


@pytest.fixture(autouse=True)
def clock_that_only_let_pass_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine twelve requests can take longer than the half minute after which there is one more.

    A test's transaction has begun at one moment, which PostgreSQL then takes for the present one.
    """
    monkeypatch.setattr(throttle, "_CONSUME", throttle._CONSUME.replace("clock_timestamp()", "transaction_timestamp()"))


def let_pass(seconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_tokenbucket SET filled_at = filled_at - make_interval(secs => %s)", [seconds])


def test_after_ten_wrong_guesses_for_a_name_one_more_every_half_minute(partner: Account) -> None:
    guesser = at("203.0.113.7")

    assert [guesser.post("/accounts/login/", WRONG).status_code for _ in range(12)] == [422] * 10 + [429] * 2
    let_pass(29)
    assert guesser.post("/accounts/login/", WRONG).status_code == 429
    let_pass(1)
    assert [guesser.post("/accounts/login/", WRONG).status_code for _ in range(2)] == [422, 429]


def test_a_refused_guess_is_not_even_looked_at(partner: Account) -> None:
    guesser = at("203.0.113.7")
    for _ in range(10):
        guesser.post("/accounts/login/", WRONG)

    assert guesser.post("/accounts/login/", RIGHT).status_code == 429


def test_a_thousand_wrong_guesses_leave_the_owners_browser_alone(partner: Account) -> None:
    """Also in the same home, where both have one address."""
    owner = at("203.0.113.7")
    assert owner.post("/accounts/login/", RIGHT).status_code == 302
    owner.post("/accounts/logout/")
    guesser = at("203.0.113.7")
    for _ in range(1000):
        assert guesser.post("/accounts/login/", WRONG).status_code in (422, 429)

    assert owner.post("/accounts/login/", RIGHT).status_code == 302
    assert at("198.51.100.20").post("/accounts/login/", RIGHT).status_code == 302, "and from elsewhere any browser may"


def test_without_a_browser_that_is_known_the_owner_waits_half_a_minute_at_most(partner: Account) -> None:
    guesser = at("203.0.113.7")
    for _ in range(50):
        guesser.post("/accounts/login/", WRONG)
    let_pass(30)

    assert at("203.0.113.7").post("/accounts/login/", RIGHT).status_code == 302


def test_guesses_for_one_name_do_not_slow_another(partner: Account, stranger: Account) -> None:
    guesser = at("203.0.113.7")
    for _ in range(20):
        guesser.post("/accounts/login/", WRONG)

    assert guesser.post("/accounts/login/", {"login": "stranger", "password": PASSPHRASE}).status_code == 302


def test_names_tried_one_after_the_other_from_one_network_are_slowed_too(db: None) -> None:
    network = TokenBucket.of(throttle.BY_NETWORK, "sign-in", "network", "203.0.113.7/32")
    assert all(network.consume() for _ in range(298))
    guesser = at("203.0.113.7")

    answers = [guesser.post("/accounts/login/", WRONG | {"login": f"name-{number}"}).status_code for number in range(3)]

    assert answers == [422, 422, 429]


def test_a_known_browser_is_slowed_by_its_own_guesses(partner: Account) -> None:
    client = at("203.0.113.7")
    client.post("/accounts/login/", RIGHT)
    client.post("/accounts/logout/")

    assert [client.post("/accounts/login/", WRONG).status_code for _ in range(12)][-2:] == [429, 429]


@pytest.mark.parametrize("forged", ["", "x", "x.y", "aaaaaaaaaaaaaaaaaaaaaa." + "0" * 64])
def test_a_made_up_cookie_knows_nobody(partner: Account, forged: str) -> None:
    answers = [
        at("203.0.113.7", **{"__Host-known": f"{number}{forged}"}).post("/accounts/login/", WRONG).status_code for number in range(11)
    ]

    assert answers[-1] == 429


def test_a_browser_is_known_to_the_account_it_signed_in_to_and_to_no_other(partner: Account, stranger: Account) -> None:
    theirs = at("203.0.113.7")
    theirs.post("/accounts/login/", {"login": "stranger", "password": PASSPHRASE})
    cookie = theirs.cookies["__Host-known"].value

    answers = [
        at("203.0.113.7", **{"__Host-known": cookie}).post("/accounts/login/", WRONG).status_code,
        *(at("203.0.113.7").post("/accounts/login/", WRONG).status_code for _ in range(9)),
    ]
    assert answers == [422] * 10
    assert at("203.0.113.7", **{"__Host-known": cookie}).post("/accounts/login/", WRONG).status_code == 429


def test_a_browser_is_known_by_the_passphrase_alone(partner: Account, sign_in) -> None:
    """With a passkey, a person who unlocks the device would get a new one for every ten guesses."""
    client = sign_in(partner)
    client.get("/roadmap/")
    assert "__Host-known" not in client.cookies

    say_passphrase(client)
    client.get("/roadmap/")
    assert "__Host-known" in client.cookies


def test_the_cookie_ends_with_the_browser_and_with_leave(partner: Account) -> None:
    client = at("203.0.113.7")
    client.post("/accounts/login/", RIGHT)

    cookie = client.cookies["__Host-known"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["expires"], cookie["max-age"]) == (True, True, "Lax", "", "")
    assert "partner" not in cookie.value and str(partner.pk) not in cookie.value
    assert '"cookies"' in client.get("/leave/", headers={"Sec-Fetch-Site": "none"})["Clear-Site-Data"]


def test_signing_in_costs_nothing(partner: Account) -> None:
    for _ in range(30):
        assert at("203.0.113.7").post("/accounts/login/", RIGHT).status_code == 302


def test_asking_again_is_slowed_for_the_account_whichever_session_asks(owner: Client, partner: Account, sign_in) -> None:
    """A person who unlocks the device can sign in with the passkey as often as they like."""
    answers = [owner.post("/accounts/reauthenticate/", AGAIN_WRONG).status_code for _ in range(11)]

    assert answers == [422] * 10 + [429]
    assert sign_in(partner).post("/accounts/reauthenticate/", AGAIN_WRONG).status_code == 429
    assert owner.get("/roadmap/").status_code == 200


def test_guesses_at_an_unlocked_device_keep_the_owner_from_nothing(partner: Account, sign_in) -> None:
    """Even in the same home: signing in again gives the passphrase too, and the owner's browser is counted by itself."""
    at_home, elsewhere, unlocked = at("203.0.113.7"), at("198.51.100.20"), at("203.0.113.7")
    at_home.post("/accounts/login/", RIGHT)
    elsewhere.force_login(partner)
    unlocked.force_login(partner)
    for _ in range(50):
        unlocked.post("/accounts/reauthenticate/", AGAIN_WRONG)

    assert elsewhere.post("/accounts/reauthenticate/", {"password": PASSPHRASE}).status_code == 302
    assert at_home.post("/accounts/reauthenticate/", {"password": PASSPHRASE}).status_code == 429
    at_home.post("/accounts/logout/")
    assert at_home.post("/accounts/login/", RIGHT).status_code == 302
    assert at_home.get("/accounts/export/").status_code == 200


def test_asking_again_costs_nothing_when_it_was_right(owner: Client) -> None:
    for _ in range(12):
        say_passphrase(owner)


def test_a_refused_try_says_when_to_come_back_and_that_nothing_is_locked(partner: Account) -> None:
    guesser = at("203.0.113.7")
    for _ in range(11):
        response = guesser.post("/accounts/login/", WRONG)

    assert response["Retry-After"] == "60"
    assert "Nothing is locked" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_ten_pass() -> None:
    bucket = TokenBucket.of(RateLimit(burst=10, more=1, seconds=3600), "test")

    def take(_: int) -> bool:
        try:
            return bucket.consume()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(take, range(20))) == 10


@pytest.mark.django_db(transaction=True)
def test_what_was_taken_stays_taken_when_the_request_is_rolled_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.signin.forms.SignInForm.is_valid", lambda form: 1 / 0)

    Client(raise_request_exception=False).post("/accounts/login/", WRONG)

    assert TokenBucket.objects.count() == 2


def test_the_table_holds_neither_names_nor_addresses(partner: Account) -> None:
    at("203.0.113.7").post("/accounts/login/", WRONG)

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(accounts_tokenbucket::text, ' ') FROM accounts_tokenbucket")
        [table] = cursor.fetchone()
    assert "partner" not in table.lower() and "203.0" not in table


def test_what_was_not_tried_for_a_day_is_deleted(partner: Account) -> None:
    at("203.0.113.7").post("/accounts/login/", WRONG)
    let_pass(24 * 3600 + 1)

    at("198.51.100.20").post("/accounts/login/", RIGHT)

    assert TokenBucket.objects.count() == 2


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.1", "203.0.113.7/32"),
        (1, "198.51.100.1", "198.51.100.1/32"),
        (1, "192.0.2.66, 198.51.100.1", "198.51.100.1/32"),
        (2, "192.0.2.66, 198.51.100.1, 10.0.0.2", "198.51.100.1/32"),
        (2, "198.51.100.1", "203.0.113.7/32"),
        (1, "", "203.0.113.7/32"),
        (1, "nonsense", "203.0.113.7/32"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "::ffff:198.51.100.1", "198.51.100.1/32"),
    ],
)
def test_only_what_our_own_proxies_added_is_believed(settings, proxies: int, forwarded: str, address: str) -> None:
    settings.TRUSTED_PROXIES = proxies

    assert throttle.network(RequestFactory().get("/", REMOTE_ADDR="203.0.113.7", headers={"X-Forwarded-For": forwarded})) == address


def test_a_forged_forwarded_for_changes_nothing(partner: Account, settings) -> None:
    settings.TRUSTED_PROXIES = 1
    answers = [
        Client().post("/accounts/login/", WRONG, headers={"X-Forwarded-For": f"10.0.0.{number}, 198.51.100.1"}).status_code
        for number in range(11)
    ]

    assert answers[-1] == 429


# A new passphrase, and the turn of an unknown browser


def test_marks_end_with_the_passphrase(partner: Account) -> None:
    """Six browsers had a mark each: after a change they have ten guesses together, not sixty."""
    marked = [at("203.0.113.7") for _ in range(6)]
    for client in marked:
        assert client.post("/accounts/login/", RIGHT).status_code == 302
    partner.change_passphrase("five other words by now")

    answers = [client.post("/accounts/login/", WRONG).status_code for client in marked for _ in range(10)]

    assert answers.count(422) == 10


def test_the_browser_in_which_it_was_changed_is_marked_again(partner: Account) -> None:
    client = at("203.0.113.7")
    client.post("/accounts/login/", RIGHT)
    before = client.cookies["__Host-known"].value
    assert client.post("/accounts/passphrase/", {"password1": "five other words by now"}).status_code == 302
    client.post("/accounts/logout/")
    assert client.cookies["__Host-known"].value != before
    guesser = at("203.0.113.7")
    for _ in range(12):
        guesser.post("/accounts/login/", WRONG)

    assert client.post("/accounts/login/", {"login": "partner", "password": "five other words by now"}).status_code == 302


def test_failures_of_a_known_browser_count_for_its_network_which_never_refuses_it(partner: Account) -> None:
    client = at("203.0.113.7")
    client.post("/accounts/login/", RIGHT)
    client.post("/accounts/logout/")
    network = TokenBucket.of(throttle.BY_NETWORK, "sign-in", "network", "203.0.113.7/32")
    assert all(network.consume() for _ in range(299))

    assert client.post("/accounts/login/", WRONG).status_code == 422
    assert at("203.0.113.7").post("/accounts/login/", {"login": "stranger", "password": "x"}).status_code == 429
    assert client.post("/accounts/login/", RIGHT).status_code == 302


def test_the_owner_gets_a_turn_within_a_minute_while_a_guesser_never_pauses(partner: Account, time_machine) -> None:
    """Both at one address, the owner impatient in an unknown browser: an attempt every seven seconds."""
    start = datetime(2026, 3, 20, 12, tzinfo=UTC)
    time_machine.move_to(start, tick=False)
    guesser, owner = at("203.0.113.7"), at("203.0.113.7")
    for _ in range(12):
        guesser.post("/accounts/login/", WRONG)

    for seconds in range(60):
        time_machine.move_to(start + timedelta(seconds=seconds), tick=False)
        let_pass(1)
        guesser.post("/accounts/login/", WRONG)
        if seconds % 7 == 0 and owner.post("/accounts/login/", RIGHT).status_code == 302:
            break

    assert 30 <= seconds < 60


@pytest.mark.parametrize("wait", [29, 301])
def test_a_turn_comes_after_half_a_minute_and_ends_after_five(partner: Account, time_machine, wait: int) -> None:
    start = datetime(2026, 3, 20, 12, tzinfo=UTC)
    time_machine.move_to(start, tick=False)
    guesser = at("203.0.113.7")
    for _ in range(11):
        guesser.post("/accounts/login/", WRONG)
    time_machine.move_to(start + timedelta(seconds=wait), tick=False)

    assert guesser.post("/accounts/login/", RIGHT).status_code == 429


def test_turns_are_few(partner: Account, time_machine) -> None:
    """A person who waits with many cookies gets one more attempt every half minute, for all of them together."""
    start = datetime(2026, 3, 20, 12, tzinfo=UTC)
    time_machine.move_to(start, tick=False)
    guessers = [at("203.0.113.7") for _ in range(20)]
    for _ in range(10):
        guessers[0].post("/accounts/login/", WRONG)
    for guesser in guessers:
        assert guesser.post("/accounts/login/", WRONG).status_code == 429
    time_machine.move_to(start + timedelta(seconds=31), tick=False)

    assert [guesser.post("/accounts/login/", WRONG).status_code for guesser in guessers].count(422) == 1


@pytest.mark.parametrize("turn", ["", "x", "a.b:c", "x.1:y"])
def test_a_made_up_turn_is_none(partner: Account, turn: str) -> None:
    guesser = at("203.0.113.7")
    for _ in range(10):
        guesser.post("/accounts/login/", WRONG)

    assert at("203.0.113.7", **{"__Host-turn": turn}).post("/accounts/login/", RIGHT).status_code == 429


def test_sign_ups_have_a_ceiling_for_the_whole_site(db: None, settings) -> None:
    settings.SIGN_UPS_PER_DAY = 2

    answers = [
        at(f"203.0.113.{number}").post("/accounts/signup/", {"username": f"name-{number}", "password1": PASSPHRASE}) for number in range(4)
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 429, 429]
    assert "has reached its limit of new accounts for today" in answers[2].content.decode() and "name-2" in answers[2].content.decode()
    assert Account.objects.count() == 2


def test_a_sign_up_that_is_refused_leaves_the_ceiling_as_it_was(db: None, settings) -> None:
    settings.SIGN_UPS_PER_DAY = 1
    assert at("203.0.113.7").post("/accounts/signup/", {"username": "name", "password1": "short"}).status_code == 422

    assert at("203.0.113.7").post("/accounts/signup/", {"username": "name", "password1": PASSPHRASE}).status_code == 302
