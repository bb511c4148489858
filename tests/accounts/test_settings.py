import re

import pytest
from django.db import IntegrityError
from django.test import Client

from accounts.models import Account
from tests.conftest import make_account, stored

FORM = {
    "time_zone": "Asia/Kathmandu",
    "day_start": "5",
    "theme": "dark",
    "leave_address": "https://weather.example/",
    "blank_minutes": "2",
    "idle_minutes": "30",
    "email": "a@example.org",
}


def test_settings_are_kept_and_shown(owner: Client, partner: Account) -> None:
    response = owner.post("/accounts/settings/", FORM)

    assert response.status_code == 302
    partner.refresh_from_db()
    assert (partner.time_zone, partner.day_start, partner.theme) == ("Asia/Kathmandu", 5, "dark")
    page = owner.get("/accounts/settings/").content.decode()
    assert (partner.blank_minutes, partner.idle_minutes) == (2, 30)
    assert 'data-theme="dark"' in page
    assert 'data-blank-minutes="2"' in page
    assert 'data-leave-to="https://weather.example/"' in page


def test_what_is_not_posted_is_left_as_it_is(owner: Client, partner: Account) -> None:
    owner.post("/accounts/settings/", FORM)

    assert owner.post("/accounts/settings/", {"theme": "light"}).status_code == 302

    partner.refresh_from_db()
    assert (partner.theme, partner.time_zone, partner.idle_minutes) == ("light", "Asia/Kathmandu", 30)


def test_leave_goes_where_the_account_says(owner: Client) -> None:
    owner.post("/accounts/settings/", FORM)

    assert owner.get("/leave/", headers={"Sec-Fetch-Site": "none"})["Location"] == "https://weather.example/"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "\0"),
        ("day_start", "7"),
        ("day_start", "-1"),
        ("day_start", "noon"),
        ("theme", "pink"),
        ("blank_minutes", "0"),
        ("idle_minutes", "4"),
        ("idle_minutes", "600"),
        ("leave_address", "javascript:alert(1)"),
        ("leave_address", "ftp://example.org/"),
        ("leave_address", "http://" + "x" * 300),
        ("email", "no address"),
        ("email", "a@exam\ufffdple.org"),
        ("email", "a@example.org\0"),
        ("email", f"a@{'x' * 60}.{'x' * 300}.org"),
    ],
)
def test_a_wrong_setting_is_refused_at_its_field_and_nothing_changes(owner: Client, partner: Account, field: str, value: str) -> None:
    response = owner.post("/accounts/settings/", FORM | {field: value})

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert f'id="id_{field}_error"' in response.content.decode()
    assert response.context["form"][field].value() == value.replace("\0", "\ufffd"), "what was typed is kept"
    assert "javascript:alert" not in response.content.decode().split("<form")[0], "not in the address that Leave goes to"
    account = Account.objects.get(pk=partner.pk)
    assert (account.time_zone, account.theme, account.email) == ("Europe/London", "system", "")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("leave_address", "javascript:alert(1)", "This is not the address of a page."),
        ("leave_address", f"https://example.org/{'x' * 200}", "200 characters at most. This has 220."),
        ("leave_address", "https://example.org/\0", "invisible character"),
        ("email", "no address", "This is not an e-mail address."),
        ("email", "a@example.org\0", "This is not an e-mail address."),
    ],
)
def test_a_wrong_address_is_answered_in_our_own_words(owner: Client, field: str, value: str, message: str) -> None:
    errors = owner.post("/accounts/settings/", FORM | {field: value}).context["form"].errors[field]

    assert message in errors[0]
    assert not [error for error in errors if "valid" in error or "Ensure" in error or "Null" in error]


def test_the_address_is_shown_changed_and_taken_out_again(owner: Client, partner: Account, mailoutbox: list) -> None:
    def field() -> str:
        return owner.get("/accounts/settings/").context["form"]["email"].value()

    assert field() == ""
    for address in ("a@example.org", "b@example.net", ""):
        assert owner.post("/accounts/settings/", {"email": address}).status_code == 302
        assert (field(), Account.objects.get(pk=partner.pk).email) == (address, address)
    assert mailoutbox == []


def test_a_page_that_does_not_know_the_address_leaves_it_alone(owner: Client, partner: Account) -> None:
    owner.post("/accounts/settings/", FORM)

    owner.post("/accounts/settings/", {"theme": "light"})

    assert Account.objects.get(pk=partner.pk).email == "a@example.org"


def test_an_address_that_is_left_as_it_is_is_not_stored_anew(owner: Client, partner: Account) -> None:
    """Its bytes would show that the settings were saved."""
    owner.post("/accounts/settings/", FORM)
    before = stored(partner, "email")

    owner.post("/accounts/settings/", FORM | {"theme": "light"})

    assert stored(partner, "email") == before


def fold_of(page: str, field: str) -> str:
    """The fold that has that field in it, from its first tag to its last."""
    return next(fold for fold in page.split("<details")[1:] if f'name="{field}"' in fold.split("</details>")[0]).split("</details>")[0]


@pytest.mark.parametrize(
    ("field", "wrong"), [("email", "no address"), ("leave_address", "javascript:alert(1)"), ("time_zone", "Mars"), ("theme", "pink")]
)
def test_a_refused_setting_opens_its_fold_alone_and_has_focus(owner: Client, field: str, wrong: str) -> None:
    page = owner.get("/accounts/settings/").content.decode()
    assert '<details class="fold" open' not in page and "autofocus" not in page

    page = owner.post("/accounts/settings/", {field: wrong}).content.decode()

    assert page.count('<details class="fold" open') == 1
    fold = fold_of(page, field)
    assert fold.startswith(' class="fold" open') and re.search(rf'name="{field}"[^>]* autofocus', fold)
    for other in FORM.keys() - {field}:
        assert fold_of(page, other), "the other groups are still there"


def test_a_closed_fold_says_what_is_stored(owner: Client) -> None:
    def said() -> list[str]:
        return re.findall(r'<span class="fold-count">([^<]*)</span>', owner.get("/accounts/settings/").content.decode())

    before = said()
    assert [before[0], before[1], before[2], before[3]] == ["As the device has it", "The usual page", "Europe/London", "03:00"]
    assert "5 minutes" in before and "The words shown" in before and "One is stored" not in before

    owner.post("/accounts/settings/", FORM | {"opens_covered": "True"})

    assert {"Dark", "A page of your own", "Asia/Kathmandu", "05:00", "2 minutes", "The words covered", "One is stored"} <= {*said()}
    assert not [each for each in said() if "example" in each], "neither address is seen from outside"


def test_each_group_is_saved_by_itself_and_answers_in_its_place(owner: Client, partner: Account) -> None:
    owner.post("/accounts/settings/", {"time_zone": "Asia/Kathmandu", "day_start": "5"}, headers={"X-Requested-With": "fetch"})

    page = owner.get("/accounts/settings/").content.decode()

    group = page[page.index('id="save-time"') : page.index('id="a-privacy"')]
    assert "Saved." in group and page.count('role="status">Saved.') == 1
    partner.refresh_from_db()
    assert (partner.time_zone, partner.theme) == ("Asia/Kathmandu", "system")


@pytest.mark.parametrize("address", ["/accounts/settings/", "/accounts/signup/"])
def test_no_browser_judges_what_is_folded_away(partner: Account, sign_in, address: str) -> None:
    """Chromium would refuse to send the form, and say nothing as there is no field to say it at."""
    page = (sign_in(partner) if "settings" in address else Client()).get(address).content.decode()

    fold = fold_of(page, "email")
    assert re.findall(r'type="(\w+)" name="email"', fold) == ["text"]
    assert not re.search(r"required|pattern=|minlength=", fold)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"day_start": 7}, IntegrityError),
        ({"theme": "pink"}, IntegrityError),
        ({"idle_minutes": 4}, IntegrityError),
        ({"blank_minutes": 0}, IntegrityError),
    ],
)
def test_the_database_itself_refuses_a_wrong_setting(db: None, fields: dict, error: type[Exception]) -> None:
    with pytest.raises(error):
        make_account("partner", **fields)


def test_the_database_refuses_a_name_that_differs_in_case_alone(partner: Account) -> None:
    with pytest.raises(IntegrityError):
        make_account("PartNer")


# Time zones


@pytest.mark.parametrize("path", ["/", "/checkins/", "/roadmap/", "/accounts/settings/", "/checkins/history/", "/checkins/patterns/"])
@pytest.mark.parametrize("zone", ["Mars/Olympus", "Europe/Nowhere", "../etc/passwd"])
def test_a_stored_zone_that_this_machine_does_not_know_is_said_and_counts_as_utc(
    owner: Client, partner: Account, zone: str, path: str
) -> None:
    Account.objects.filter(pk=partner.pk).update(time_zone=zone)

    assert owner.get(path).status_code == 200
    partner.refresh_from_db()
    assert not partner.time_zone_is_known and partner.zone.key == "UTC"
    assert f"{zone} (not known here: days are counted in UTC)" in owner.get("/accounts/settings/").content.decode()


def test_other_settings_can_be_saved_while_the_zone_is_unknown(owner: Client, partner: Account) -> None:
    for zone in ("Mars/Olympus", ""):
        Account.objects.filter(pk=partner.pk).update(time_zone=zone)

        assert owner.post("/accounts/settings/", FORM | {"time_zone": zone, "theme": "light"}).status_code == 302

        partner.refresh_from_db()
        assert (partner.time_zone, partner.theme) == (zone, "light")


def test_the_zone_is_asked_for_once_where_no_browser_said_it(owner: Client, partner: Account) -> None:
    Account.objects.filter(pk=partner.pk).update(time_zone="")
    for path in ("/", "/checkins/"):
        assert "Days are counted in UTC, because your time zone is not known." in owner.get(path).content.decode()

    assert owner.post("/accounts/time-zone/", {"time_zone": "Mars/Olympus"}).status_code == 422
    assert owner.post("/accounts/time-zone/", {}).status_code == 422
    response = owner.post("/accounts/time-zone/", {"time_zone": "UTC", "next": "/checkins/"})

    assert (response.status_code, response["Location"]) == (302, "/checkins/")
    partner.refresh_from_db()
    assert partner.time_zone == "UTC"
    for path in ("/", "/checkins/"):
        assert "Days are counted in UTC" not in owner.get(path).content.decode()


@pytest.mark.parametrize("path", ["/", "/checkins/"])
def test_that_utc_is_right_can_be_said_where_the_zone_is_asked_for(owner: Client, partner: Account, path: str) -> None:
    Account.objects.filter(pk=partner.pk).update(time_zone="")
    page = owner.get(path).content.decode()
    assert re.search(r'<form id="zone" method="post" action="/accounts/time-zone/">', page)
    before = page[: page.index('<form id="zone"')]
    assert before.count("<form") == before.count("</form>"), "it is not inside another form"
    button = re.search(r'<button[^>]* form="zone" name="time_zone" value="UTC">UTC is right</button>', page)
    assert button

    response = owner.post("/accounts/time-zone/", {"time_zone": "UTC", "next": path})

    assert (response.status_code, response["Location"]) == (302, path)
    page = owner.get(path).content.decode()
    assert "UTC is right" not in page and 'id="zone"' not in page
