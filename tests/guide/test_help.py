import re
from datetime import date

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils.html import escape

from accounts.models import Account, Session
from guide import helplines

COUNTRIES = ["AU", "CA", "DE", "ES", "FR", "GB", "IE", "IN", "NZ", "US", "ZA"]


def test_every_country_of_the_evidence_is_there_with_its_emergency_number() -> None:
    numbers = {country.code: country.first.phone for country in helplines.countries()}

    assert sorted(numbers) == COUNTRIES
    assert numbers["GB"] == "999" and numbers["US"] == "911" and numbers["AU"] == "000" and numbers["DE"] == "110"
    assert all(re.fullmatch(r"\d{2,5}", number) for number in numbers.values())


def all_lines() -> list[helplines.HelpLine]:
    return [line for country in (*helplines.countries(), helplines.world()) for line in country.lines]


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
    assert f"<b>{country.first.phone}</b>" in page
    for line in [*country.lines, *helplines.world().lines]:
        assert escape(line.who) in page
        if line.phone:
            assert f'<p class="helpline-number">{line.phone}</p>' in page
            assert f'href="{line.tel}"' in page
        if line.sms:
            assert f'href="{line.sms_link}"' in page
        if line.email:
            assert f'<p class="helpline-address">{line.email}</p>' in page and f'href="mailto:{line.email}"' in page
        assert f"Checked {line.checked:%-d %b %Y}" in page or f"Written down {line.checked:%-d %b %Y}" in page


@pytest.mark.parametrize("code", ["", *COUNTRIES])
def test_the_emergency_number_stands_before_everything_else(client: Client, code: str) -> None:
    page = client.get("/help/", {"country": code}).content.decode()

    assert page.index('href="tel:') < page.index("<select") < page.index('class="helpline"')
    assert f'href="{(helplines.country(code) or helplines.world()).first.tel}"' in page[: page.index("<select")]


@pytest.mark.parametrize("code", COUNTRIES)
def test_whatever_dials_or_writes_is_one_step_further_with_a_warning(client: Client, code: str) -> None:
    page = client.get("/help/", {"country": code}).content.decode()

    steps = re.findall(r'<details class="call">(.*?)</details>', page, re.S)
    links = re.findall(r'href="((?:tel|sms|mailto):[^"]*)"', page)
    assert links == [link for step in steps for link in re.findall(r'href="([^"]*)"', step)]
    for step in steps:
        assert step.index("</summary>") < step.index("<p>The ") < step.index("href=")
    assert all(re.fullmatch(r"tel:[+*%\d]+|sms:\d+(\?body=[\w%]+)?|mailto:[\w.@-]+", link) for link in links), links


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
    page = client.get("/help/", {"country": "US"}).content.decode()

    [well_known] = [row for row in page.split('<li class="helpline">') if "<h3>The Trevor Project</h3>" in row]
    assert "Checked" not in well_known
    assert "Written down 22 Nov 2026 from general knowledge; not read again at its source" in well_known


def test_a_star_and_a_hash_can_be_dialled() -> None:
    assert helplines.HelpLine(who="w", for_whom="f", checked=date(2026, 1, 1), grade="A", phone="*120*7867#").tel == "tel:*120*7867%23"


def test_what_nobody_has_looked_at_for_half_a_year_is_due_and_what_nobody_ever_has_comes_first() -> None:
    at_once = helplines.due(date(2026, 11, 25), 180)
    later = helplines.due(date(2027, 5, 22), 180)

    assert at_once and not any(line.compared for _, line in at_once)
    assert [row for row in later if not row[1].compared] == at_once == later[: len(at_once)]
    assert all(line.checked <= date(2026, 11, 23) for _, line in later), "180 days, and not one more"
    assert ("United Kingdom", helplines.country("GB").first) in later
    assert ("United Kingdom", helplines.country("GB").lines[4]) not in later, "looked at on the 24th"
    rows = [country.lines for country in (*helplines.countries(), helplines.world())]
    assert len(helplines.due(date(2028, 1, 1), 180)) == sum(map(len, rows)) + len(rows)


def test_a_command_lists_what_is_due(capsys: pytest.CaptureFixture[str]) -> None:
    with time_machine.travel("2027-06-01 12:00Z", tick=False):
        call_command("help_lines_due")
        by_default = capsys.readouterr().out
        call_command("help_lines_due", days=36500)

    assert "2026-11-22  Germany: Hilfetelefon Gewalt an Männern, 0800 123 99 00  https://landkreis-heidenheim.de/" in by_default
    assert re.search(r"^never +United States: The Trevor Project, 1-866-488-7386$", by_default, re.M)
    assert "Germany: emergency, 110" in by_default
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["never", "never", "never", "3"]


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
