"""Steps between horizons, in an order of one's own, offered as done, and carried over."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Account
from accounts.vault.scope import acting_for
from checkins.models import CheckIn
from guide.models import PartRead, Reading
from roadmap.models import Action, Horizon, Review, Roadmap, Talk
from tests.checkins.test_concurrency import at_once

HTMX = {"HX-Request": "true"}
TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def sunday(time_machine) -> None:
    """It is Sunday 22 November 2026, noon in UTC."""
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def laid_out(partner: Account) -> Account:
    with acting_for(partner):
        Roadmap.of(partner)
    return partner


def action(account: Account, key: str) -> Action:
    with acting_for(account):
        return account.actions.named(key)


def keys(account: Account, horizon: int) -> list[str]:
    with acting_for(account):
        return [action.key or action.title for action in account.actions.filter(horizon=horizon, set_aside_on=None).in_order()]


def start(account: Account, ago: int) -> None:
    with acting_for(account):
        Roadmap.of(account).move_start(TODAY - timedelta(days=ago))


# Between horizons


def test_a_step_moves_to_another_horizon_and_stands_last_there(owner: Client, laid_out: Account) -> None:
    step = action(laid_out, "smaller-ask")

    assert owner.post(step.get_absolute_url(), {"move": "30"}).status_code == 302

    assert keys(laid_out, 7) == ["first-appointment", "three-two-one"]
    assert keys(laid_out, 30)[-1] == "smaller-ask"
    assert keys(laid_out, 30)[:-1] == ["soft-start", "coach-or-workshop", "two-people", "six-questions"]


def test_htmx_gets_the_row_of_both_lists_that_changed(owner: Client, laid_out: Account) -> None:
    told = owner.post(action(laid_out, "smaller-ask").get_absolute_url(), {"move": "30"}, headers=HTMX).content.decode()

    assert 'class="act act--gone"' in told and 'hx-swap-oob="afterend:#action-' in told
    assert 'id="progress-7" hx-swap-oob="true"' in told and 'id="progress-30" hx-swap-oob="true"' in told
    assert "progress-180" not in told
    assert "0 of 2" in told and "0 of 5" in told


@pytest.mark.parametrize("horizon", ["8", "", "x", "\0", "-7", "7.0"])
def test_a_horizon_that_is_none_is_refused(owner: Client, laid_out: Account, horizon: str) -> None:
    response = owner.post(action(laid_out, "smaller-ask").get_absolute_url(), {"move": horizon})

    assert response.status_code == 400
    assert keys(laid_out, 7) == ["first-appointment", "smaller-ask", "three-two-one"]


# An order of one's own


def test_a_step_changes_places_with_its_neighbour(owner: Client, laid_out: Account) -> None:
    step = action(laid_out, "three-two-one")

    owner.post(step.get_absolute_url(), {"up": "1"})
    assert keys(laid_out, 7) == ["first-appointment", "three-two-one", "smaller-ask"]
    owner.post(step.get_absolute_url(), {"up": "1"})
    owner.post(step.get_absolute_url(), {"up": "1"})
    assert keys(laid_out, 7) == ["three-two-one", "first-appointment", "smaller-ask"]
    owner.post(step.get_absolute_url(), {"down": "1"})
    assert keys(laid_out, 7) == ["first-appointment", "three-two-one", "smaller-ask"]
    start(laid_out, 1)
    owner.get("/")
    page = owner.get("/").content.decode()
    assert page.index("Find out who takes") < page.index("Begin with three")


def test_what_is_set_aside_is_passed_over(owner: Client, laid_out: Account) -> None:
    owner.post(action(laid_out, "smaller-ask").get_absolute_url(), {"set-aside": "1"})
    owner.post(action(laid_out, "three-two-one").get_absolute_url(), {"up": "1"})

    assert keys(laid_out, 7) == ["three-two-one", "first-appointment"]
    owner.post(action(laid_out, "smaller-ask").get_absolute_url(), {"up": "1"})
    assert keys(laid_out, 7) == ["three-two-one", "first-appointment"]


def rows(account: Account) -> list[list]:
    """The steps of each horizon in their order, without what is set aside."""
    return [[step.pk for step in account.actions.filter(horizon=each, set_aside_on=None).in_order()] for each in Horizon]


BUTTONS = ["up", "down", "7", "30", "180", "done", "set-aside", "undo"]


@settings(max_examples=25)
@given(moves=st.lists(st.tuples(st.integers(0, 9), st.sampled_from(BUTTONS)), max_size=15))
def test_whatever_is_moved_nothing_is_lost_and_places_are_kept(laid_out: Account, moves: list[tuple[int, str]]) -> None:
    with acting_for(laid_out):
        for number, what in moves:
            step, before = list(laid_out.actions.order_by("pk"))[number], rows(laid_out)
            if what.isdigit():
                step.move(int(what))
            elif what in ("up", "down"):
                (step.move_up if what == "up" else step.move_down)()
                assert rows(laid_out) == [changed_places(row, step.pk, -1 if what == "up" else 1) for row in before]
            elif what == "undo":
                step.reopen()
            else:
                (step.tick if what == "done" else step.set_aside)(today=TODAY)
        assert laid_out.actions.count() == 10


def changed_places(row: list, step: object, by: int) -> list:
    """`row` with `step` and its neighbour in each other's place."""
    here = row.index(step) if step in row else None
    if here is None or not 0 <= here + by < len(row):
        return row
    row = row.copy()
    row[here], row[here + by] = row[here + by], row[here]
    return row


@pytest.mark.django_db(transaction=True)
def test_many_moves_at_once_leave_a_whole_row(laid_out: Account, sign_in) -> None:
    clients = [sign_in(laid_out) for _ in range(8)]
    steps = [action(laid_out, key) for key in ("soft-start", "coach-or-workshop", "two-people", "six-questions")]

    answers = at_once(8, lambda number: clients[number].post(steps[number % 4].get_absolute_url(), {"up": "1"}).status_code)

    assert set(answers) == {302}
    assert sorted(keys(laid_out, 30)) == sorted(step.key for step in steps)
    with acting_for(laid_out):
        positions = list(laid_out.actions.filter(horizon=30).values_list("position", flat=True))
    assert len(positions) == len(set(positions))


# Offered, never ticked


def see_first_lines(account: Account) -> None:
    CheckIn.write(account, TODAY, {"gratitude_1": "Jo rang back"}, version=0, at=NOON)


def see_talk(account: Account) -> None:
    Talk.write(account, uuid4(), {"approach": "film", "response": "yes", "state": "held", "day": TODAY}, version=0, at=NOON)


def see_review(account: Account) -> None:
    Review.write(account, TODAY, {"answers": {"q1": 3}, "finished": True}, version=0, at=NOON)


def see_smaller_ask(account: Account) -> None:
    Talk.write(account, uuid4(), {"issue": "Evenings", "smaller_ask": "A film"}, version=0, at=NOON)


def see_part_read(account: Account) -> None:
    Reading.open(account, "options", at=NOON)
    Reading.stop(account, "options", PartRead.END)


SEEN = {
    "three-two-one": see_first_lines,
    "smaller-ask": see_smaller_ask,
    "soft-start": see_talk,
    "coach-or-workshop": see_part_read,
    "six-questions": see_review,
}


@pytest.mark.parametrize("key", SEEN)
def test_what_can_be_seen_is_offered_as_a_tick_and_never_ticked(owner: Client, laid_out: Account, key: str) -> None:
    assert 'class="offer"' not in owner.get("/roadmap/").content.decode()
    with acting_for(laid_out):
        SEEN[key](laid_out)

    page = owner.get("/roadmap/").content.decode()
    assert page.count('class="offer"') == 1
    assert f"Does that make “{action(laid_out, key).words}” done?" in page
    assert action(laid_out, key).is_open

    owner.post(action(laid_out, key).get_absolute_url(), {"done": "1"})
    assert 'class="offer"' not in owner.get("/roadmap/").content.decode()


def test_a_plan_without_more_a_draft_or_a_part_half_read_is_no_reason_to_offer_anything(owner: Client, laid_out: Account) -> None:
    with acting_for(laid_out):
        Reading.open(laid_out, "options", at=NOON)
        Talk.write(laid_out, uuid4(), {"issue": "Evenings", "day": TODAY}, version=0, at=NOON)
        Review.write(laid_out, TODAY, {"answers": {"q1": 3}}, version=0, at=NOON)

    assert 'class="offer"' not in owner.get("/roadmap/").content.decode()


def test_one_question_at_a_time_stands_over_a_stretch(owner: Client, laid_out: Account) -> None:
    start(laid_out, 8)
    with acting_for(laid_out):
        see_first_lines(laid_out)
        see_smaller_ask(laid_out)

    for question in ("Choose one smaller thing to ask for” done?", "Begin with three, two, one” done?", "The 7 days are over, and 3 steps"):
        page = owner.get("/roadmap/").content.decode()
        assert page.count('class="offer"') == 1
        assert question in page
        for key in ("smaller-ask", "three-two-one"):
            if action(laid_out, key).words in question:
                answered = owner.post(action(laid_out, key).get_absolute_url(), {"not-yet": "1"}, follow=True).content.decode()
                assert 'class="offer"' not in answered, "nothing comes in above the finger"


def test_after_an_end_nothing_is_offered_or_asked(owner: Client, laid_out: Account) -> None:
    start(laid_out, 181)
    with acting_for(laid_out):
        see_first_lines(laid_out)
        Roadmap.of(laid_out).end(TODAY)

    page = owner.get("/roadmap/").content.decode()
    assert 'class="offer"' not in page
    assert "any day will do" not in page
    assert len(re.findall(r'<span class="act-due">\s*Open', page)) == 10


def test_an_offer_declined_comes_again_only_for_something_new(owner: Client, laid_out: Account) -> None:
    with acting_for(laid_out):
        see_talk(laid_out)
    owner.post(action(laid_out, "soft-start").get_absolute_url(), {"not-yet": "1"})
    assert 'class="offer"' not in owner.get("/roadmap/").content.decode()
    assert action(laid_out, "soft-start").is_open

    with acting_for(laid_out):
        words = {"approach": "book", "response": "yes", "state": "held", "day": TODAY + timedelta(days=3)}
        Talk.write(laid_out, uuid4(), words, version=0, at=NOON)
    assert "You wrote down a talk of 25 November." in owner.get("/roadmap/").content.decode()


def test_the_page_of_one_step_offers_it_too(owner: Client, laid_out: Account) -> None:
    with acting_for(laid_out):
        see_first_lines(laid_out)

    assert "You wrote your first lines on 22 November." in owner.get(action(laid_out, "three-two-one").get_absolute_url()).content.decode()


# At the end of a stretch


def test_what_is_not_done_at_the_end_is_asked_about_without_reproach(owner: Client, laid_out: Account) -> None:
    start(laid_out, 7)
    assert "are over" not in owner.get("/roadmap/").content.decode(), "the last day is still one"
    start(laid_out, 8)

    page = owner.get("/roadmap/").content.decode()

    assert "The 7 days are over, and 3 steps are still open. That happens to most plans." in page
    assert not {"late", "overdue", "missed", "failed", "behind"} & set(page.lower().split())
    assert keys(laid_out, 7) == ["first-appointment", "smaller-ask", "three-two-one"], "nothing moves by itself"


def test_it_goes_on_in_the_next_stretch_that_still_runs(owner: Client, laid_out: Account) -> None:
    start(laid_out, 40)
    owner.post(action(laid_out, "three-two-one").get_absolute_url(), {"done": "1"})

    assert owner.post("/roadmap/", {"carry": "7", "how": "on"})["Location"] == "/roadmap/#left-over"

    assert keys(laid_out, 7) == ["three-two-one"]
    assert keys(laid_out, 180)[-2:] == ["first-appointment", "smaller-ask"], "the 30 days are over as well"


def test_many_steps_go_on_with_as_many_queries_as_few(laid_out: Account, django_assert_num_queries) -> None:
    with acting_for(laid_out):
        for count in (1, 40):
            own = [Action(account=laid_out, title=f"{count}, {each}", horizon=7, position=9 - each % 3) for each in range(count)]
            Action.objects.bulk_create(own)
            left = laid_out.actions.left_over(7)
            expected = [*left.in_order()]

            # The steps, the last position, and all of them moved at once.
            with django_assert_num_queries(3):
                left.carry(to=30)

            assert [*laid_out.actions.filter(horizon=30).in_order()][-len(expected) :] == expected
            assert not left.exists()


def test_it_is_set_aside(owner: Client, laid_out: Account) -> None:
    start(laid_out, 8)
    owner.post("/roadmap/", {"carry": "7", "how": "aside"})

    assert keys(laid_out, 7) == []
    page = owner.get("/roadmap/").content.decode()
    assert re.search(r"Set aside</span>\s*<span class=\"fold-count\">3<", page)
    assert "0 of 0" not in page and "/roadmap/actions/new/?horizon=7" not in page, "where nothing is kept, nothing is counted"


def test_left_as_it_is_it_is_not_asked_about_again(owner: Client, laid_out: Account) -> None:
    start(laid_out, 8)
    owner.post("/roadmap/", {"carry": "7", "how": "keep"})

    assert "are over" not in owner.get("/roadmap/").content.decode()
    assert len(keys(laid_out, 7)) == 3

    owner.post(action(laid_out, "smaller-ask").get_absolute_url(), {"move": "30"})
    start(laid_out, 31)
    owner.get("/roadmap/")
    page = owner.get("/roadmap/").content.decode()
    assert "The 7 days are over, and 2 steps" in page, "the start was moved, so the horizon ended again"
    assert "The 30 days are over" not in page, "one question at a time"
    owner.post("/roadmap/", {"carry": "7", "how": "keep"})
    owner.get("/roadmap/")
    assert "The 30 days are over, and 5 steps are still open" in owner.get("/roadmap/").content.decode()


def test_after_the_last_stretch_nothing_is_left_to_move_to(owner: Client, laid_out: Account) -> None:
    start(laid_out, 181)
    page = owner.get("/roadmap/").content.decode()

    assert 'value="on"' not in page
    assert owner.post("/roadmap/", {"carry": "180", "how": "on"}).status_code == 302
    assert len(keys(laid_out, 180)) == 3


@pytest.mark.parametrize("form", [{"carry": "8", "how": "on"}, {"carry": "7"}, {"carry": "7", "how": "burn"}, {"carry": "\0", "how": "on"}])
def test_a_choice_that_is_none_is_refused(owner: Client, laid_out: Account, form: dict) -> None:
    assert owner.post("/roadmap/", form).status_code == 400


@given(ago=st.integers(-366, 366), horizon=st.sampled_from(Horizon.values))
def test_a_stretch_goes_on_in_one_that_is_later_and_not_over(ago: int, horizon: int) -> None:
    roadmap = Roadmap(started_on=TODAY - timedelta(days=ago))
    later = roadmap.next_running(horizon, TODAY)

    assert later is None or (later > horizon and roadmap.ends(later) >= TODAY)
    assert later is not None or all(roadmap.ends(each) < TODAY for each in Horizon.values if each > horizon)


def test_today_shows_what_was_left_behind_after_everything_else(owner: Client, laid_out: Account) -> None:
    start(laid_out, 8)
    # With no other question to ask, since few are asked at once.
    Account.objects.filter(pk=laid_out.pk).update(code_refusals=2)
    assert "Find out who takes" in owner.get("/").content.decode()

    owner.post("/roadmap/", {"carry": "7", "how": "keep"})

    owner.get("/")
    page = owner.get("/").content.decode()
    assert "Find out who takes" not in page
    assert page.index("Raise it once, softly") < page.index("Look into a coach")


def test_today_says_once_that_a_stretch_is_over_and_asks_no_more_when_it_is_left(owner: Client, laid_out: Account) -> None:
    start(laid_out, 7)
    assert "are over" not in owner.get("/").content.decode()
    start(laid_out, 8)

    page = owner.get("/").content.decode()

    assert "The 7 days are over, and 3 steps are still open. That happens to most plans." in page
    assert 'href="/roadmap/#left-over"' in page
    assert owner.post("/roadmap/", {"carry": "7", "how": "keep", "next": "/"})["Location"] == "/"
    assert "are over" not in owner.get("/").content.decode()
    assert "are over" not in owner.get("/roadmap/").content.decode()


@pytest.mark.parametrize("why", ["the questions are due", "the day has come", "a pause", "back after weeks", "an end"])
def test_today_does_not_ask_about_a_stretch_beside_anything_else(owner: Client, laid_out: Account, why: str) -> None:
    start(laid_out, {"the questions are due": 30, "the day has come": 180}.get(why, 8))
    with acting_for(laid_out):
        if why == "a pause":
            laid_out.paused_since = TODAY
            laid_out.save(update_fields=["paused_since"])
        elif why == "back after weeks":
            CheckIn.write(laid_out, TODAY - timedelta(days=40), {"gratitude_1": "Rain"}, version=0, at=NOON)
        elif why == "an end":
            Roadmap.of(laid_out).end(TODAY)

    assert "are over" not in owner.get("/").content.decode()
    # On the roadmap it is still asked, after what may be done already.
    asked = {"an end": "You chose an end", "back after weeks": "Does that make"}.get(why, "The 7 days are over")
    assert asked in owner.get("/roadmap/").content.decode()


def test_from_the_first_day_today_leads_to_talks(owner: Client, laid_out: Account) -> None:
    page = owner.get("/").content.decode()

    assert 'href="/roadmap/talks/new/">Plan a talk</a>' in page
    assert 'href="/roadmap/talks/new/"' in owner.get("/roadmap/talks/").content.decode()


# The words of a step


def own_step(account: Account) -> Action:
    with acting_for(account):
        return Action.add(account, title="Ring Jo", horizon=7)


def test_an_own_step_is_written_anew_and_an_article_one_keeps_its_name(owner: Client, laid_out: Account) -> None:
    own, article = own_step(laid_out), action(laid_out, "smaller-ask")
    for step in (own, article):
        owner.post(step.get_absolute_url(), {"title": "Ring Jo on Sunday", "note": "After eight"})

    with acting_for(laid_out):
        own, article = laid_out.actions.get(pk=own.pk), laid_out.actions.get(pk=article.pk)
        assert (own.words, own.note) == ("Ring Jo on Sunday", "After eight")
        assert (article.words, article.title, article.note) == ("Choose one smaller thing to ask for", "", "After eight")


@pytest.mark.parametrize("title", ["", " ", "x" * 201, "a\0b"])
def test_a_step_without_words_of_its_own_is_refused_at_its_field(owner: Client, laid_out: Account, title: str) -> None:
    own = own_step(laid_out)
    response = owner.post(own.get_absolute_url(), {"title": title, "note": "kept on the page"})

    assert response.status_code == 422
    assert 'aria-describedby="title_error"' in response.content.decode()
    assert "kept on the page" in response.content.decode()
    with acting_for(laid_out):
        assert laid_out.actions.get(pk=own.pk).title == "Ring Jo"


def test_an_own_step_is_deleted_and_one_of_the_ten_is_not(owner: Client, laid_out: Account) -> None:
    own = own_step(laid_out)

    assert owner.post(own.get_absolute_url(), {"delete": "1"})["Location"] == f"/roadmap/#action-{own.pk}"
    assert owner.post(action(laid_out, "smaller-ask").get_absolute_url(), {"delete": "1"}).status_code == 400
    assert keys(laid_out, 7) == ["first-appointment", "smaller-ask", "three-two-one"]


def test_two_tabs_on_a_note_the_second_is_told_and_nothing_is_lost(owner: Client, laid_out: Account) -> None:
    address = action(laid_out, "smaller-ask").get_absolute_url()

    def version(page: str) -> str:
        return re.findall(r'name="version" value="([^"]*)"', page)[0]

    read = version(owner.get(address).content.decode())
    assert owner.post(address, {"note": "From the first tab", "version": read}).status_code == 302
    assert owner.post(address, {"note": "From the first tab", "version": read}).status_code == 302, "the same sent twice is no conflict"

    told = owner.post(address, {"note": "From the second tab", "version": read})
    page = told.content.decode()
    assert told.status_code == 409
    assert "Another tab has changed this step." in page
    assert "<dd>From the first tab</dd>" in page and "From the second tab</textarea>" in page

    assert owner.post(address, {"note": "From the second tab", "version": version(page)}).status_code == 302
    assert action(laid_out, "smaller-ask").note == "From the second tab"


@pytest.mark.django_db(transaction=True)
def test_of_many_notes_at_once_one_is_kept_and_the_others_are_told(laid_out: Account, sign_in) -> None:
    clients = [sign_in(laid_out) for _ in range(6)]
    address = action(laid_out, "smaller-ask").get_absolute_url()
    read = action(laid_out, "smaller-ask").words_version

    answers = at_once(6, lambda number: clients[number].post(address, {"note": f"tab {number}", "version": read}).status_code)

    assert sorted(answers) == [302, 409, 409, 409, 409, 409]
    assert action(laid_out, "smaller-ask").note == f"tab {answers.index(302)}"


# Next to the steps


def test_each_step_leads_to_its_tool(owner: Client, laid_out: Account) -> None:
    tools = {
        "three-two-one": "/checkins/",
        "smaller-ask": "/roadmap/talks/ladder/",
        "soft-start": "/roadmap/talks/new/",
        "six-questions": "/roadmap/reviews/new/",
        "what-changed": "/roadmap/talks/",
        "look-back": "/roadmap/looking-back/",
    }
    for key, link in tools.items():
        page = owner.get(action(laid_out, key).get_absolute_url()).content.decode()
        assert f'href="{link}"' in page.split("<main")[1].split("</main")[0]
        assert owner.get(link.split("#")[0]).status_code == 200


def test_the_closing_question_of_the_guide_writes_a_step_for_this_week(owner: Client, laid_out: Account) -> None:
    owner.post("/roadmap/actions/new/", {"title": "When the kettle goes on, I will ring Rowan Street", "horizon": "7"})

    assert keys(laid_out, 7)[-1] == "When the kettle goes on, I will ring Rowan Street"


@pytest.mark.parametrize(("ago", "horizon"), [(0, 7), (7, 7), (8, 30), (31, 180), (180, 180), (181, 180)])
def test_after_the_first_week_it_goes_into_the_stretch_that_runs_and_nothing_is_asked(
    owner: Client, laid_out: Account, ago: int, horizon: int
) -> None:
    start(laid_out, ago)
    for each in Horizon.values:
        owner.post("/roadmap/", {"carry": str(each), "how": "aside"})

    assert 'name="due_on"' in owner.get("/roadmap/actions/new/").content.decode()
    response = owner.post("/roadmap/actions/new/", {"title": "Ring Jo", "horizon": "7"})

    assert keys(laid_out, horizon)[-1] == "Ring Jo"
    with acting_for(laid_out):
        assert response["Location"] == f"/roadmap/#action-{laid_out.actions.own().get().pk}"
    assert "are over" not in owner.get("/roadmap/").content.decode()


@given(ago=st.integers(-366, 366), horizon=st.sampled_from(Horizon.values))
@settings(max_examples=25)
def test_a_new_step_is_never_left_over_on_its_first_day(laid_out: Account, ago: int, horizon: int) -> None:
    with acting_for(laid_out):
        roadmap = Roadmap(account=laid_out, started_on=TODAY - timedelta(days=ago))
        added = roadmap.add("Ring Jo", horizon, TODAY)

        assert added.horizon in roadmap.running(TODAY) or added.stays_in == added.horizon == Horizon.HALF_YEAR
        assert added.horizon >= horizon
        assert not laid_out.actions.left_over(added.horizon).filter(pk=added.pk).exists() or roadmap.ends(added.horizon) >= TODAY


def test_only_stretches_that_run_are_offered(owner: Client, laid_out: Account) -> None:
    start(laid_out, 20)

    page = owner.get("/roadmap/actions/new/?horizon=7").content.decode()
    assert 'value="7"' not in page
    assert re.search(r'value="30"[^>]* checked', page)
    step = owner.get(action(laid_out, "soft-start").get_absolute_url()).content.decode()
    assert "Move to 180" in step and "Move to 7" not in step


def test_the_day_to_look_back_moves_with_the_start_unless_it_was_chosen(laid_out: Account) -> None:
    with acting_for(laid_out):
        roadmap = Roadmap.of(laid_out)
        roadmap.move_start(TODAY - timedelta(days=40))
        assert roadmap.look_back_on == TODAY + timedelta(days=140)

        roadmap.plan_to_look_back(look_back_on=TODAY + timedelta(days=90))
        roadmap.move_start(TODAY)
        assert Roadmap.of(laid_out).look_back_on == TODAY + timedelta(days=90)


def test_one_navigation_leads_to_the_pages_of_the_roadmap_and_says_which_this_is(owner: Client, laid_out: Account) -> None:
    pages = ["/roadmap/", "/roadmap/talks/", "/roadmap/reviews/", "/roadmap/looking-back/", "/roadmap/calendar/", "/roadmap/sheet/"]

    for address in pages:
        local = owner.get(address).content.decode().split('<nav class="local"')[1].split("</nav>")[0]
        assert re.findall(r'href="([^"]*)"', local) == [*pages[:4], "/roadmap/plan/", *pages[4:]]
        assert f'href="{address}" aria-current="page"' in local and local.count("aria-current") == 1


def test_today_asks_after_a_talk_whose_day_has_come(owner: Client, laid_out: Account) -> None:
    with acting_for(laid_out):
        Talk.write(laid_out, uuid4(), {"issue": "Evenings", "day": TODAY - timedelta(days=1)}, version=0, at=NOON)

    assert "You had planned a talk for 21 November." in owner.get("/").content.decode()


def test_today_leads_to_the_plan_of_a_talk_on_its_day(owner: Client, laid_out: Account) -> None:
    with acting_for(laid_out):
        Talk.write(laid_out, uuid4(), {"issue": "Evenings", "day": TODAY}, version=0, at=NOON)

    assert "You planned a talk for today." in owner.get("/").content.decode()
