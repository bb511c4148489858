import re
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Account
from accounts.vault.scope import acting_for
from guide import article
from roadmap import due
from roadmap.models import Action, Roadmap
from roadmap.outline import outline
from tests.checkins.test_concurrency import at_once

HTMX = {"HX-Request": "true"}
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def sunday(time_machine) -> None:
    """It is Sunday 22 November 2026, noon in UTC."""
    time_machine.move_to(datetime(2026, 11, 22, 12, 0, tzinfo=UTC), tick=False)


@pytest.fixture
def action(partner: Account) -> Action:
    with acting_for(partner):
        Roadmap.of(partner)
        return partner.actions.named("smaller-ask")


def fresh(action: Action) -> Action:
    with acting_for(action.account):
        return Action.objects.get(pk=action.pk)


# The ten


def test_the_articles_ten_actions_are_there_from_the_first_visit(owner: Client, partner: Account) -> None:
    page = owner.get("/roadmap/").content.decode()

    assert [sum(action.horizon == days for action in article.ACTIONS.values()) for days in (7, 30, 180)] == [3, 4, 3]
    for each in article.ACTIONS.values():
        assert str(each.title) in page
        assert str(each.why).split(".")[0].replace("'", "&#x27;") in page
    with acting_for(partner):
        assert set(partner.actions.values_list("key", flat=True)) == set(article.ACTIONS)


def test_the_road_starts_on_the_day_of_sign_up_wherever_one_lives(db: None, sign_in) -> None:
    # Half past one in the night in Kathmandu: still the evening of the 9th.
    account = Account.objects.create_user("p", "x", joined_at=datetime(2026, 11, 9, 19, 45, tzinfo=UTC), time_zone="Asia/Kathmandu")

    page = sign_in(account).get("/roadmap/").content.decode()

    assert re.search(r"Move the start</span>\s*<span class=\"fold-count\">9 November<", page)
    with acting_for(account):
        roadmap = account.roadmaps.get()
        assert (roadmap.started_on, roadmap.look_back_on) == (date(2026, 11, 9), date(2027, 5, 8))


def test_visiting_again_lays_nothing_out_twice(owner: Client, partner: Account) -> None:
    owner.get("/roadmap/")
    owner.get("/")
    owner.get("/roadmap/")

    with acting_for(partner):
        assert (partner.actions.count(), partner.roadmaps.count()) == (10, 1)


# Tick, untick, set aside, note


def test_a_step_is_ticked_and_unticked(owner: Client, action: Action) -> None:
    address = action.get_absolute_url()

    response = owner.post(address, {"done": "1"})
    assert (response.status_code, response["Location"]) == (302, f"/roadmap/#action-{action.pk}")
    assert fresh(action).done_on == TODAY
    assert "Done today." in owner.get("/roadmap/").content.decode()
    assert "Done on 22 November" in owner.get("/roadmap/").content.decode(), "what was pressed is said once"

    owner.post(address, {"undo": "1"})
    assert fresh(action).is_open


def test_ticking_twice_keeps_the_first_day(owner: Client, partner: Account, action: Action, sign_in, time_machine) -> None:
    owner.post(action.get_absolute_url(), {"done": "1"})
    time_machine.move_to(datetime(2026, 11, 25, 12, 0, tzinfo=UTC))
    assert sign_in(partner).post(action.get_absolute_url(), {"done": "1"}).status_code == 302

    assert fresh(action).done_on == TODAY


def test_a_step_is_set_aside_and_put_back(owner: Client, action: Action) -> None:
    owner.post(action.get_absolute_url(), {"set-aside": "1"})

    page = owner.get("/roadmap/").content.decode()
    assert fresh(action).set_aside_on == TODAY
    assert re.search(r"Set aside</span>\s*<span class=\"fold-count\">1<", page)
    assert "0 of 2" in page, "what is set aside is not counted"

    owner.post(action.get_absolute_url(), {"undo": "1"})
    assert fresh(action).is_open


def test_what_is_ticked_is_not_set_aside_as_well(owner: Client, action: Action) -> None:
    owner.post(action.get_absolute_url(), {"done": "1"})
    owner.post(action.get_absolute_url(), {"set-aside": "1"})

    assert (fresh(action).done_on, fresh(action).set_aside_on) == (None, TODAY)
    with acting_for(action.account), pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.filter(pk=action.pk).update(done_on=TODAY)


def test_a_note_is_kept_shown_and_taken_out(owner: Client, action: Action) -> None:
    owner.post(action.get_absolute_url(), {"note": "Rowan St: <b>Tuesday</b>\r\n17:30"})

    page = owner.get("/roadmap/").content.decode()
    assert fresh(action).note == "Rowan St: <b>Tuesday</b>\n17:30"
    assert "Rowan St: &lt;b&gt;Tuesday&lt;/b&gt;<br>17:30" in page
    assert ", with a note" in owner.get("/roadmap/").content.decode()

    owner.post(action.get_absolute_url(), {"note": ""})
    assert fresh(action).note == ""


def test_a_note_that_cannot_be_kept_comes_back(owner: Client, action: Action) -> None:
    response = owner.post(action.get_absolute_url(), {"note": "x" * 2001})

    assert response.status_code == 422
    assert "2000 characters at most. This has 2001." in response.content.decode()
    assert "x" * 2001 in response.content.decode()
    assert fresh(action).note == ""


def test_htmx_gets_the_row_with_the_progress_and_no_page(owner: Client, action: Action) -> None:
    told = owner.post(action.get_absolute_url(), {"done": "1"}, headers=HTMX).content.decode()

    assert f'id="action-{action.pk}"' in told
    assert "<html" not in told
    assert "1 of 3" in told
    assert re.search(rf'id="tick-{action.pk}" name="undo" value="1"\s+aria-pressed="true"', told)


PRESSED = [({"done": "1"}, 0), ({"set-aside": "1"}, 0), ({"down": "1"}, 1), ({"due_on": "2026-12-01"}, 1), ({"move": "30"}, 0)]


@pytest.mark.parametrize(("pressed", "opened"), PRESSED)
def test_a_step_stays_open_that_was_moved_from_within_and_a_tick_opens_none(
    owner: Client, action: Action, pressed: dict[str, str], opened: int
) -> None:
    told = owner.post(action.get_absolute_url(), pressed, headers=HTMX).content.decode()

    assert told.count("<details open>") == opened


def test_a_post_that_says_nothing_is_refused(owner: Client, action: Action) -> None:
    response = owner.post(action.get_absolute_url(), {"else": "1"})
    assert response.status_code == 400
    assert "That could not be read" in response.content.decode()
    assert fresh(action).is_open


def test_an_unknown_action_is_not_there(owner: Client) -> None:
    assert owner.get(f"/roadmap/actions/{uuid4()}/").status_code == 404
    assert owner.get("/roadmap/actions/not-an-id/").status_code == 404


def test_ticking_on_today_leads_back_to_today(owner: Client, action: Action) -> None:
    assert owner.post(action.get_absolute_url(), {"done": "1", "next": "/"})["Location"] == "/"


# Own steps


def test_an_own_step_comes_last_in_its_stretch(owner: Client, partner: Account) -> None:
    owner.get("/roadmap/")
    assert owner.post("/roadmap/actions/new/", {"title": "Go to choir <i>again</i>", "horizon": "30"}).status_code == 302

    page = owner.get("/roadmap/").content.decode()
    assert "Go to choir &lt;i&gt;again&lt;/i&gt;" in page
    with acting_for(partner):
        last = partner.actions.filter(horizon=30).in_order()[-1]
        assert (last.title, last.key) == ("Go to choir <i>again</i>", None)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"title": "", "horizon": "7"}, "title"),
        ({"title": "   ", "horizon": "7"}, "title"),
        ({"title": "x" * 201, "horizon": "7"}, "title"),
        ({"title": "\0", "horizon": "7"}, "title"),
        ({"title": "Go to choir", "horizon": "8"}, "horizon"),
        ({"title": "Go to choir", "horizon": ""}, "horizon"),
        ({"title": "Go to choir", "horizon": "x\0"}, "horizon"),
    ],
)
def test_an_own_step_that_cannot_be_added_is_refused_at_its_field(owner: Client, partner: Account, form: dict, field: str) -> None:
    response = owner.post("/roadmap/actions/new/", form)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert field == "title" or "Go to choir" in response.content.decode()
    with acting_for(partner):
        assert not partner.actions.own().exists()


def test_the_same_step_sent_twice_is_one_until_it_is_done(owner: Client, partner: Account) -> None:
    def add() -> str:
        return owner.post("/roadmap/actions/new/", {"title": "Go to choir", "horizon": "30"})["Location"]

    first = add()
    assert add() == first
    with acting_for(partner):
        partner.actions.own().get().tick(today=date(2026, 11, 22))

    assert add() != first
    with acting_for(partner):
        assert partner.actions.own().count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_step_sent_many_times_at_once_is_one(partner: Account, sign_in) -> None:
    clients = [sign_in(partner) for _ in range(6)]
    with acting_for(partner):
        Roadmap.of(partner)

    places = at_once(6, lambda number: clients[number].post("/roadmap/actions/new/", {"title": "Choir", "horizon": "7"})["Location"])

    assert len(set(places)) == 1


def test_the_database_knows_three_horizons_and_one_of_each_action(acting: Account) -> None:
    Roadmap.of(acting)
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.create(account=acting, horizon=8)
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.create(account=acting, horizon=7, key="smaller-ask")


# The start


def test_the_start_is_moved_and_all_dates_with_it(owner: Client, partner: Account) -> None:
    owner.get("/roadmap/")
    assert owner.post("/roadmap/", {"started_on": "2026-11-16"}).status_code == 302

    page = owner.get("/roadmap/").content.decode()
    assert "Starts on 16 November. All dates have moved with it." in page
    assert "until tomorrow, 23 November" in page
    assert "until 16 December" in page
    assert "until 15 May 2027" in page


@pytest.mark.parametrize("day", ["", "soon", "2026-02-30", "16/11/2026", "2020-01-01", "2030-01-01", "\0", "9999-12-31", "0001-01-01"])
def test_a_start_that_makes_no_sense_is_refused_and_changes_nothing(owner: Client, partner: Account, day: str) -> None:
    owner.get("/roadmap/")
    response = owner.post("/roadmap/", {"started_on": day})

    assert response.status_code == 422
    assert 'id="id_started_on_error"' in response.content.decode()
    with acting_for(partner):
        assert partner.roadmaps.get().started_on == TODAY


# Words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-20", "Was for 20 November; any day will do"),
        ("2025-11-20", "Was for 20 November 2025; any day will do"),
        ("2026-11-22", "Today"),
        ("2026-11-23", "By tomorrow"),
        ("2026-11-25", "By Wednesday"),
        ("2026-11-28", "By Saturday"),
        ("2026-11-29", "In about a week"),
        ("2026-12-16", "In about 3 weeks"),
        ("2027-01-17", "In about 8 weeks"),
        ("2027-05-15", "By 15 May 2027"),
    ],
)
def test_when_something_is_due_is_said_in_words(day: str, words: str) -> None:
    assert due.in_words(date.fromisoformat(day), TODAY) == words


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_date_has_words_without_reproach(day: date, today: date) -> None:
    words = due.in_words(day, today).lower()

    assert words
    assert not {"late", "overdue", "missed", "expired"} & set(words.split())


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.lists(st.sampled_from(["open", "done", "aside"]), max_size=12))
def test_progress_counts_what_is_kept(start: date, states: list[str]) -> None:
    day = {"open": {}, "done": {"done_on": start}, "aside": {"set_aside_on": start}}
    actions = [Action(horizon=30, position=place, **day[state]) for place, state in enumerate(states)]

    _, month, _ = outline(Roadmap(started_on=start), actions, start)

    assert (month.done, len(month.kept), len(month.set_aside)) == (
        states.count("done"),
        len(states) - states.count("aside"),
        states.count("aside"),
    )
    assert [done for _, done in month.hulls].count(True) == month.done
    assert month.progress == f"{month.done} of {len(month.kept)}"


def test_the_roadmap_takes_few_queries(owner: Client, django_assert_max_num_queries) -> None:
    owner.get("/roadmap/")

    with django_assert_max_num_queries(7):
        # session with its account, scope (and what a test's nested transaction adds: savepoint, back, release), roadmap, actions
        owner.get("/roadmap/")
