import re
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils.formats import date_format
from django.utils.html import escape

from accounts.models import Account, Session
from guide import checks, helplines, registers
from guide.rows import DataError

FIRST = ["AU", "CA", "DE", "ES", "FR", "GB", "IE", "IN", "NZ", "US", "ZA"]
COUNTRIES = [country.code for country in helplines.countries()]
SIX = ["999", "911", "112", "000", "111", "10111"]


def all_lines() -> list[helplines.HelpLine]:
    return [line for country in helplines.countries() for line in country.lines] + [*helplines.world()]


def test_every_country_has_its_emergency_number() -> None:
    numbers = {country.code: country.first.phone for country in helplines.countries()}

    assert set(FIRST) < set(numbers) and len(numbers) > 16
    assert numbers["GB"] == "999" and numbers["US"] == "911" and numbers["AU"] == "000" and numbers["DE"] == "110"


def test_every_line_says_who_answers_for_whom_and_where_that_was_read() -> None:
    assert len(all_lines()) > 80
    for line in all_lines():
        assert line.who and line.for_whom
        assert line.grade in ("A", "B"), line.who
        assert re.match(r"https?://[^/]+\.", line.source) and "example" not in line.source, line.who
        assert date(2026, 11, 22) <= line.checked, line.who


def test_every_country_has_someone_to_call_for_fear() -> None:
    for country in helplines.countries():
        assert any(line.meets("afraid") and (line.phone or line.web) for line in country.lines), country.name


def test_the_six_numbers_are_those_of_their_countries() -> None:
    assert [number.phone for number in helplines.emergency_numbers()] == SIX
    of = {country.code: country.first for country in helplines.countries()}
    assert [of[code].phone for code in ("GB", "US", "IN", "AU", "NZ", "ZA")] == SIX
    assert of["CA"].phone == "911" and of["ES"].phone == "112"


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


def test_a_star_and_a_hash_can_be_dialled() -> None:
    assert helplines.HelpLine(who="w", for_whom="f", checked=date(2026, 1, 1), grade="A", phone="*120*7867#").tel == "tel:*120*7867%23"


def sections(page: str) -> dict[str, str]:
    """The sections of a country's page by their need."""
    found = re.findall(r'<section class="need" aria-labelledby="(\w+)">(.*?)</section>', page, re.S)
    assert len(dict(found)) == len(found)
    return dict(found)


@pytest.mark.parametrize("code", COUNTRIES)
def test_a_country_says_when_its_numbers_were_compared(client: Client, code: str) -> None:
    first, last = (date_format(day, "j F Y") for day in helplines.country(code).checked())
    page = " ".join(client.get("/help/", {"country": code}).content.decode().split())

    when = f"on {last}" if first == last else f"between {first} and {last}"
    assert f"These numbers were compared with their sources {when}." in page


@pytest.mark.parametrize("code", COUNTRIES)
def test_a_country_shows_each_line_under_what_it_is_for(client: Client, code: str) -> None:
    page = client.get("/help/", {"country": code}).content.decode()

    country, shown = helplines.country(code), sections(page)
    assert list(shown) == list(helplines.NEEDS)
    assert f"<b>{country.first.phone}</b>" in page
    for line in country.lines:
        for need in helplines.NEEDS:
            assert (f"{escape(line.who)}</" in shown[need]) == line.meets(need), (line.who, need)
        spoken = "".join(text for need, text in shown.items() if need != "text")
        if line.phone and line.needs:
            assert f'<p class="call-line-number">{line.phone}</p>' in spoken and f'href="{line.tel}"' in spoken
        if line.sms:
            assert f'href="{line.sms_link}"' in shown["text"]
        for address in filter(None, (line.chat, line.email and f"mailto:{line.email}")):
            assert f'href="{address}"' in shown["text"]
        assert f'href="{line.source.replace("&", "&amp;")}"' in page
    for need, text in shown.items():
        assert ("No line for this is listed here yet" in text) == (not any(line.meets(need) for line in country.lines))


def test_what_was_not_read_on_a_page_of_the_service_says_so(client: Client) -> None:
    page = client.get("/help/", {"country": "GB"}).content.decode()

    rows = dict(re.findall(r"<li>([^:<]+): (<a .*?)</li>", page, re.S))
    assert "not the service’s own page" in rows["Galop"]
    assert "not the service’s own page" not in rows["Live Fear Free"]
    assert "24 November 2026" in rows["Live Fear Free"]


@pytest.mark.parametrize("code", COUNTRIES)
def test_a_line_is_called_in_two_presses_and_the_emergency_number_in_one(client: Client, code: str) -> None:
    page = client.get("/help/", {"country": code}).content.decode()

    first, *others = re.findall(r'href="((?:tel|sms):[^"]*)"', page)
    assert first == helplines.country(code).first.tel
    steps = re.findall(r'<details class="call">(.*?)</details>', page, re.S)
    assert others == [link for step in steps for link in re.findall(r'href="([^"]*)"', step)]
    for step in steps:
        assert step.index("</summary>") < step.index("<p>The ") < step.index("href=")
    assert all(re.fullmatch(r"tel:[+*%\d]+|sms:\d+(\?body=[\w%]+)?", link) for link in [first, *others])


def test_without_a_country_there_are_six_emergency_numbers_and_never_one_alone(client: Client) -> None:
    page = client.get("/help/").content.decode()

    [numbers] = re.findall(r'<ul class="numbers numbers--big.*?</ul>', page, re.S)
    assert re.findall(r"<b>(\d+)</b>", numbers) == SIX
    assert re.findall(r'href="(tel:\d+)"', numbers) == [f"tel:{number}" for number in SIX]
    assert page.index(numbers) < page.index("<select") < page.index('class="countries"') < page.index('class="call-line"')
    assert page.count("<b>112</b>") == 1
    for country in helplines.countries():
        assert f'<option value="{country.code}">{country.name}</option>' in page
        assert f'<a href="/help/?country={country.code}">{country.name}</a>' in page


def test_without_a_country_there_is_a_number_for_thoughts_of_dying(client: Client) -> None:
    page = client.get("/help/").content.decode()

    [numbers] = re.findall(r'<ul class="numbers numbers--long.*?</ul>', page, re.S)
    assert '<a href="tel:116123"><b>116 123</b> <span>UK, Ireland</span></a>' in numbers
    assert '<a href="tel:988"><b>988</b> <span>US, Canada</span></a>' in numbers


@pytest.mark.parametrize("code", ["", "XX", "gb ", "<script>", "\0", "x" * 5000])
def test_any_other_country_is_led_to_the_directories(client: Client, code: str) -> None:
    response = client.get("/help/", {"country": code})

    page = response.content.decode()
    assert response.status_code == 200
    assert "findahelpline.com" in page and "<b>999</b>" in page
    assert "<script>alert" not in page and "&lt;script" not in page
    assert ("We have no lines for that country" in page) == bool(code)


PUBLIC = (
    *("/", "/help/", "/using-this-safely/", "/privacy/", "/accounts/login/", "/accounts/signup/"),
    *("/guide/", "/guide/limits/", "/guide/wellbeing/", "/guide/find-someone/", "/guide/handout/", "/guide/search/"),
)


@pytest.mark.parametrize("path", PUBLIC)
def test_a_country_once_chosen_stays_in_the_addresses_of_links_to_help(client: Client, db: None, path: str) -> None:
    page = client.get(path, {"country": "NZ"}).content.decode()

    links = re.findall(r'href="(/(?:(?:help|using-this-safely|privacy|accounts/(?:login|signup)|guide(?:/[\w-]+)*)/[^"]*)?)"', page)
    choices = {f"/guide/find-someone/?country={place.code}" for place in registers.places()} | {"/help/?country="}
    assert len(links) > 5
    assert not [link for link in links if "?country=NZ" not in link and link not in choices]
    assert 'action="/guide/search/"' not in page, "the answer to a search is for that country too"
    assert "?country=" not in client.get("/guide/limits/").content.decode(), "no one else gets it"


@pytest.mark.parametrize("made_up", ["XX", '"><b>', "NZ&country=XX1"])
def test_a_made_up_country_gets_into_no_address(client: Client, db: None, made_up: str) -> None:
    assert "country=" not in client.get("/guide/limits/", {"country": made_up}).content.decode()


def test_choosing_a_country_stores_nothing(client: Client, db: None, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        response = client.get("/help/", {"country": "GB"})

    assert not response.cookies
    assert not Session.objects.exists()


def test_choosing_a_country_signed_in_is_remembered_and_can_be_changed(owner: Client, partner: Account) -> None:
    assert owner.post("/help/", {"country": "GB"}).status_code == 302

    partner.refresh_from_db()
    assert partner.country == "GB"
    assert "<b>999</b>" in owner.get("/help/").content.decode()
    assert "<b>911</b>" in owner.get("/help/", {"country": "US"}).content.decode()
    assert "Where do you want to call?" in owner.get("/help/", {"country": ""}).content.decode()
    owner.post("/help/", {"country": "nowhere"})
    assert "Where do you want to call?" in owner.get("/help/").content.decode()


@pytest.mark.parametrize("code", [place.code for place in registers.places()])
def test_a_country_shows_its_registers_and_what_costs_little_there(client: Client, code: str) -> None:
    page = client.get("/guide/find-someone/", {"country": code}).content.decode()
    where, _, rest = page.partition('id="money"')
    money = rest.partition('id="ask"')[0]

    place = registers.place(code)
    assert place.ways
    assert [escape(way.about) in where for way in place.ways] == [not way.low_cost for way in place.ways]
    assert [escape(way.about) in money for way in place.ways] == [way.low_cost for way in place.ways]
    assert ("No register is listed here yet." in where) == (not place.registers)
    assert all(f'href="{escape(way.web)}"' in page for way in place.ways if way.web)
    assert all(f'href="{escape(way.source)}"' in page and way.grade in "AB" for way in place.ways)


GOOD = """
[[country]]
code = "QQ"
name = "Quiet Land"
emergency = "123"
emergency_source = "https://example.org/police"
emergency_checked = 2026-11-30
emergency_grade = "B"

[[country.line]]
who = "Harbour line"
for = "Anyone."
needs = ["afraid"]
phone = "01 23"
checked = 2026-11-30
source = "https://example.org/harbour"
grade = "A"
"""


@pytest.mark.parametrize(
    ("good", "bad", "line", "what"),
    [
        ('phone = "01 23"', 'phone = "01 23 or 45"', 14, "phone must be one number"),
        ('phone = "01 23"', 'phnoe = "01 23"', 14, "phnoe is not a key of such a row"),
        ('phone = "01 23"', 'sms = "12 34"', 14, "sms must be digits only"),
        ('phone = "01 23"\n', "", 10, "Harbour line has neither phone, sms, chat, web nor email"),
        ('needs = ["afraid"]', 'needs = ["fear"]', 13, "needs must be a list of: afraid, dying"),
        ('needs = ["afraid"]\n', "", 10, "Harbour line has no needs, so it would never be found"),
        ("checked = 2026-11-30\nsource", 'checked = "yesterday"\nsource', 15, "checked must be a day, such as 2026-11-30"),
        ('source = "https://example.org/harbour"\n', "", 10, "source is missing"),
        ('grade = "A"', 'grade = "C"', 17, "grade must be A or B"),
        ('emergency = "123"', 'emergency = "call them"', 5, "emergency must be a number of two to five digits"),
        ('code = "QQ"', 'code = "qq"', 3, "code must be two capital letters"),
        ('name = "Quiet Land"', "name = Quiet Land", 4, ""),
        (GOOD, GOOD + GOOD[GOOD.index("[[country.line]]") :], 19, "Harbour line is in this country twice"),
    ],
)
def test_an_error_in_the_file_is_told_with_its_line(tmp_path: Path, good: str, bad: str, line: int, what: str) -> None:
    path = tmp_path / "helplines.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert list(helplines.load(path).countries) == ["QQ"]
    assert GOOD.count(good) == 1
    path.write_text(GOOD.replace(good, bad), encoding="utf-8")

    with pytest.raises(DataError, match=re.escape(str(path)) + rf".*\bline {line}\b.*" + re.escape(what)):
        helplines.load(path)


def test_a_site_adds_lines_and_countries_of_its_own(tmp_path: Path, settings, client: Client) -> None:
    own = dedent("""
        [[country]]
        code = "GB"

        [[country.line]]
        who = "Our centre"
        for = "Anyone in our town."
        needs = ["afraid"]
        phone = "01234 567"
        checked = 2026-11-30
        source = "https://example.org/centre"
        grade = "A"
        """)
    (tmp_path / "helplines.toml").write_text(GOOD + own, encoding="utf-8")
    settings.SITE_DIR = tmp_path
    helplines._data.cache_clear()
    try:
        page = client.get("/help/", {"country": "GB"}).content.decode()
        assert page.index("Our centre") < page.index("National Domestic Abuse Helpline")
        assert "Harbour line" in client.get("/help/", {"country": "QQ"}).content.decode()
        assert "Quiet Land" in client.get("/help/").content.decode()
    finally:
        helplines._data.cache_clear()


def test_what_nobody_has_looked_at_for_half_a_year_is_due_the_longest_first() -> None:
    later = helplines.due(date(2027, 5, 22), 180)

    assert not helplines.due(date(2026, 11, 30), 180)
    assert later and [line.checked for _, line in later] == sorted(line.checked for _, line in later)
    assert all(line.checked <= date(2026, 11, 23) for _, line in later), "180 days, and not one more"
    assert ("United Kingdom", helplines.country("GB").first) in later
    everything = sum(len(country.lines) + 1 for country in helplines.countries()) + len(helplines.world())
    assert len(helplines.due(date(2028, 1, 1), 180)) == everything


def test_a_command_lists_what_is_due(capsys: pytest.CaptureFixture[str]) -> None:
    with time_machine.travel("2027-06-01 12:00Z", tick=False):
        call_command("help_lines_due")
        by_default = capsys.readouterr().out
        call_command("help_lines_due", days=36500)

    assert "2026-11-22  Germany: Hilfetelefon Gewalt an Männern, 0800 123 99 00  https://landkreis-heidenheim.de/" in by_default
    assert "Germany: emergency, 110" in by_default
    assert capsys.readouterr().out == "None to compare.\n"


def test_using_this_safely_says_that_without_scripts_a_lost_message_ends_nothing(client: Client) -> None:
    assert "If the connection fails just then, you are still signed in" in client.get("/using-this-safely/").content.decode()


def test_using_this_safely_says_what_leave_cannot_do_and_what_is_promised(client: Client) -> None:
    page = re.sub(r"\s+", " ", client.get("/using-this-safely/").content.decode())

    for words in (
        "It cannot clear the browser’s history",
        "Your entries are encrypted in the database and in backups.",
        "A thief with a copy cannot read them. The people who run this server could",
        "We cannot protect you on a device that is being watched.",
        "If it is someone you fear who runs this server, don’t write here.",
    ):
        assert words in page
    for words in ("zero-knowledge", "end-to-end", "military", "anonymous", "untraceable", "deletes your history"):
        assert words not in page.lower()


def test_the_program_says_at_its_start_what_is_wrong_in_a_sites_own_lines(tmp_path: Path, settings) -> None:
    (tmp_path / "helplines.toml").write_text(GOOD.replace('grade = "A"', 'grade = "D"'), encoding="utf-8")
    settings.SITE_DIR = tmp_path
    helplines._data.cache_clear()
    try:
        [error] = checks.help_lines_are_sound()
        assert "line 17: grade must be A or B" in error.msg
    finally:
        settings.SITE_DIR = None
        helplines._data.cache_clear()
    assert not checks.help_lines_are_sound()
