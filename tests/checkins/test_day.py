from datetime import UTC, date, datetime

import pytest
from django.test import Client

from accounts.models import Account
from accounts.vault.scope import acting_for
from checkins.models import CheckIn
from tests.checkins.days import DAY, read, write

ADDRESS = f"/checkins/{DAY}/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def evening(time_machine) -> None:
    """It is ten past eight in the evening of DAY."""
    time_machine.move_to(datetime(2026, 3, 10, 20, 10, tzinfo=UTC), tick=False)


def rows(account: Account) -> int:
    with acting_for(account):
        return account.checkins.count()


# Saving


@pytest.mark.parametrize("name", [name for name in CheckIn.WORDS if name not in ("outcome", "enough")])
def test_one_field_is_enough(owner: Client, partner: Account, name: str) -> None:
    response = owner.post(ADDRESS, {name: "wide awake", "version": "0"})

    assert (response.status_code, response["Location"]) == (302, ADDRESS)
    assert getattr(read(partner), name) == "wide awake"
    assert "wide awake" in owner.get(ADDRESS).content.decode()


def test_a_whole_day_is_kept_with_when_where_and_how_often(owner: Client, partner: Account) -> None:
    form = {name: f"{name} in words" for name in CheckIn.WORDS} | {"outcome": "partly", "enough": "yes", "version": "0"}

    owner.post(ADDRESS, form)

    checkin = read(partner)
    assert {name: getattr(checkin, name) for name in CheckIn.WORDS} == {name: form[name] for name in CheckIn.WORDS}
    assert (checkin.written_at, checkin.zone, checkin.version) == (datetime(2026, 3, 10, 20, 10, tzinfo=UTC), "Europe/London", 2)
    assert "Saved 20:10" in owner.get(ADDRESS).content.decode()


def test_a_day_is_corrected_in_place(owner: Client, partner: Account) -> None:
    owner.post(ADDRESS, {"gratitude_1": "Jo rang back", "action": "Walk", "version": "0"})

    owner.post(ADDRESS, {"gratitude_1": "Jo rang back within the hour", "action": "", "version": "1"})

    checkin = read(partner)
    assert (checkin.gratitude_1, checkin.action, checkin.version) == ("Jo rang back within the hour", "", 2)
    assert rows(partner) == 1


def test_what_is_not_in_the_post_stays_as_it_is(owner: Client, partner: Account) -> None:
    """The short form of Today has no feelings and no plan."""
    write(partner, emotion_1="calm", plan_when="the kettle goes on")

    owner.post(ADDRESS, {"gratitude_1": "Clean sheets", "version": "1"})

    checkin = read(partner)
    assert (checkin.gratitude_1, checkin.emotion_1, checkin.plan_when) == ("Clean sheets", "calm", "the kettle goes on")


def test_any_past_day_can_be_written(owner: Client, partner: Account) -> None:
    for day in ("2026-03-09", "2020-02-29", "1900-01-01"):
        assert owner.post(f"/checkins/{day}/", {"gratitude_1": "From memory", "version": "0"}).status_code == 302
        assert read(partner, date.fromisoformat(day)).gratitude_1 == "From memory"
    assert rows(partner) == 3


def test_the_address_of_all_check_ins_writes_today(owner: Client, partner: Account) -> None:
    owner.post("/checkins/", {"gratitude_1": "Jo rang back", "version": "0"})

    assert read(partner).gratitude_1 == "Jo rang back"


def test_htmx_gets_the_time_and_the_new_version_and_no_page(owner: Client) -> None:
    response = owner.post(ADDRESS, {"gratitude_1": "Jo rang back", "version": "0"}, headers=HTMX)

    told = response.content.decode()
    assert response.status_code == 200
    assert "Saved 20:10" in told
    assert 'name="version" value="1"' in " ".join(told.split())
    assert "<html" not in told


def test_saving_leads_back_to_today_when_the_form_stood_there_and_to_no_other_site(owner: Client) -> None:
    assert owner.post(ADDRESS, {"gratitude_1": "a", "version": "0", "next": "/"})["Location"] == "/"
    assert owner.post(ADDRESS, {"gratitude_1": "b", "version": "1", "next": "//evil.example/"})["Location"] == ADDRESS


def test_a_day_emptied_of_all_words_is_no_day(owner: Client, partner: Account) -> None:
    write(partner, gratitude_1="Jo rang back")

    owner.post(ADDRESS, {"gratitude_1": "", "version": "1"})

    assert rows(partner) == 0
    assert read(partner).version == 0


def test_lines_are_trimmed_and_line_ends_are_plain(owner: Client, partner: Account) -> None:
    owner.post(ADDRESS, {"action": "  one\r\ntwo\rthree \n", "version": "0"})

    assert read(partner).action == "one\ntwo\nthree"


# Which day it is


def test_at_half_past_one_the_evening_is_still_today(partner: Account, sign_in, time_machine) -> None:
    partner.time_zone = "Asia/Kathmandu"
    partner.save()
    # 01:30 on the 11th in Kathmandu.
    time_machine.move_to(datetime(2026, 3, 10, 19, 45, tzinfo=UTC), tick=False)

    page = sign_in(partner).get("/checkins/")

    assert page.context["checkin"].day == date(2026, 3, 10)
    assert "Tuesday 10 March" in page.content.decode()


def test_after_the_day_start_it_is_the_new_day(partner: Account, sign_in, time_machine) -> None:
    partner.day_start = 1
    partner.save()
    time_machine.move_to(datetime(2026, 3, 11, 1, 0, tzinfo=UTC), tick=False)

    assert sign_in(partner).get("/checkins/").context["checkin"].day == date(2026, 3, 11)


def test_a_form_opened_before_the_day_start_saves_under_the_day_it_showed(partner: Account, sign_in, time_machine) -> None:
    time_machine.move_to(datetime(2026, 3, 11, 2, 59, tzinfo=UTC), tick=False)
    owner = sign_in(partner)
    address = owner.get("/checkins/").context["checkin"].get_absolute_url()

    time_machine.move_to(datetime(2026, 3, 11, 3, 1, tzinfo=UTC), tick=False)
    owner.post(address, {"gratitude_1": "Late, but still Tuesday", "version": "0"})

    assert read(partner, DAY).gratitude_1 == "Late, but still Tuesday"


# What cannot be saved


@pytest.mark.parametrize(
    ("day", "status"), [("2026-03-11", 422), ("9999-12-31", 422), ("2026-02-30", 404), ("2026-13-01", 404), ("0001-01-01", 404)]
)
def test_a_day_that_cannot_be_written_is_said_and_the_words_are_given_back(owner: Client, partner: Account, day: str, status: int) -> None:
    shown = owner.get(f"/checkins/{day}/")
    response = owner.post(f"/checkins/{day}/", {"gratitude_1": "Rain <b>on</b> the skylight", "version": "0"})

    page = response.content.decode()
    assert (shown.status_code, response.status_code) == (404, status)
    assert "This day has not come yet" in page or "There is no such date" in page
    assert "Rain &lt;b&gt;on&lt;/b&gt; the skylight" in page
    assert f'action="{ADDRESS}"' in page, "saved again, they are saved for today"
    assert rows(partner) == 0


def test_a_day_that_was_skipped_where_one_lives_cannot_be_written(partner: Account, sign_in) -> None:
    partner.time_zone = "Pacific/Apia"
    partner.save()

    assert sign_in(partner).post("/checkins/2011-12-30/", {"gratitude_1": "a", "version": "0"}).status_code == 404
    assert rows(partner) == 0


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        ({"action": "x" * 512}, "action", "500 characters at most. This has 512."),
        ({"gratitude_1": "x" * 1_000_000}, "gratitude_1", "500 characters at most"),
        ({"emotion_1": "x" * 61}, "emotion_1", "60 characters at most. This has 61."),
        ({"gratitude_2": "before\0after"}, "gratitude_2", "cannot be stored"),
        ({"emotion": ["calm", "tired", "hopeful"]}, "emotion_1", "there are 3"),
        ({"emotion_1": "restless", "emotion": ["calm", "tired"]}, "emotion_1", "there are 3"),
        ({"emotion": ["x" * 61]}, "emotion_1", "60 characters at most"),
        ({"gratitude_1": "kept", "outcome": "perhaps"}, "outcome", "yes, partly, not this time or let it go"),
        ({"gratitude_1": "", "action": "  "}, "gratitude_1", "nothing to save yet"),
    ],
)
def test_what_cannot_be_saved_is_refused_at_its_field_and_given_back(
    owner: Client, partner: Account, form: dict, field: str, words: str
) -> None:
    response = owner.post(
        ADDRESS, {"gratitude_3": "also typed", "version": "0"} | form if "action" not in form or form["action"].strip() else form
    )

    page = response.content.decode()
    assert response.status_code == (413 if len(str(form)) > 256 * 1024 else 422)
    assert any(words in error for error in response.context["form"].errors[field])
    assert f'<p class="field-error" id="{field}_error">' in page
    assert 'aria-invalid="true"' in page or field == "outcome"
    assert "also typed" in page or "nothing to save" in words
    assert rows(partner) == 0


def test_a_lone_surrogate_is_refused_and_shown_where_it_stood(owner: Client, partner: Account) -> None:
    body = b"plan_when=before%ED%A0%80after&version=0"

    response = owner.post(ADDRESS, body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 422
    assert "before���after" in response.content.decode()
    assert "cannot be stored" in response.content.decode()
    assert rows(partner) == 0


def test_300_kilobytes_are_too_long_and_come_back(owner: Client) -> None:
    text = "a long day. " * 25_000

    response = owner.post(ADDRESS, {"action": text, "version": "0"})

    assert response.status_code == 413
    assert text.strip() in response.content.decode()


def test_more_than_can_be_read_at_all_says_where_the_words_are(owner: Client) -> None:
    response = owner.post(ADDRESS, {"action": "x" * 3_000_000, "version": "0"})

    assert response.status_code == 413
    assert "your words are still on the page you came from" in response.content.decode()


def test_a_thousand_and_one_fields_are_refused(owner: Client) -> None:
    assert owner.post(ADDRESS, {f"field{number}": "x" for number in range(1001)}).status_code == 400


def test_htmx_is_told_what_is_wrong_beside_the_field(owner: Client) -> None:
    response = owner.post(ADDRESS, {"action": "x" * 512, "gratitude_1": "fine", "version": "0"}, headers=HTMX)

    told = response.content.decode()
    assert response.status_code == 422
    assert '<p class="field-error" id="action_error" hx-swap-oob="true">500 characters at most. This has 512.' in told
    assert '<p class="field-error" id="gratitude_1_error" hidden hx-swap-oob="true">' in told
    assert 'id="note_error"' not in told, "the page has no such field: htmx would look for its place in vain"
    assert "Not saved yet" in told
    assert 'name="version" value="0"' in " ".join(told.split())


# Two tabs


def test_the_second_tab_is_told_and_nothing_is_overwritten(owner: Client, partner: Account) -> None:
    write(partner, gratitude_1="from the first tab", emotion_1="calm")

    response = owner.post(ADDRESS, {"gratitude_1": "from the second tab", "emotion_1": "", "version": "0"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Another tab has changed this day" in page
    assert "from the first tab" in page and "from the second tab" in page
    assert "Calm" in page
    assert read(partner).gratitude_1 == "from the first tab"


def test_after_seeing_both_one_may_keep_either(owner: Client, partner: Account) -> None:
    write(partner, gratitude_1="from the first tab")
    page = owner.post(ADDRESS, {"gratitude_1": "from the second tab", "version": "0"}).content.decode()

    assert '<button class="button" name="version" value="1">' in page
    # The hidden version comes first, the button's last.
    response = owner.post(ADDRESS, {"gratitude_1": "from the second tab", "version": ["0", "1"]})

    assert response.status_code == 302
    assert (read(partner).gratitude_1, read(partner).version) == ("from the second tab", 2)


def test_htmx_is_told_of_the_other_tab_too(owner: Client, partner: Account) -> None:
    write(partner, gratitude_1="from the first tab")

    response = owner.post(ADDRESS, {"gratitude_1": "from the second tab", "version": "0"}, headers=HTMX)

    told = response.content.decode()
    assert response.status_code == 409
    assert "from the first tab" in told
    assert 'name="version" value="0"' in " ".join(told.split()), "what is typed next must not overwrite by itself"
    assert 'id="keep-mine" name="version" value="1"' in told
    assert "<html" not in told


@pytest.mark.parametrize("version", ["", "nonsense", "-1", "99", "2147483648", "1e9"])
def test_only_the_version_that_was_read_may_overwrite(owner: Client, partner: Account, version: str) -> None:
    write(partner, gratitude_1="kept")

    assert owner.post(ADDRESS, {"gratitude_1": "forged", "version": version}).status_code in (409, 422)
    assert read(partner).gratitude_1 == "kept"


def test_a_post_that_names_no_version_asks_for_none(owner: Client, partner: Account) -> None:
    """No page of ours leaves it out."""
    owner.post(ADDRESS, {"gratitude_1": "Jo rang back"})

    assert owner.post(ADDRESS, {"gratitude_1": "Jo rang back within the hour"}).status_code == 302
    assert (rows(partner), read(partner).gratitude_1) == (1, "Jo rang back within the hour")


def test_the_same_form_sent_twice_is_saved_once(owner: Client, partner: Account) -> None:
    form = {"gratitude_1": "Jo rang back", "version": "0"}

    assert [owner.post(ADDRESS, form).status_code for _ in range(3)] == [302, 302, 302]
    assert (rows(partner), read(partner).version) == (1, 1)


# The page


@pytest.mark.django_db(transaction=True)
def test_saving_takes_at_most_eight_queries(owner: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(6):
        # session with its account; begin, scope, insert, the day for update, commit
        owner.post(ADDRESS, {"gratitude_1": "first", "version": "0"}, headers=HTMX)
    with django_assert_num_queries(6):
        # session with its account; begin, scope, the day for update, update, commit
        owner.post(ADDRESS, {"gratitude_1": "second", "version": "1"}, headers=HTMX)


def test_the_last_days_stand_below_todays_form(owner: Client, partner: Account) -> None:
    for number in range(1, 10):
        write(partner, date(2026, 3, number), gratitude_1=f"number {number}", emotion_1="calm", plan_when="it rains", plan_will="walk")

    page = owner.get("/checkins/").content.decode()

    assert [f"number {number}" in page for number in range(1, 10)] == [False, False, True, True, True, True, True, True, True]
    assert "When it rains, I will walk." in page
    assert page.index("number 9") < page.index("number 8")


def test_a_page_leads_to_the_day_before_and_after(owner: Client) -> None:
    page = owner.get("/checkins/2026-03-01/").content.decode()

    assert 'href="/checkins/2026-02-28/"' in page
    assert 'href="/checkins/2026-03-02/"' in page
    assert 'rel="next"' not in owner.get(ADDRESS).content.decode()
    assert 'rel="prev"' not in owner.get("/checkins/1900-01-01/").content.decode()


def test_typed_text_is_never_markup(owner: Client, partner: Account) -> None:
    attack = '</textarea><script>alert(1)</script>"><img src=x>'
    for day in (DAY, date(2026, 3, 9)):
        write(partner, day, **{name: attack for name in CheckIn.WORDS if name not in ("outcome", "enough")})

    for address in (ADDRESS, "/", "/checkins/"):
        page = owner.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img" not in page
