import re
from datetime import date

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import Account, Session
from guide import helplines

COUNTRIES = ["AU", "CA", "DE", "ES", "FR", "GB", "IE", "IN", "NZ", "US", "ZA"]


def test_every_country_of_the_evidence_is_there_with_its_emergency_number() -> None:
    numbers = {country.code: country.emergency for country in helplines.countries()}

    assert sorted(numbers) == COUNTRIES
    assert numbers["GB"] == "999" and numbers["US"] == "911" and numbers["AU"] == "000" and numbers["DE"] == "110"
    assert all(re.fullmatch(r"\d{2,5}", number) for number in numbers.values())


def all_lines() -> list[helplines.HelpLine]:
    return [line for country in helplines.countries() for line in country.lines] + list(helplines.world())


def test_every_line_says_who_answers_for_whom_and_where_that_stands() -> None:
    assert len(all_lines()) > 40
    for line in all_lines():
        assert line.who and line.for_whom
        assert line.phone or line.web or line.sms, line.who
        assert line.grade in ("A", "B"), line.who
        assert line.source.startswith("https://") or line.source.startswith("http://") or line.grade == "B", line.who
        assert isinstance(line.checked, date)


@pytest.mark.parametrize(
    ("country", "who", "tel"),
    [
        ("US", "National Domestic Violence Hotline", "tel:18007997233"),
        ("GB", "Galop", "tel:08009995428"),
        ("GB", "Samaritans", "tel:116123"),
        ("AU", "1800RESPECT", "tel:1800737732"),
        ("ES", "016", "tel:016"),
    ],
)
def test_a_number_is_dialled_as_it_is_written(country: str, who: str, tel: str) -> None:
    [line] = [line for line in helplines.country(country).lines if who in line.who]

    assert line.tel == tel


def test_a_text_message_link_has_its_number_and_its_word() -> None:
    line = helplines.HelpLine(who="w", for_whom="f", checked=date(2026, 1, 1), grade="A", sms="88788", sms_body="START now")

    assert line.sms_link == "sms:88788?body=START%20now"


@pytest.mark.parametrize("code", COUNTRIES)
def test_a_country_shows_its_lines_and_the_directories(client: Client, code: str) -> None:
    page = client.get("/help/", {"country": code}).content.decode()

    country = helplines.country(code)
    assert f"<b>{country.emergency}</b>" in page
    for line in [*country.lines, *helplines.world()]:
        assert escape(line.who) in page
        if line.phone:
            assert f'<p class="helpline-number">{line.phone}</p>' in page
            assert f'href="{line.tel}"' in page
    # Calling is one step further, with a warning.
    assert page.count("The call may show in this phone’s list.") == sum(bool(line.phone) for line in [*country.lines, *helplines.world()])


@pytest.mark.parametrize("code", ["", "XX", "gb ", "<script>", "\0", "x" * 5000])
def test_any_other_country_is_led_to_the_directories(client: Client, code: str) -> None:
    response = client.get("/help/", {"country": code})

    page = response.content.decode()
    assert response.status_code == 200
    assert "findahelpline.com" in page and "<b>112</b>" in page
    assert "<script>alert" not in page and "&lt;script" not in page
    assert ("We have no lines for that country" in page) == bool(code)


def test_choosing_a_country_stores_nothing(client: Client, db: None, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        response = client.get("/help/", {"country": "GB"})

    assert not response.cookies
    assert not Session.objects.exists()


def test_choosing_a_country_signed_in_is_remembered(owner: Client, partner: Account) -> None:
    assert owner.post("/help/", {"country": "GB"}).status_code == 302

    partner.refresh_from_db()
    assert partner.country == "GB"
    assert "<b>999</b>" in owner.get("/help/").content.decode()
    assert "<b>911</b>" in owner.get("/help/", {"country": "US"}).content.decode()
    owner.post("/help/", {"country": "nowhere"})
    assert "<b>112</b>" in owner.get("/help/").content.decode()


def test_what_was_not_read_again_is_not_called_checked(client: Client) -> None:
    page = client.get("/help/", {"country": "GB"}).content.decode()

    [well_known] = [row for row in page.split('<li class="helpline">') if "<h3>Live Fear Free</h3>" in row]
    assert "Checked" not in well_known
    assert "not read again at its source" in well_known


def test_using_this_safely_says_what_leave_cannot_do_and_what_is_promised(client: Client) -> None:
    page = re.sub(r"\s+", " ", client.get("/using-this-safely/").content.decode())

    for words in (
        "It cannot clear the browser’s history",
        "Your entries are encrypted in the database and in backups. A thief with a copy cannot read them. Whoever runs this server could",
        "We cannot protect you on a device that is being watched.",
        "If it is someone you fear who runs this server, don’t write here.",
    ):
        assert words in page
    for words in ("zero-knowledge", "end-to-end", "military", "anonymous", "untraceable", "deletes your history"):
        assert words not in page.lower()
